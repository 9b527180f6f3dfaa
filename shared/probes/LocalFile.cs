using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Probes;

/// <summary>A small regular file as it was opened: its bytes, and owner and mode of the very file that was read.</summary>
/// <param name="Bytes">The whole content; empty when there is a failure.</param>
/// <param name="Owner">Number of the owning user.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Group">Number of the owning group.</param>
/// <param name="Failure">Why it could not be read, in the system's words; null when it was.</param>
/// <param name="Missing">Nothing stands at the path.</param>
/// <param name="Denied">This user may not open it, or may not enter a folder above it.</param>
internal sealed record LocalFile(
    byte[] Bytes, uint Owner, uint Mode, uint Group, string? Failure, bool Missing = false, bool Denied = false)
{
    /// <summary>When its content was last written, to the second. Default: null, it was not read from a disk.</summary>
    internal DateTimeOffset? Modified { get; private init; }

    private const int ReadOnly = Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY;

    /// <summary>The last second of the year 9999.</summary>
    private const long LatestSecond = 253_402_300_799;

    /// <summary>Opens without following a final link (unless allowed), accepts regular files only, and reads at most the cap.</summary>
    internal static LocalFile Read(string path, int cap, bool followLinks = false) =>
        ReadOpened(Libc.Open(path, ReadOnly | (followLinks ? 0 : Libc.O_NOFOLLOW), 0), cap);

    /// <summary>The same of a path below a root that somebody else controls: links are followed inside it.</summary>
    internal static LocalFile ReadWithin(string root, string path, int cap) =>
        ReadOpened(ContainedPath.OpenBelow(root, path, Libc.O_RDONLY | Libc.O_NONBLOCK, regularOnly: true), cap);

    /// <summary>Writes all bytes to an open file.</summary>
    /// <returns>Whether they are written; else the error is the last P/Invoke error.</returns>
    internal static unsafe bool Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int written = 0;
            while (written < bytes.Length)
            {
                nint count = Libc.Write(descriptor, start + written, (nuint)(bytes.Length - written));
                if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                {
                    return false;
                }

                written += Math.Max((int)count, 0);
            }
        }

        return true;
    }

    private static unsafe LocalFile ReadOpened(int descriptor, int cap)
    {
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            string reason = ContainedPath.WhyNotOpened(error);
            return Failed(reason, error == Libc.ENOENT, error == Libc.EACCES);
        }

        try
        {
            Libc.Stat status;
            if (Libc.DescriptorStatus(descriptor, &status) != 0)
            {
                return Failed(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
            }

            if (!status.IsRegular)
            {
                return Failed("is not a regular file");
            }

            if (status.Size > cap)
            {
                return Failed($"has {status.Size} bytes; at most {cap} are read");
            }

            byte[] buffer = new byte[cap < 4096 ? cap : (int)Math.Max(status.Size, 4096)];
            int length = ReadAll(descriptor, buffer);
            return length < 0
                ? Failed(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()))
                : new LocalFile(buffer.AsSpan(0, length).ToArray(), status.User, status.Mode & 0xFFF, status.Group, null)
                {
                    Modified = DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(status.Modified.Seconds, 0, LatestSecond)),
                };
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    /// <summary>Whether anything stands at a path, links followed.</summary>
    internal static unsafe bool Stands(string path)
    {
        Libc.Stat status;
        return Libc.PathStatus(path, &status) == 0;
    }

    private static unsafe int ReadAll(int descriptor, byte[] buffer)
    {
        int length = 0;
        fixed (byte* start = buffer)
        {
            while (length < buffer.Length)
            {
                nint count = Libc.Read(descriptor, start + length, (nuint)(buffer.Length - length));
                if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                {
                    return -1;
                }

                if (count == 0)
                {
                    break;
                }

                length += Math.Max((int)count, 0);
            }
        }

        return length;
    }

    private static LocalFile Failed(string reason, bool missing = false, bool denied = false) => new([], 0, 0, 0, reason, missing, denied);
}
