using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What came of asking one source: the statistics, or a finding that says why there are none.</summary>
internal sealed record StatsReading(string Source, HaproxyStats? Stats, Finding? Trouble);

/// <summary>Asks HAProxy for <c>show info</c> and <c>show stat</c>, in one connection to each stats socket, or for the CSV of its stats page.</summary>
internal sealed class StatsProbe
{
    /// <summary>Where distributions and common configurations keep the socket, the most common first.</summary>
    internal static readonly IReadOnlyList<string> UsualSockets =
    [
        "/run/haproxy/admin.sock", "/var/lib/haproxy/stats", "/run/haproxy/stats.sock", "/run/haproxy/haproxy.sock", "/run/haproxy.sock",
        "/var/run/haproxy/admin.sock", "/var/run/haproxy.sock",
    ];

    private static readonly TimeSpan GapOfAReload = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan ForWhatIsOfUse = TimeSpan.FromSeconds(2);

    private readonly IWorld world;
    private readonly IReadOnlyList<StatsSource> sources;

    /// <summary>One source may use up what the run has; of several, none may use up the time of the others.</summary>
    private readonly TimeSpan? limit;

    internal StatsProbe(IWorld world, IReadOnlyList<StatsSource> sources, TimeSpan timeout)
    {
        this.world = world;
        this.sources = sources;
        limit = sources.Count > 1 ? timeout * 0.9 / sources.Count : null;
    }

    /// <summary>Whether it matters who set servers aside. Default: true.</summary>
    internal bool AsksWhoSetAside { get; init; } = true;

    /// <summary>The file with USER:PASSWORD of the stats page. Default: null.</summary>
    internal string? CredentialsFile { get; init; }

    /// <summary>The authorities that are believed for a stats page over HTTPS. Default: the system's.</summary>
    internal CertificateTrust Trust { get; init; } = new();

    internal IReadOnlyList<StatsReading> Read() => sources.Count > 0 ? [.. sources.Select(Read)] : [ReadUsual()];

    private StatsReading ReadUsual()
    {
        foreach (string path in UsualSockets)
        {
            if (world.Look(path).Kind is PathKind.Socket or PathKind.Denied)
            {
                return Read(StatsSource.At(path));
            }
        }

        string looked = string.Join(", ", UsualSockets);
        return new StatsReading(
            UsualSockets[0],
            null,
            new Finding(Status.Critical, $"HAProxy is not running: none of its usual stats sockets exists ({looked}); if it keeps another, name it with --socket", HaproxyCheck.Process));
    }

    private StatsReading Read(StatsSource source)
    {
        string where = source.ToString();
        try
        {
            (HaproxyStats? stats, Finding? trouble) = source.Socket is { } socket ? ReadSocket(where, socket) : ReadPage(where, source.Page!);
            return new StatsReading(where, stats, trouble);
        }
        catch (StatsException exception)
        {
            return new StatsReading(where, null, new Finding(Status.Unknown, $"{exception.Message} ({(source.Socket is null ? "page" : "socket")} {where})", HaproxyCheck.Process));
        }
    }

    private (HaproxyStats? Stats, Finding? Trouble) ReadSocket(string where, SocketAddress socket)
    {
        Answer answer = world.Ask(new SocketQuestion(socket, "show info;show stat\n") { Patience = GapOfAReload, Limit = limit });
        if (answer.Outcome != Outcome.Answered)
        {
            return (null, Trouble(socket, answer));
        }

        HaproxyStats stats = StatsParser.Parse(where, answer.Bytes.Span);
        bool anySetAside = AsksWhoSetAside && stats.Rows.Any(static row => row is { Type: RowType.Server, IsSetAside: true });
        return (anySetAside ? stats with { ServersState = AskWhoSetAside(socket) } : stats, null);
    }

    /// <summary>Of use, not needed: an old version does not know the command.</summary>
    private ServersState? AskWhoSetAside(SocketAddress socket)
    {
        Answer answer = world.Ask(new SocketQuestion(socket, ServersState.Command + "\n") { Limit = ForWhatIsOfUse });
        return answer.Outcome == Outcome.Answered ? ServersState.Parse(answer.Bytes.Span) : null;
    }

    private (HaproxyStats? Stats, Finding? Trouble) ReadPage(string where, Uri page)
    {
        const int Unauthorized = 401, Ok = 200;
        Answer answer = world.Ask(new PageQuestion(page) { CredentialsFile = CredentialsFile, Trust = Trust, Limit = limit });
        if (answer is { Outcome: Outcome.Answered, Code: Ok })
        {
            return (StatsParser.ParsePage(where, answer.Bytes.Span), null);
        }

        (Status status, string sentence) = answer.Outcome switch
        {
            Outcome.Answered when answer.Code == Unauthorized => (Status.Unknown, CredentialsFile is { } file
                ? $"the stats page {where} refuses the credentials of {file}; compare them with 'stats auth' in haproxy.cfg"
                : $"the stats page {where} asks for a user and a password; cure: write USER:PASSWORD into a file of mode 0600 and name it with --credentials"),
            Outcome.Answered => (Status.Unknown, $"the stats page {where} answers with HTTP {answer.Code} instead of statistics; its path is 'stats uri' of haproxy.cfg"),
            Outcome.Refused => (Status.Critical, $"HAProxy is not running: nothing listens at its stats page {where}"),
            Outcome.Silent => (Status.Critical, $"HAProxy's stats page {where} does not answer: {answer.Reason}; the process hangs or is overloaded"),
            Outcome.Denied => (Status.Unknown, answer.Reason),
            Outcome.TooLong => (Status.Unknown, $"the stats page {where} is too long: {answer.Reason}"),
            Outcome.Unresolved => (Status.Unknown, $"the host of the stats page {where} has no address: {answer.Reason}"),
            _ => (Status.Unknown, $"the stats page {where} cannot be asked: {answer.Reason}"),
        };
        return (null, new Finding(status, sentence, HaproxyCheck.Process));
    }

    private Finding Trouble(SocketAddress socket, Answer answer)
    {
        (Status status, string sentence) = answer.Outcome switch
        {
            Outcome.Missing => (Status.Critical, $"HAProxy is not running: its stats socket {socket} does not exist"),
            Outcome.Refused => (Status.Critical, $"HAProxy is not running: nothing listens on its stats socket {socket}"),
            Outcome.Silent => (Status.Critical, $"HAProxy accepts on {socket} but does not answer: {answer.Reason}; the process hangs or is overloaded"),
            Outcome.Denied => (Status.Unknown, Denied(socket)),
            Outcome.TooLong => (Status.Unknown, $"HAProxy's answer on {socket} is too long: {answer.Reason}"),
            Outcome.Unresolved => (Status.Unknown, $"the host of the stats socket {socket} has no address: {answer.Reason}"),
            _ => (Status.Unknown, $"the stats socket {socket} cannot be asked: {answer.Reason}"),
        };
        return new Finding(status, sentence, HaproxyCheck.Process);
    }

    private string Denied(SocketAddress socket)
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
