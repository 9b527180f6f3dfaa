using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The only way to the program's standard output and error outside the log.</summary>
internal static partial class StandardStreams
{
    private const int ReadWrite = 2;
    private const int GetDescriptorFlags = 1;
    private const int BadDescriptor = 9;

    public static void Output(string text) => Write(1, Encoding.UTF8.GetBytes(text));

    public static void Error(string text) => Write(2, Encoding.UTF8.GetBytes(text));

    /// <summary>Gives the standard streams that the caller closed to /dev/null: else the next file opened would become standard output.</summary>
    public static void OpenClosed()
    {
        for (var descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (Fcntl(descriptor, GetDescriptorFlags) < 0 && Marshal.GetLastPInvokeError() == BadDescriptor)
            {
                _ = Open("/dev/null", ReadWrite, 0);
            }
        }
    }

    // A reader that went away is its own affair.
    private static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint written = WriteBytes(descriptor, bytes, (nuint)bytes.Length);
            if (written <= 0 && Marshal.GetLastPInvokeError() != KernelCall.Interrupted)
            {
                return;
            }

            bytes = bytes[(int)Math.Max(0, written)..];
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(int descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command);
}
