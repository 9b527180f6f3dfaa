using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What came of asking one socket: the statistics, or a finding that says why there are none.</summary>
internal sealed record StatsReading(string Socket, HaproxyStats? Stats, Finding? Trouble);

/// <summary>Asks HAProxy's stats sockets for <c>show info</c> and <c>show stat</c> in one connection each.</summary>
internal static class StatsProbe
{
    /// <summary>Where distributions and common configurations keep the socket, the most common first.</summary>
    internal static readonly IReadOnlyList<string> UsualSockets =
    [
        "/run/haproxy/admin.sock", "/var/lib/haproxy/stats", "/run/haproxy/stats.sock", "/run/haproxy/haproxy.sock", "/run/haproxy.sock",
        "/var/run/haproxy/admin.sock", "/var/run/haproxy.sock",
    ];

    private static readonly TimeSpan GapOfAReload = TimeSpan.FromMilliseconds(900);

    internal static IReadOnlyList<StatsReading> Read(IWorld world, IReadOnlyList<SocketAddress> sockets) =>
        sockets.Count > 0 ? [.. sockets.Select(socket => ReadOne(world, socket))] : [ReadUsual(world)];

    private static StatsReading ReadUsual(IWorld world)
    {
        foreach (string path in UsualSockets)
        {
            if (world.Look(path).Kind is PathKind.Socket or PathKind.Denied)
            {
                return ReadOne(world, new SocketAddress(path));
            }
        }

        string looked = string.Join(", ", UsualSockets);
        return new StatsReading(
            UsualSockets[0],
            null,
            new Finding(Status.Critical, $"HAProxy is not running: none of its usual stats sockets exists ({looked}); if it keeps another, name it with --socket", HaproxyCheck.Process));
    }

    private static StatsReading ReadOne(IWorld world, SocketAddress socket)
    {
        Answer answer = world.Ask(new SocketQuestion(socket, "show info;show stat\n") { Patience = GapOfAReload });
        string where = socket.ToString();
        if (answer.Outcome != Outcome.Answered)
        {
            return new StatsReading(where, null, Trouble(world, socket, answer));
        }

        try
        {
            return new StatsReading(where, StatsParser.Parse(where, answer.Bytes.Span), null);
        }
        catch (StatsException exception)
        {
            return new StatsReading(where, null, new Finding(Status.Unknown, $"{exception.Message} (socket {where})", HaproxyCheck.Process));
        }
    }

    private static Finding Trouble(IWorld world, SocketAddress socket, Answer answer)
    {
        (Status status, string sentence) = answer.Outcome switch
        {
            Outcome.Missing => (Status.Critical, $"HAProxy is not running: its stats socket {socket} does not exist"),
            Outcome.Refused => (Status.Critical, $"HAProxy is not running: nothing listens on its stats socket {socket}"),
            Outcome.Silent => (Status.Critical, $"HAProxy accepts on {socket} but does not answer: {answer.Reason}; the process hangs or is overloaded"),
            Outcome.Denied => (Status.Unknown, Denied(world, socket)),
            Outcome.TooLong => (Status.Unknown, $"HAProxy's answer on {socket} is too long: {answer.Reason}"),
            Outcome.Unresolved => (Status.Unknown, $"the host of the stats socket {socket} has no address: {answer.Reason}"),
            _ => (Status.Unknown, $"the stats socket {socket} cannot be asked: {answer.Reason}"),
        };
        return new Finding(status, sentence, HaproxyCheck.Process);
    }

    private static string Denied(IWorld world, SocketAddress socket)
    {
        const int GroupMayConnect = 0b000_010_000;
        string user = world.UserName;
        string denied = $"user {user} may not connect to the stats socket {socket}";
        if (socket.Path is null)
        {
            return denied;
        }

        PathStatus status = world.Look(socket.Path);
        PathStatus folder = world.Look(Path.GetDirectoryName(socket.Path)!);
        return (status.Kind, status.Mode & GroupMayConnect) switch
        {
            (PathKind.Denied, _) when folder.Group.Length > 0 => $"user {user} may not search the folder of the stats socket {socket}; cure: usermod -aG {folder.Group} {user}, then restart what runs the check",
            (PathKind.Socket, not 0) => $"{denied} (group {status.Group}, mode {Convert.ToString(status.Mode, 8)}); cure: usermod -aG {status.Group} {user}, then restart what runs the check",
            (PathKind.Socket, _) => $"{denied} (owner {status.Owner}, mode {Convert.ToString(status.Mode, 8)}); cure: add 'mode 660 group haproxy level user' to its stats socket line in haproxy.cfg and join the group with usermod -aG haproxy {user}",
            _ => denied,
        };
    }
}
