using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>Standard output and error on the bare system calls: the framework's console costs start-up.</summary>
internal static unsafe class StandardStreams
{
    private const int OutputDescriptor = 1;
    private const int ErrorDescriptor = 2;

    /// <summary>
    /// Fills closed descriptors 0 to 2 with /dev/null (in a chroot without it, with the root folder, which cannot be written either).
    /// Without it the next opened file becomes descriptor 1, and what is printed is written into it.
    /// </summary>
    internal static void FillClosed()
    {
        for (int descriptor = 0; descriptor <= ErrorDescriptor; descriptor++)
        {
            if (Libc.Control(descriptor, Libc.F_GETFD, 0) < 0 && Libc.Open("/dev/null", Libc.O_RDWR, 0) < 0)
            {
                _ = Libc.Open("/", Libc.O_RDONLY | Libc.O_DIRECTORY, 0);
            }
        }
    }

    /// <summary>Writes a text to standard output.</summary>
    internal static void Output(string text) => Output(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes bytes to standard output.</summary>
    internal static void Output(ReadOnlySpan<byte> bytes) => Write(OutputDescriptor, bytes);

    /// <summary>Writes a text to standard error.</summary>
    internal static void Error(string text) => Write(ErrorDescriptor, Encoding.UTF8.GetBytes(text));

    // A reader that is gone or a full disk loses the text; the exit code still says the verdict.
    private static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint written;
            fixed (byte* start = bytes)
            {
                written = Libc.Write(descriptor, start, (nuint)bytes.Length);
            }

            int error = written < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error == Libc.EAGAIN)
            {
                Libc.PollDescriptor wanted = new() { Descriptor = descriptor, Events = Libc.POLLOUT };
                _ = Libc.Poll(&wanted, 1, 1000);
            }
            else if (error is not 0 and not Libc.EINTR)
            {
                return;
            }

            bytes = bytes[Math.Max((int)written, 0)..];
        }
    }
}
