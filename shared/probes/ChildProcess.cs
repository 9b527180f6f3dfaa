using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// A child with a session of its own, so that it can be ended with everything that it started. Its standard input is empty; it inherits no
/// descriptor beyond its streams and, where given, a lock. By posix_spawn: the framework's Process has no session, and costs start-up.
/// </summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    /// <summary>What is kept of a child's standard error, in bytes.</summary>
    internal const int LongestErrors = 64 * 1024;

    private const int ActionsSize = 128, AttributesSize = 512, SignalSetSize = 128;
    private const int PieceSize = 64 * 1024;

    /// <summary>A child that has said everything in time is given these milliseconds to be gone.</summary>
    private const int LongestLateReap = 8;
    private static readonly string[] Environment = ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"];

    private readonly int process;
    private readonly byte[] piece = GC.AllocateUninitializedArray<byte>(PieceSize);
    private readonly MemoryStream errorBytes = new();
    private int output;
    private int errors;
    private int latePieces;
    private bool reaped;

    private ChildProcess(int process, int output, int errors)
    {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its absolute path.</param>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="heldLock">A descriptor that the child keeps open until it ends, as its descriptor 3; negative for none.</param>
    /// <param name="failure">How starting failed.</param>
    /// <returns>The child; null when it did not start.</returns>
    internal static ChildProcess? Start(string program, IReadOnlyList<string> arguments, int heldLock, out Answer failure)
    {
        failure = default;
        int* outputs = stackalloc int[2];
        int* complaints = stackalloc int[2];
        if (Libc.Pipe(outputs, Libc.O_CLOEXEC) != 0)
        {
            failure = SystemError.AsAnswer(Marshal.GetLastPInvokeError());
            return null;
        }

        if (Libc.Pipe(complaints, Libc.O_CLOEXEC) != 0)
        {
            failure = SystemError.AsAnswer(Marshal.GetLastPInvokeError());
            _ = Libc.Close(outputs[0]);
            _ = Libc.Close(outputs[1]);
            return null;
        }

        int error = Spawn(program, arguments, outputs[1], complaints[1], heldLock, out int process);
        _ = Libc.Close(outputs[1]);
        _ = Libc.Close(complaints[1]);
        if (error != 0)
        {
            _ = Libc.Close(outputs[0]);
            _ = Libc.Close(complaints[0]);
            failure = SystemError.AsAnswer(error);
            return null;
        }

        _ = Libc.Control(outputs[0], Libc.F_SETFL, Libc.O_NONBLOCK);
        _ = Libc.Control(complaints[0], Libc.F_SETFL, Libc.O_NONBLOCK);
        return new ChildProcess(process, outputs[0], complaints[0]);
    }

    /// <summary>
    /// Reads what the child writes until it ends, its time is up or its output outgrows the cap; in the latter two it is killed.
    /// </summary>
    internal Answer Collect(Wait wait, int longest, ChunkReader? reader)
    {
        var collected = reader is null ? new MemoryStream() : null;
        ChunkReader take = reader ?? (bytes => collected!.Write(bytes));
        long length = 0;
        while (output >= 0 || errors >= 0)
        {
            if (!Ready(wait, out bool hasOutput, out bool hasErrors))
            {
                Kill();
                return Ended(new Answer(Outcome.Silent, default, $"no end after {Seconds(wait)}"), collected);
            }

            length += hasOutput ? Drain(ref output, take) : 0;
            _ = hasErrors ? Drain(ref errors, KeepError) : 0;
            if (length > longest)
            {
                Kill();
                return Ended(new Answer(Outcome.TooLong, default, $"the answer has more than {longest} bytes"), collected);
            }
        }

        if (Reap(wait) is not { } code)
        {
            Kill();
            return Ended(new Answer(Outcome.Silent, default, $"no end after {Seconds(wait)}"), collected);
        }

        return Ended(new Answer(Outcome.Answered, default) { Code = code }, collected);
    }

    /// <summary>Ends the child and all that it started. Does not wait: what hangs in the kernel ends when the kernel lets it.</summary>
    internal void Kill()
    {
        if (!reaped)
        {
            _ = Libc.Kill(-process, Libc.SIGKILL);
        }
    }

    public void Dispose()
    {
        Kill();
        CloseOnce(ref output);
        CloseOnce(ref errors);
        if (!reaped)
        {
            _ = Libc.WaitForProcess(process, null, Libc.WNOHANG);
        }

        errorBytes.Dispose();
    }

    private static string Seconds(Wait wait) => $"{Math.Round(wait.Elapsed.TotalSeconds, 1)} s";

    private static int Spawn(string program, IReadOnlyList<string> arguments, int output, int errors, int heldLock, out int process)
    {
        byte* actions = stackalloc byte[ActionsSize];
        byte* attributes = stackalloc byte[AttributesSize];
        ulong* none = stackalloc ulong[SignalSetSize / sizeof(ulong)];
        ulong* all = stackalloc ulong[SignalSetSize / sizeof(ulong)];
        new Span<byte>(none, SignalSetSize).Clear();
        new Span<byte>(all, SignalSetSize).Clear();
        *all = ~0UL;
        _ = Libc.SpawnActionsBegin(actions);
        _ = Libc.SpawnAttributesBegin(attributes);
        using var argumentTexts = new NativeTexts([program, .. arguments]);
        using var environmentTexts = new NativeTexts(Environment);
        try
        {
            _ = Libc.SpawnOpen(actions, 0, "/dev/null", Libc.O_RDONLY, 0);
            _ = Libc.SpawnDuplicate(actions, output, 1);
            _ = Libc.SpawnDuplicate(actions, errors, 2);
            if (heldLock >= 0)
            {
                _ = Libc.SpawnDuplicate(actions, heldLock, 3);
            }

            _ = Libc.SpawnCloseFrom(actions, heldLock >= 0 ? 4 : 3);
            _ = Libc.SpawnFlags(attributes, Libc.POSIX_SPAWN_SETSID | Libc.POSIX_SPAWN_SETSIGMASK | Libc.POSIX_SPAWN_SETSIGDEF);
            _ = Libc.SpawnSignalMask(attributes, none);
            _ = Libc.SpawnDefaultSignals(attributes, all);
            int started = 0;
            int error = Libc.Spawn(&started, argumentTexts.First, actions, attributes, argumentTexts.Pointers, environmentTexts.Pointers);
            process = started;
            return error;
        }
        finally
        {
            _ = Libc.SpawnActionsEnd(actions);
            _ = Libc.SpawnAttributesEnd(attributes);
        }
    }

    private static void CloseOnce(ref int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
            descriptor = -1;
        }
    }

    /// <summary>
    /// Waits until the child has said something. What it said in time is taken also when it is looked for late, because another question
    /// was waited for meanwhile; a pipe holds no more than a few pieces.
    /// </summary>
    private bool Ready(Wait wait, out bool hasOutput, out bool hasErrors)
    {
        const int MostLatePieces = 8;
        Libc.PollDescriptor* wanted = stackalloc Libc.PollDescriptor[2];
        do
        {
            int left = wait.Milliseconds;
            if (left <= 0 && ++latePieces > MostLatePieces)
            {
                break;
            }

            // A negative descriptor is one that poll passes over.
            wanted[0] = new Libc.PollDescriptor { Descriptor = output, Events = Libc.POLLIN };
            wanted[1] = new Libc.PollDescriptor { Descriptor = errors, Events = Libc.POLLIN };
            if (Libc.Poll(wanted, 2, left) > 0)
            {
                hasOutput = wanted[0].Returned != 0;
                hasErrors = wanted[1].Returned != 0;
                return true;
            }
        }
        while (wait.Milliseconds > 0);
        hasOutput = hasErrors = false;
        return false;
    }

    /// <summary>Reads what is there, once; closes the descriptor at its end.</summary>
    private int Drain(ref int descriptor, ChunkReader take)
    {
        if (descriptor < 0)
        {
            return 0;
        }

        nint count;
        fixed (byte* start = piece)
        {
            count = Libc.Read(descriptor, start, PieceSize);
        }

        if (count > 0)
        {
            take(piece.AsSpan(0, (int)count));
            return (int)count;
        }

        if (count == 0 || Marshal.GetLastPInvokeError() is not (Libc.EAGAIN or Libc.EINTR))
        {
            CloseOnce(ref descriptor);
        }

        return 0;
    }

    private void KeepError(ReadOnlySpan<byte> bytes) =>
        errorBytes.Write(bytes[..(int)Math.Min(bytes.Length, LongestErrors - errorBytes.Length)]);

    /// <summary>The exit code, as a shell tells it; null when the child has closed its streams and does not end in time.</summary>
    private int? Reap(Wait wait)
    {
        for (int pause = 1; ; pause = Math.Min(pause * 2, 20))
        {
            int status = 0;
            int ended = Libc.WaitForProcess(process, &status, Libc.WNOHANG);
            if (ended == process)
            {
                reaped = true;
                int signal = status & 0x7F;
                return signal == 0 ? (status >> 8) & 0xFF : 128 + signal;
            }

            if (wait.Milliseconds <= 0 && pause > LongestLateReap)
            {
                return null;
            }

            _ = Libc.Poll(null, 0, pause);
        }
    }

    private Answer Ended(Answer answer, MemoryStream? collected) =>
        answer with { Bytes = collected?.ToArray() ?? default, Errors = errorBytes.ToArray() };

    /// <summary>A null-terminated array of null-terminated texts.</summary>
    private readonly struct NativeTexts : IDisposable
    {
        private readonly nint[] texts;

        internal NativeTexts(IReadOnlyList<string> values)
        {
            texts = new nint[values.Count];
            Pointers = (byte**)NativeMemory.Alloc((nuint)(values.Count + 1), (nuint)sizeof(byte*));
            for (int index = 0; index < values.Count; index++)
            {
                texts[index] = Marshal.StringToCoTaskMemUTF8(values[index]);
                Pointers[index] = (byte*)texts[index];
            }

            Pointers[values.Count] = null;
        }

        internal byte** Pointers { get; }

        internal byte* First => Pointers[0];

        public void Dispose()
        {
            foreach (nint text in texts)
            {
                Marshal.FreeCoTaskMem(text);
            }

            NativeMemory.Free(Pointers);
        }
    }
}
