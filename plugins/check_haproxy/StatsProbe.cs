using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Asks HAProxy for <c>show info</c> and <c>show stat</c>, in one connection to each stats socket, or for the CSV of its stats page. Where
/// nothing answers, it looks for the process.
/// </summary>
internal sealed class StatsProbe(IWorld world, HaproxySettings settings)
{
    /// <summary>Where distributions and common configurations keep the socket, the most common first.</summary>
    internal static readonly IReadOnlyList<string> UsualSockets =
    [
        "/run/haproxy/admin.sock", "/var/lib/haproxy/stats", "/run/haproxy/stats.sock", "/run/haproxy/haproxy.sock", "/run/haproxy.sock",
        "/var/run/haproxy/admin.sock", "/var/run/haproxy.sock",
    ];

    private static readonly TimeSpan GapOfAReload = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan ForWhatIsOfUse = TimeSpan.FromSeconds(2);

    /// <summary>One source may use up what the run has; of several, none may use up the time of the others.</summary>
    private readonly TimeSpan? limit = settings.Sources.Count > 1 ? settings.Timeout * 0.9 / settings.Sources.Count : null;

    internal IReadOnlyList<StatsReading> Read() => settings.Sources.Count > 0 ? [.. settings.Sources.Select(Read)] : [ReadUsual()];

    private StatsReading ReadUsual()
    {
        foreach (string path in UsualSockets)
        {
            if (world.Look(path).Kind is PathKind.Socket or PathKind.Denied)
            {
                return Read(StatsSource.At(path));
            }
        }

        ProbeError error = new("the usual stats sockets", ProbeErrorKind.Missing, "");
        return WithProcesses(new StatsReading(StatsSource.At(UsualSockets[0]), null, error) { Tried = UsualSockets });
    }

    private StatsReading Read(StatsSource source)
    {
        try
        {
            return source.Socket is { } socket ? ReadSocket(source, socket) : ReadPage(source, source.Page!);
        }
        catch (StatsException exception)
        {
            return new StatsReading(source, null, new ProbeError(source.ToString(), ProbeErrorKind.Malformed, exception.Message));
        }
    }

    /// <exception cref="StatsException">The answer is not a complete one.</exception>
    private StatsReading ReadSocket(StatsSource source, SocketAddress socket)
    {
        string? root = source.Place.Root;
        if (ContainerRootProbe.Read(world, source.Place) is { } hangs)
        {
            return new StatsReading(source, null, null) { RootError = hangs };
        }

        SocketQuestion question = new(socket, "show info;show stat\n") { Patience = GapOfAReload, Limit = limit, Within = root };
        StatsReading Unread(Answer answer) => new(source, null, ProbeError.Of($"the stats socket {socket}", answer));
        Answer answer = world.Ask(question);
        RunningHaproxy? running = null;
        if (answer.Outcome != Outcome.Answered && Unread(answer).IsAbsent)
        {
            running = RunningHaproxyProbe.Read(world, source.Place);

            // It may have started between the last try and the look at the processes.
            answer = running.Pid > 0 ? world.Ask(question) : answer;
        }

        if (answer.Outcome != Outcome.Answered)
        {
            StatsReading unread = Unread(answer);
            return unread.IsAbsent ? WithProcesses(unread with { Running = running })
                : unread.Error!.Kind == ProbeErrorKind.Denied ? WithPermissions(unread, socket)
                : unread;
        }

        HaproxyStats stats = StatsParser.Parse(source.ToString(), answer.Bytes.Span);
        bool isYoung = settings.Judges(HaproxyCheck.Process) && stats.Info.UptimeSeconds < ProcessEvaluation.RestartWindow.TotalSeconds;
        if (isYoung && socket.Path is not null)
        {
            stats = stats with { WasReloaded = RunningHaproxyProbe.WasReloaded(world, source.Place, stats.Info.Pid) };
        }

        bool needsState = settings.Judges(HaproxyCheck.Proxies)
            && stats.Rows.Any(static row => row is { Type: RowType.Server, IsOutOfRotation: true });
        return new StatsReading(source, needsState ? stats with { ServersState = ReadServersState(socket, root) } : stats, null);
    }

    /// <summary>Of use, not needed: an old version does not know the command.</summary>
    private ServersState? ReadServersState(SocketAddress socket, string? root)
    {
        Answer answer = world.Ask(new SocketQuestion(socket, ServersState.Command + "\n") { Limit = ForWhatIsOfUse, Within = root });
        return answer.Outcome == Outcome.Answered ? ServersState.Parse(answer.Bytes.Span) : null;
    }

    /// <exception cref="StatsException">The page is no CSV of HAProxy.</exception>
    private StatsReading ReadPage(StatsSource source, Uri page)
    {
        const int Unauthorized = 401, Ok = 200;
        CertificateTrust trust = new() { AuthorityFile = settings.AuthorityFile };
        Answer answer = world.Ask(new PageQuestion(page) { CredentialsFile = settings.CredentialsFile, Trust = trust, Limit = limit });
        if (answer is { Outcome: Outcome.Answered, Code: Ok })
        {
            return new StatsReading(source, StatsParser.ParsePage(source.ToString(), answer.Bytes.Span), null);
        }

        string subject = $"the stats page {source}";
        ProbeErrorKind kind = answer.Code == Unauthorized ? ProbeErrorKind.Unauthorized : ProbeErrorKind.Rejected;
        StatsReading unread = new(source, null, answer.Outcome == Outcome.Answered
            ? new ProbeError(subject, kind, $"HTTP {answer.Code}")
            : ProbeError.Of(subject, answer));
        return unread.IsAbsent ? WithProcesses(unread) : unread;
    }

    /// <summary>Adds what runs at the place of a source that nothing answers at, and what tells why nothing does.</summary>
    private StatsReading WithProcesses(StatsReading absent)
    {
        Place place = absent.Source.Place;
        RunningHaproxy running = absent.Running ?? RunningHaproxyProbe.Read(world, place);
        return absent with
        {
            Running = running,
            Error = running.SeesProcesses ? absent.Error : absent.Error! with { Caller = Caller.Of(world) },
            Uptime = place.Container is not null && running is { SeesProcesses: true, Pid: 0 } ? BootGrace.UptimeOf(world) : null,
        };
    }

    /// <summary>Adds who was denied a stats socket, and by what.</summary>
    private StatsReading WithPermissions(StatsReading denied, SocketAddress socket)
    {
        // The groups of a container are not this machine's.
        bool isInContainer = denied.Source.Place.Container is not null;
        return denied with
        {
            Error = denied.Error! with { Caller = isInContainer ? Caller.Of(world) : new Caller(world.UserName) },
            Permissions = socket.Path is not { } path || isInContainer
                ? null
                : new SocketPermissions(world.Look(path), world.Look(Path.GetDirectoryName(path)!)),
        };
    }
}
