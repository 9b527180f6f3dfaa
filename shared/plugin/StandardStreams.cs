using System.Runtime.InteropServices;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>Standard output on the bare system calls: the one place that writes the line.</summary>
internal static unsafe class StandardStreams
{
    private const int Output = 1;
    private static int outputTaken;

    /// <summary>
    /// Fills closed descriptors 0 to 2 with /dev/null (in a chroot without it, with the root folder, which cannot be written either).
    /// Without it the next opened file becomes descriptor 1, and the line is written into it.
    /// </summary>
    internal static void FillClosed()
    {
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (Libc.Control(descriptor, Libc.F_GETFD, 0) < 0 && Libc.Open("/dev/null", Libc.O_RDWR, 0) < 0)
            {
                _ = Libc.Open("/", Libc.O_RDONLY | Libc.O_DIRECTORY, 0);
            }
        }
    }

    /// <summary>Takes the right to write the line: exactly one of the run and its guard gets it.</summary>
    internal static bool TakeOutput() => Interlocked.Exchange(ref outputTaken, 1) == 0;

    /// <summary>Writes all bytes. A reader that is gone or a full disk loses the line; the exit code still says the verdict.</summary>
    internal static void Write(byte[] bytes)
    {
        int written = 0;
        fixed (byte* start = bytes)
        {
            while (written < bytes.Length)
            {
                nint count = Libc.Write(Output, start + written, (nuint)(bytes.Length - written));
                int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error == Libc.EAGAIN)
                {
                    Libc.PollDescriptor wanted = new() { Descriptor = Output, Events = Libc.POLLOUT };
                    _ = Libc.Poll(&wanted, 1, 1000);
                }
                else if (error is not 0 and not Libc.EINTR)
                {
                    return;
                }

                written += Math.Max((int)count, 0);
            }
        }
    }
}
