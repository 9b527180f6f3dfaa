using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What came of asking one source: the statistics, or a finding that says why there are none.</summary>
internal sealed record StatsReading(string Source, HaproxyStats? Stats, Finding? Trouble);

/// <summary>
/// Asks HAProxy for <c>show info</c> and <c>show stat</c>, in one connection to each stats socket, or for the CSV of its stats page.
/// </summary>
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

    /// <summary>Groups whose members may do more than ask HAProxy: no cure puts anybody into one.</summary>
    private static readonly string[] PowerfulGroups =
    [
        "root", "0", "wheel", "sudo", "admin", "adm", "disk", "shadow", "kmem", "mem", "staff", "docker", "lxd", "libvirt",
        "systemd-journal",
    ];

    private readonly CheckRun run;
    private readonly IWorld world;
    private readonly IReadOnlyList<StatsSource> sources;

    /// <summary>One source may use up what the run has; of several, none may use up the time of the others.</summary>
    private readonly TimeSpan? limit;

    internal StatsProbe(CheckRun run, IReadOnlyList<StatsSource> sources)
    {
        this.run = run;
        world = run.World;
        this.sources = sources;
        limit = sources.Count > 1 ? run.Options.Timeout * 0.9 / sources.Count : null;
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

        string what = $"none of its usual stats sockets exists ({string.Join(", ", UsualSockets)})";
        return new StatsReading(UsualSockets[0], null, Absent(what, [], Place.Here));
    }

    /// <summary>Why a container's files cannot be looked at; null when they can, and for this machine.</summary>
    internal static string? RootTrouble(IWorld world, Place place)
    {
        Answer answer = place.Root is { } root ? world.Ask(new MountQuestion(root)) : new Answer(Outcome.Answered, default);
        return answer.Outcome switch
        {
            Outcome.Silent => $"the root of container {place.Container} does not answer: {answer.Reason}",
            Outcome.Busy => $"the root of container {place.Container} does not answer since {Words.Moment(answer.HangsSince)}",
            _ => null,
        };
    }

    private Finding Absent(string what, IReadOnlyList<string> asked, Place place, RunningHaproxy? seen = null)
    {
        RunningHaproxy running = seen ?? RunningHaproxy.Find(world, place);
        return place.Container is not null && running is { SeesProcesses: true, Pid: 0 } && Grace() is { Lasts: true } grace
            ? new Finding(grace.Status, grace.Sentence($"HAProxy does not run yet{place.Spoken}", "it is"), HaproxyCheck.Process) { FirstStep = "" }
            : AbsenceJudge.Judge(what, asked, place, running, run);
    }

    private BootGrace Grace()
    {
        (TimeSpan length, Status status) = BootGrace.Parse(run.Options, HaproxyCheck.BootGraceOption);
        return new BootGrace(length, status, BootGrace.UptimeOf(world), world.Now);
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
            string kind = source.Socket is null ? "page" : "socket";
            return new StatsReading(where, null, Told(Status.Unknown, $"{exception.Message} ({kind} {where})"));
        }
    }

    private (HaproxyStats? Stats, Finding? Trouble) ReadSocket(string where, SocketAddress socket)
    {
        Place place = Place.Of(socket.Path);
        if (RootTrouble(world, place) is { } hangs)
        {
            return (null, Told(Status.Unknown, $"HAProxy's stats socket {socket} is not asked: {hangs}"));
        }

        SocketQuestion question = new(socket, "show info;show stat\n") { Patience = GapOfAReload, Limit = limit, Within = place.Root };
        Answer answer = world.Ask(question);
        RunningHaproxy? running = null;
        if (IsAbsent(socket, answer))
        {
            running = RunningHaproxy.Find(world, place);

            // It may have started between the last try and the look at the processes.
            answer = running.Pid > 0 ? world.Ask(question) : answer;
        }

        if (answer.Outcome != Outcome.Answered)
        {
            return (null, Trouble(socket, answer, running));
        }

        HaproxyStats stats = StatsParser.Parse(where, answer.Bytes.Span);
        bool anySetAside = AsksWhoSetAside && stats.Rows.Any(static row => row is { Type: RowType.Server, IsSetAside: true });
        return (anySetAside ? stats with { ServersState = AskWhoSetAside(socket) } : stats, null);
    }

    /// <summary>Of use, not needed: an old version does not know the command.</summary>
    private ServersState? AskWhoSetAside(SocketAddress socket)
    {
        string? root = Place.Of(socket.Path).Root;
        Answer answer = world.Ask(new SocketQuestion(socket, ServersState.Command + "\n") { Limit = ForWhatIsOfUse, Within = root });
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

        if (answer.Outcome == Outcome.Refused && IsHere(page.Host))
        {
            return (null, Absent($"nothing listens at its stats page {where}", [], Place.Here));
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
        return (null, Told(status, sentence));
    }

    /// <summary>What could not be asked says nothing of HAProxy: its sentence has the cure, and HAProxy itself is let alone.</summary>
    private static Finding Told(Status status, string sentence) =>
        new(status, sentence, HaproxyCheck.Process) { FirstStep = status == Status.Unknown ? "" : null };

    private static bool IsHere(string host) => host is "localhost" or "::1" or "[::1]" || host.StartsWith("127.", StringComparison.Ordinal);

    private static bool IsAbsent(SocketAddress socket, Answer answer) =>
        answer.Outcome is Outcome.Missing or Outcome.Refused && (socket.Path is not null || IsHere(socket.Host!));

    private Finding Trouble(SocketAddress socket, Answer answer, RunningHaproxy? running)
    {
        Place place = Place.Of(socket.Path);
        if (IsAbsent(socket, answer))
        {
            string what = answer.Outcome == Outcome.Missing
                ? $"its stats socket {socket} does not exist"
                : $"nothing listens on its stats socket {socket}";
            return Absent(what, [socket.ToString()], place, running);
        }

        (Status status, string sentence) = answer.Outcome switch
        {
            Outcome.Refused => (Status.Critical, $"HAProxy is not running: nothing listens on its stats socket {socket}"),
            Outcome.Silent => (Status.Critical, $"HAProxy accepts on {socket} but does not answer: {answer.Reason}; the process hangs or is overloaded"),
            Outcome.Denied => (Status.Unknown, Denied(socket)),
            Outcome.TooLong => (Status.Unknown, $"HAProxy's answer on {socket} is too long: {answer.Reason}"),
            Outcome.Unresolved => (Status.Unknown, $"the host of the stats socket {socket} has no address: {answer.Reason}"),
            _ => (Status.Unknown, $"the stats socket {socket} cannot be asked: {answer.Reason}"),
        };
        Finding finding = Told(status, sentence);
        return finding with { FirstStep = finding.FirstStep ?? place.FirstStep(HaproxyCheck.Process) };
    }

    private string Denied(SocketAddress socket)
    {
        const int GroupMayConnect = 0b000_010_000, GroupMaySearch = 0b000_001_000;
        string user = world.UserName;
        string denied = $"user {user} may not connect to the stats socket {socket}";
        if (socket.Path is null)
        {
            return denied;
        }

        // The groups of a container are not this machine's.
        if (Place.Of(socket.Path).Container is not null)
        {
            return $"{denied}; cure: run the check through sudo, {Sudo.LineFor(run)}";
        }

        PathStatus status = world.Look(socket.Path);
        PathStatus folder = world.Look(Path.GetDirectoryName(socket.Path)!);
        string join = $"join the group with usermod -aG haproxy {user}";
        bool joinsFolder = folder.Group.Length > 0 && (folder.Mode & GroupMaySearch) != 0 && !PowerfulGroups.Contains(folder.Group);
        return (status.Kind, status.Mode & GroupMayConnect) switch
        {
            (PathKind.Denied, _) when joinsFolder =>
                $"user {user} may not search the folder of the stats socket {socket}; cure: usermod -aG {folder.Group} {user}, then "
                    + "restart what runs the check",
            (PathKind.Denied, _) => $"user {user} may not search the folder of the stats socket {socket}; cure: add 'stats socket "
                + $"/var/run/haproxy.sock mode 660 group haproxy level user' to haproxy.cfg, name that path with --socket and {join}",
            (PathKind.Socket, not 0) when !PowerfulGroups.Contains(status.Group) => $"{denied} (group {status.Group}, mode "
                + $"{Convert.ToString(status.Mode, 8)}); cure: usermod -aG {status.Group} {user}, then restart what runs the check",
            (PathKind.Socket, _) => $"{denied} (owner {status.Owner}, group {status.Group}, mode {Convert.ToString(status.Mode, 8)}); "
                + $"cure: add 'mode 660 group haproxy level user' to its stats socket line in haproxy.cfg and {join}",
            _ => denied,
        };
    }
}
