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
    /// <exception cref="UsageException">It cannot be read or trusted; the message has the command that cures it.</exception>
    internal static byte[] Identity(string path)
    {
        LocalFile file = LocalFile.Read(path, LongestIdentity);
        Demand("identity", path, file);
        return (file.Mode & ForGroupAndOthers) == 0
            ? file.Bytes
            : throw new UsageException($"identity '{path}' is open to others (mode {Convert.ToString(file.Mode, 8)}); cure: chmod 0600 '{path}', and if others could log in here, a new key");
    }

    /// <summary>The known host keys: of this user or root, writable by nobody else.</summary>
    /// <exception cref="UsageException">It cannot be read or trusted; the message has the command that cures it.</exception>
    internal static byte[] KnownHosts(string path)
    {
        LocalFile file = LocalFile.Read(path, LongestKnownHosts, followLinks: true);
        Demand("known hosts", path, file);
        return (file.Mode & WritableByOthers) == 0
            ? file.Bytes
            : throw new UsageException($"known hosts '{path}' can be written by others (mode {Convert.ToString(file.Mode, 8)}); cure: chmod go-w '{path}', after a look at its keys");
    }

    private static void Demand(string what, string path, LocalFile file)
    {
        uint me = Libc.EffectiveUser();
        if (file.Failure is { } reason)
        {
            throw new UsageException($"{what} '{path}' cannot be read by {Accounts.UserName(me)}: {reason}");
        }

        if (file.Owner != 0 && file.Owner != me)
        {
            throw new UsageException($"{what} '{path}' belongs to {Accounts.UserName(file.Owner)}; cure: chown {Accounts.UserName(me)} '{path}'");
        }
    }
}
