using System.Runtime.InteropServices;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// Watches over one run: a thread that waits for the deadline and for the signals that end a process, and then prints a legal line in the
/// run's place. One thread for both, because starting threads is a good part of what a check costs.
/// </summary>
internal static unsafe class Guard
{
    private const int SIG_BLOCK = 0;
    private static readonly TimeSpan GraceForTheLine = TimeSpan.FromSeconds(1);

    private static readonly (int Number, string Name)[] EndingSignals =
    [
        (1, "SIGHUP"), (2, "SIGINT"), (3, "SIGQUIT"), (10, "SIGUSR1"), (12, "SIGUSR2"), (14, "SIGALRM"), (15, "SIGTERM"), (24, "SIGXCPU"),
    ];

    private const int SIGPIPE = 13;

    private static Watched? watched;
    private static nint thread;
    private static int outputTaken;

    /// <summary>
    /// Keeps the ending signals for the guard: blocked here and in every thread that is started from here. The runtime's own threads began
    /// before, do not block them, and so may be chosen by the kernel: there a handler passes the signal on. SIGPIPE stays blocked for good:
    /// a write to a reader that is gone fails with EPIPE instead.
    /// </summary>
    internal static void HoldSignals()
    {
        ulong set = EndingSet() | Bit(SIGPIPE);
        _ = Libc.ThreadSignalMask(SIG_BLOCK, &set, null);
        foreach ((int number, string _) in EndingSignals)
        {
            _ = Libc.HandleSignal(number, &PassOn);
        }
    }

    /// <summary>
    /// Starts the thread. By pthread_create, because Thread.Start waits until the new thread has run, which on a busy machine costs more
    /// than the check itself.
    /// </summary>
    internal static void Watch(Facts facts, Deadline deadline, Status timeoutStatus)
    {
        watched = new Watched(facts, deadline, timeoutStatus);
        nint started;
        if (Libc.StartThread(&started, null, &Wait, null) != 0)
        {
            throw new UsageException("the thread that keeps the deadline cannot be started: the limit of this user's processes and threads is reached (ulimit -u)");
        }

        thread = started;
    }

    /// <summary>
    /// Runs in signal context: nothing but a call that is safe there. Before the guard stands, the legal exit code is all there is.
    /// </summary>
    [UnmanagedCallersOnly]
    private static void PassOn(int signal)
    {
        if (thread == 0)
        {
            Libc.ExitNow((int)Status.Unknown);
        }

        _ = Libc.SignalThread(thread, signal);
    }

    [UnmanagedCallersOnly]
    private static void* Wait(void* unused)
    {
        Wait(watched!.Facts, watched.Deadline, watched.TimeoutStatus);
        return null;
    }

    private static void Wait(Facts facts, Deadline deadline, Status timeoutStatus)
    {
        ulong set = EndingSet();
        while (true)
        {
            TimeSpan left = deadline.Length - deadline.Elapsed;
            Libc.TimeSpec timeout = new()
            {
                Seconds = Math.Max(0, left.Ticks) / TimeSpan.TicksPerSecond,
                Nanoseconds = Math.Max(0, left.Ticks) % TimeSpan.TicksPerSecond * 100,
            };
            int signal = Libc.WaitForSignal(&set, null, &timeout);
            if (signal > 0)
            {
                string name = Array.Find(EndingSignals, candidate => candidate.Number == signal).Name;
                End(facts, Status.Unknown, $"stopped by {name} after {Metric.Number(Math.Round(deadline.Elapsed.TotalSeconds, 1))} s{WaitingFor(deadline)}");
            }
            else if (Marshal.GetLastPInvokeError() != Libc.EINTR)
            {
                End(facts, timeoutStatus, $"no verdict within {Metric.Number(deadline.Length.TotalSeconds)} s{WaitingFor(deadline)}");
            }
        }
    }

    /// <summary>Takes the right to write the line: exactly one of the run and its guard gets it.</summary>
    internal static bool TakeOutput() => Interlocked.Exchange(ref outputTaken, 1) == 0;

    private static string WaitingFor(Deadline deadline) => deadline.WaitingFor is { } what ? $", while waiting for {what}" : "";

    private static void End(Facts facts, Status status, string sentence)
    {
        if (TakeOutput())
        {
            StandardStreams.Output($"{facts.LineName} {status.Word} - {ForeignText.Clean(sentence, 600)}\n");
        }
        else
        {
            // The run is writing its line this moment; if nobody reads it, its verdict is lost and the guard's stands.
            _ = Libc.Poll(null, 0, (int)GraceForTheLine.TotalMilliseconds);
        }

        Libc.ExitNow((int)status);
    }

    private static ulong EndingSet()
    {
        ulong set = 0;
        foreach ((int number, string _) in EndingSignals)
        {
            set |= Bit(number);
        }

        return set;
    }

    private static ulong Bit(int signal) => 1UL << (signal - 1);

    private sealed record Watched(Facts Facts, Deadline Deadline, Status TimeoutStatus);
}
