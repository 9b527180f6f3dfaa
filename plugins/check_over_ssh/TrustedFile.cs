using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>Reads the two files that the connection's safety rests on, each judged as it was opened.</summary>
internal static class TrustedFile
{
    private const int LongestIdentity = 64 * 1024;
    private const int LongestKnownHosts = 8 * 1024 * 1024;
    private const uint ForGroupAndOthers = 0b000_111_111;
    private const uint WritableByOthers = 0b000_010_010;

    /// <summary>The private key: a regular file and no link, of this user or root, with no permission for anybody else.</summary>
    /// <exception cref="UsageException">It cannot be read or trusted; the message has the cure.</exception>
    internal static byte[] Identity(string path)
    {
        LocalFile file = LocalFile.Read(path, LongestIdentity);
        Demand("identity", path, file, ", mode 0600");
        if ((file.Mode & ForGroupAndOthers) == 0)
        {
            return file.Bytes;
        }

        // Closing a file of root's would take it from whoever else reads it.
        string cure = !IsOwn(file) ? $"give {Ownership.Me} a key of its own, mode 0600"
            : file.Owner == 0 ? $"chmod 0600 '{path}', and if others could log in here, a new key; it must belong to the user that "
                + "runs the check"
            : $"chmod 0600 '{path}', and if others could log in here, a new key";
        throw new UsageException($"identity '{path}' is open to others (mode {Ownership.Octal(file.Mode)}); cure: {cure}");
    }

    /// <summary>The known host keys: of this user or root, writable by nobody else.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isOwn">Whether it is this user's, who may add a key to it.</param>
    /// <exception cref="UsageException">It cannot be read or trusted; the message has the cure.</exception>
    internal static byte[] KnownHosts(string path, out bool isOwn)
    {
        LocalFile file = LocalFile.Read(path, LongestKnownHosts, followLinks: true);
        Demand("known hosts", path, file, "");
        isOwn = IsOwn(file);
        return (file.Mode & WritableByOthers) == 0
            ? file.Bytes
            : throw new UsageException(
                $"known hosts '{path}' can be written by others (mode {Ownership.Octal(file.Mode)}); cure: "
                    + $"{(isOwn ? "" : "as root: ")}chmod go-w '{path}', after a look at its keys");
    }

    private static bool IsOwn(LocalFile file) => file.Owner == Libc.EffectiveUser();

    private static void Demand(string what, string path, LocalFile file, string mode)
    {
        if (file.Failure is not null)
        {
            throw new UsageException(Ownership.Unreadable(what, path, file));
        }

        if (file.Owner != 0 && !IsOwn(file))
        {
            throw new UsageException($"{what} '{path}' is not {Ownership.Me}'s own; {Ownership.BelongsTo(file.Owner, mode)}");
        }
    }
}
