using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Question and answer over a stream socket, on the bare system calls: a check's whole life is this one exchange, and the framework's
/// socket engine costs as much start-up as the rest of the run.
/// </summary>
internal static unsafe class LocalSocket
{
    private const int FirstBuffer = 128 * 1024;

    internal static Answer Ask(SocketQuestion question, Wait wait)
    {
        wait.Begin();
        long patienceEnds = Environment.TickCount64 + (long)question.Patience.TotalMilliseconds;
        while (true)
        {
            Answer answer = AskOnce(question, wait);
            if (answer.Outcome is not (Outcome.Missing or Outcome.Refused)
                || Environment.TickCount64 >= patienceEnds
                || wait.Left <= TimeSpan.Zero)
            {
                wait.Finish();
                return answer;
            }

            Pause(100);
        }
    }

    private static Answer AskOnce(SocketQuestion question, Wait wait) =>
        question.Address.Path is not { } path ? AskTcp(question, wait)
        : question.Within is { } root ? AskWithin(root, path, question, wait)
        : AskUnix(path, question, wait);

    /// <summary>The socket itself, no link, in a folder that was found inside the root.</summary>
    private static Answer AskWithin(string root, string path, SocketQuestion question, Wait wait)
    {
        int folder = ContainedPath.OpenBelow(root, Path.GetDirectoryName(path)!, Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (folder < 0)
        {
            return SystemError.AsAnswer(Marshal.GetLastPInvokeError());
        }

        try
        {
            Libc.Stat status;
            string name = Path.GetFileName(path);
            fixed (byte* bytes = Encoding.UTF8.GetBytes(name + "\0"))
            {
                if (Libc.StatusAt(folder, bytes, &status, Libc.AT_SYMLINK_NOFOLLOW) != 0)
                {
                    return SystemError.AsAnswer(Marshal.GetLastPInvokeError());
                }
            }

            return LocalWorld.KindOf(status.Mode) == PathKind.Socket
                ? AskUnix($"/proc/self/fd/{folder}/{name}", question, wait)
                : Answer.Without(Outcome.Failed, "is no socket");
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    private static Answer AskUnix(string path, SocketQuestion question, Wait wait)
    {
        byte* address = stackalloc byte[110];
        *(ushort*)address = Libc.AF_UNIX;
        int length = Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, SocketAddress.LongestPath));
        address[2 + length] = 0;
        return Exchange(Libc.AF_UNIX, address, (uint)(2 + length + 1), question, wait);
    }

    private static Answer AskTcp(SocketQuestion question, Wait wait)
    {
        NameService.UseFilesAndDnsOnly();
        Libc.AddressInfo hints = new() { SocketType = Libc.SOCK_STREAM };
        Libc.AddressInfo* found = null;
        int error = Libc.GetAddressInfo(question.Address.Host!, question.Address.Port.ToString(), &hints, &found);
        if (error != 0)
        {
            return new Answer(Outcome.Unresolved, default, Marshal.PtrToStringUTF8((nint)Libc.AddressErrorText(error)) ?? "");
        }

        try
        {
            Answer answer = default;
            for (Libc.AddressInfo* candidate = found; candidate is not null; candidate = candidate->Next)
            {
                answer = Exchange(candidate->Family, candidate->Address, candidate->AddressLength, question, wait);
                if (answer.Outcome is Outcome.Answered or Outcome.Silent or Outcome.TooLong)
                {
                    break;
                }
            }

            return answer;
        }
        finally
        {
            Libc.FreeAddressInfo(found);
        }
    }

    private static Answer Exchange(int family, void* address, uint length, SocketQuestion question, Wait wait)
    {
        int descriptor = Libc.Socket(family, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return Failed(Marshal.GetLastPInvokeError());
        }

        try
        {
            Answer? trouble = Connect(descriptor, address, length, wait) ?? Send(descriptor, question.Text, wait);
            return trouble ?? ReadToEnd(descriptor, question.LongestAnswer, wait);
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    private static Answer? Connect(int descriptor, void* address, uint length, Wait wait)
    {
        while (Libc.Connect(descriptor, address, length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            switch (error)
            {
                case Libc.EINTR:
                    break;
                case Libc.EINPROGRESS:
                    if (!Ready(descriptor, Libc.POLLOUT, wait))
                    {
                        return Silent("no connection");
                    }

                    int result = 0;
                    uint size = sizeof(int);
                    _ = Libc.GetSocketOption(descriptor, Libc.SOL_SOCKET, Libc.SO_ERROR, &result, &size);
                    return result == 0 ? null : Failed(result);

                // A UNIX listener whose backlog is full: nobody accepts any more.
                case Libc.EAGAIN:
                    if (wait.Left <= TimeSpan.Zero)
                    {
                        return Silent("the listener accepts no connection");
                    }

                    Pause(20);
                    break;
                default:
                    return Failed(error);
            }
        }

        return null;
    }

    private static Answer? Send(int descriptor, string text, Wait wait)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        int sent = 0;
        fixed (byte* start = bytes)
        {
            while (sent < bytes.Length)
            {
                nint count = Libc.Write(descriptor, start + sent, (nuint)(bytes.Length - sent));
                if (count >= 0)
                {
                    sent += (int)count;
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == Libc.EPIPE)
                {
                    // It closed before it read: what it may have said first is the answer.
                    return null;
                }

                if (error == Libc.EAGAIN)
                {
                    if (!Ready(descriptor, Libc.POLLOUT, wait))
                    {
                        return Silent("the question is not read");
                    }
                }
                else if (error != Libc.EINTR)
                {
                    return Failed(error);
                }
            }
        }

        return null;
    }

    private static Answer ReadToEnd(int descriptor, int cap, Wait wait)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(Math.Min(FirstBuffer, cap));
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= cap)
                {
                    return new Answer(Outcome.TooLong, buffer, $"the answer has more than {cap} bytes");
                }

                byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min((long)length * 2, cap));
                buffer.AsSpan(0, length).CopyTo(larger);
                buffer = larger;
            }

            nint count;
            fixed (byte* start = buffer)
            {
                count = Libc.Read(descriptor, start + length, (nuint)(buffer.Length - length));
            }

            if (count > 0)
            {
                length += (int)count;
                continue;
            }

            if (count == 0)
            {
                return new Answer(Outcome.Answered, buffer.AsMemory(0, length));
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.EAGAIN)
            {
                if (!Ready(descriptor, Libc.POLLIN, wait))
                {
                    return new Answer(Outcome.Silent, buffer.AsMemory(0, length), $"no end of the answer after {length} bytes");
                }
            }
            else if (error == Libc.ECONNRESET)
            {
                return new Answer(Outcome.Answered, buffer.AsMemory(0, length));
            }
            else if (error != Libc.EINTR)
            {
                return Failed(error);
            }
        }
    }

    private static bool Ready(int descriptor, short events, Wait wait)
    {
        while (true)
        {
            int left = wait.Milliseconds;
            if (left <= 0)
            {
                return false;
            }

            Libc.PollDescriptor wanted = new() { Descriptor = descriptor, Events = events };
            if (Libc.Poll(&wanted, 1, left) > 0)
            {
                return true;
            }
        }
    }

    private static void Pause(int milliseconds) => _ = Libc.Poll(null, 0, milliseconds);

    private static Answer Silent(string reason) => new(Outcome.Silent, default, reason);

    private static Answer Failed(int error) => SystemError.AsAnswer(error);
}
