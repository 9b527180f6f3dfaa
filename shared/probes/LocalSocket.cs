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

    internal static SocketAnswer Ask(SocketQuestion question, Deadline deadline)
    {
        deadline.WaitingFor = $"the answer of {question.Address}";
        long patienceEnds = Environment.TickCount64 + (long)question.Patience.TotalMilliseconds;
        while (true)
        {
            SocketAnswer answer = AskOnce(question, deadline);
            if (answer.Outcome is not (SocketOutcome.Missing or SocketOutcome.Refused)
                || Environment.TickCount64 >= patienceEnds
                || deadline.LeftForWaiting <= TimeSpan.Zero)
            {
                deadline.WaitingFor = null;
                return answer;
            }

            Pause(100);
        }
    }

    private static SocketAnswer AskOnce(SocketQuestion question, Deadline deadline) =>
        question.Address.Path is { } path ? AskUnix(path, question, deadline) : AskTcp(question, deadline);

    private static SocketAnswer AskUnix(string path, SocketQuestion question, Deadline deadline)
    {
        byte* address = stackalloc byte[110];
        *(ushort*)address = Libc.AF_UNIX;
        int length = Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, SocketAddress.LongestPath));
        address[2 + length] = 0;
        return Exchange(Libc.AF_UNIX, address, (uint)(2 + length + 1), question, deadline);
    }

    private static SocketAnswer AskTcp(SocketQuestion question, Deadline deadline)
    {
        NameService.UseFilesAndDnsOnly();
        Libc.AddressInfo hints = new() { SocketType = Libc.SOCK_STREAM };
        Libc.AddressInfo* found = null;
        int error = Libc.GetAddressInfo(question.Address.Host!, question.Address.Port.ToString(), &hints, &found);
        if (error != 0)
        {
            return new SocketAnswer(SocketOutcome.Unresolved, default, Marshal.PtrToStringUTF8((nint)Libc.AddressErrorText(error)) ?? "");
        }

        try
        {
            SocketAnswer answer = default;
            for (Libc.AddressInfo* candidate = found; candidate is not null; candidate = candidate->Next)
            {
                answer = Exchange(candidate->Family, candidate->Address, candidate->AddressLength, question, deadline);
                if (answer.Outcome is SocketOutcome.Answered or SocketOutcome.Silent or SocketOutcome.TooLong)
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

    private static SocketAnswer Exchange(int family, void* address, uint length, SocketQuestion question, Deadline deadline)
    {
        int descriptor = Libc.Socket(family, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return Failed(Marshal.GetLastPInvokeError());
        }

        try
        {
            SocketAnswer? trouble = Connect(descriptor, address, length, deadline) ?? Send(descriptor, question.Text, deadline);
            return trouble ?? ReadToEnd(descriptor, question.LongestAnswer, deadline);
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    private static SocketAnswer? Connect(int descriptor, void* address, uint length, Deadline deadline)
    {
        while (Libc.Connect(descriptor, address, length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            switch (error)
            {
                case Libc.EINTR:
                    break;
                case Libc.EINPROGRESS:
                    if (!Wait(descriptor, Libc.POLLOUT, deadline))
                    {
                        return Silent("no connection");
                    }

                    int result = 0;
                    uint size = sizeof(int);
                    _ = Libc.GetSocketOption(descriptor, Libc.SOL_SOCKET, Libc.SO_ERROR, &result, &size);
                    return result == 0 ? null : Failed(result);

                // A UNIX listener whose backlog is full: nobody accepts any more.
                case Libc.EAGAIN:
                    if (deadline.LeftForWaiting <= TimeSpan.Zero)
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

    private static SocketAnswer? Send(int descriptor, string text, Deadline deadline)
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
                    if (!Wait(descriptor, Libc.POLLOUT, deadline))
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

    private static SocketAnswer ReadToEnd(int descriptor, int cap, Deadline deadline)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(Math.Min(FirstBuffer, cap));
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= cap)
                {
                    return new SocketAnswer(SocketOutcome.TooLong, buffer, $"the answer has more than {cap} bytes");
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
                return new SocketAnswer(SocketOutcome.Answered, buffer.AsMemory(0, length));
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.EAGAIN)
            {
                if (!Wait(descriptor, Libc.POLLIN, deadline))
                {
                    return new SocketAnswer(SocketOutcome.Silent, buffer.AsMemory(0, length), $"no end of the answer after {length} bytes");
                }
            }
            else if (error == Libc.ECONNRESET)
            {
                return new SocketAnswer(SocketOutcome.Answered, buffer.AsMemory(0, length));
            }
            else if (error != Libc.EINTR)
            {
                return Failed(error);
            }
        }
    }

    private static bool Wait(int descriptor, short events, Deadline deadline)
    {
        while (true)
        {
            int left = (int)Math.Ceiling(deadline.LeftForWaiting.TotalMilliseconds);
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

    private static SocketAnswer Silent(string reason) => new(SocketOutcome.Silent, default, reason);

    private static SocketAnswer Failed(int error) => new(
        error switch
        {
            Libc.ENOENT or Libc.ENOTDIR => SocketOutcome.Missing,
            Libc.ECONNREFUSED => SocketOutcome.Refused,
            Libc.EACCES or Libc.EPERM => SocketOutcome.Denied,
            Libc.ETIMEDOUT => SocketOutcome.Silent,
            _ => SocketOutcome.Failed,
        },
        default,
        Marshal.GetPInvokeErrorMessage(error));
}
