namespace Ringfree.Monitoring.Probes;

/// <summary>This machine. Every wait ends with the deadline that the world was made with.</summary>
/// <param name="deadline">When the run must be over.</param>
public sealed class LocalWorld(Deadline deadline) : IWorld
{
    private DateTimeOffset? now;

    /// <inheritdoc/>
#pragma warning disable RS0030 // the world is the clock that everything else asks
    public DateTimeOffset Now => now ??= DateTimeOffset.UtcNow;
#pragma warning restore RS0030

    /// <inheritdoc/>
    public string UserName => Accounts.UserName(Libc.EffectiveUser());

    /// <inheritdoc/>
    public unsafe PathStatus Look(string path)
    {
        Libc.Stat status;
        if (Libc.PathStatus(path, &status) == 0)
        {
            return new PathStatus(
                KindOf(status.Mode),
                (int)(status.Mode & 0xFFF),
                Accounts.UserName(status.User),
                Accounts.GroupName(status.Group));
        }

        return System.Runtime.InteropServices.Marshal.GetLastPInvokeError() switch
        {
            Libc.ENOENT or Libc.ENOTDIR => new PathStatus(PathKind.Missing),
            Libc.EACCES => new PathStatus(PathKind.Denied),
            _ => new PathStatus(PathKind.Other),
        };
    }

    /// <inheritdoc/>
    public SocketAnswer Ask(SocketQuestion question) => LocalSocket.Ask(question, deadline);

    private static PathKind KindOf(uint mode) => (mode & 0xF000) switch
    {
        0xC000 => PathKind.Socket,
        0x8000 => PathKind.File,
        0x4000 => PathKind.Folder,
        _ => PathKind.Other,
    };
}
