using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Says why a source gave no statistics. A HAProxy that does not run or does not answer is CRITICAL; a source that cannot be asked says
/// nothing of HAProxy, so that its sentence has the cure and nothing is to be done about HAProxy itself.
/// </summary>
internal sealed class StatsEvaluation
{
    /// <summary>Groups whose members may do more than ask HAProxy: no cure puts anybody into one.</summary>
    private static readonly string[] PowerfulGroups =
    [
        "root", "0", "wheel", "sudo", "admin", "adm", "disk", "shadow", "kmem", "mem", "staff", "docker", "lxd", "libvirt",
        "systemd-journal",
    ];

    private readonly HaproxySettings settings;
    private readonly ReportBuilder report;
    private readonly ConcernReport process;

    private StatsEvaluation(HaproxySettings settings, ReportBuilder report)
    {
        this.settings = settings;
        this.report = report;
        process = report.For(HaproxyCheck.Process);
    }

    internal static void Evaluate(StatsReading reading, HaproxySettings settings, ReportBuilder report)
    {
        StatsEvaluation evaluation = new(settings, report);
        if (reading.RootError is { } root)
        {
            evaluation.Tell(
                reading, Status.Unknown, $"its stats socket {reading.Source} is not asked: {Sentences.DoesNotAnswer(root)}");
        }
        else if (reading.IsAbsent)
        {
            evaluation.EvaluateAbsence(reading);
        }
        else if (reading.Error is { } error)
        {
            (Status status, string sentence) = reading.Source.Socket is null
                ? evaluation.DescribePage(reading.Source, error)
                : evaluation.DescribeSocket(reading, error);
            evaluation.Tell(reading, status, sentence);
        }
    }

    private void Tell(StatsReading reading, Status status, string sentence) =>
        process.Problem(
            status,
            (status == Status.Unknown ? HaproxyHeadlines.NotRead
                : reading.Error is { IsUnresponsive: true } ? HaproxyHeadlines.Silent
                : HaproxyHeadlines.NotRunning).About(reading.Source.ToString()),
            status == Status.Unknown ? $"HAProxy's statistics are not read: {sentence}" : sentence);

    private void EvaluateAbsence(StatsReading reading)
    {
        Place place = reading.Source.Place;
        BootGrace grace = new(settings.BootGrace.Length, settings.BootGrace.Status, reading.Uptime, report.Now);
        if (grace.Lasts)
        {
            string sentence = grace.Sentence($"HAProxy does not run yet{place.Spoken}", "it is");
            process.Problem(grace.Status, HaproxyHeadlines.Booting, sentence);
            return;
        }

        string what = reading switch
        {
            { Tried: { Count: > 0 } tried } => $"none of its usual stats sockets exists ({string.Join(", ", tried)})",
            { Source.Page: not null } => $"nothing listens at its stats page {reading.Source}",
            { Error.Kind: ProbeErrorKind.Missing } => $"its stats socket {reading.Source} does not exist",
            _ => $"nothing listens on its stats socket {reading.Source}",
        };
        AbsenceEvaluation.Evaluate(what, reading, process, report.Options);
    }

    private (Status Status, string Sentence) DescribeSocket(StatsReading reading, ProbeError error)
    {
        StatsSource socket = reading.Source;
        return error.Kind switch
        {
            ProbeErrorKind.Refused => (Status.Critical, $"HAProxy is not running: nothing listens on its stats socket {socket}"),
            ProbeErrorKind.Unresponsive => (
                Status.Critical, $"HAProxy accepts on {socket} but does not answer: {error.Detail}; the process hangs or is overloaded"),
            ProbeErrorKind.Denied => (Status.Unknown, DescribeDenied(reading, error)),
            ProbeErrorKind.TooLarge => (Status.Unknown, $"its answer on {socket} is too long: {error.Detail}"),
            ProbeErrorKind.Unresolved => (Status.Unknown, $"the host of {error.Subject} has no address: {error.Detail}"),
            ProbeErrorKind.Malformed => (Status.Unknown, $"{error.Detail} (socket {socket})"),
            _ => (Status.Unknown, $"{error.Subject} cannot be asked: {error.Detail}"),
        };
    }

    private (Status Status, string Sentence) DescribePage(StatsSource page, ProbeError error) => error.Kind switch
    {
        ProbeErrorKind.Unauthorized => (Status.Unknown, settings.CredentialsFile is { } file
            ? $"{error.Subject} refuses the credentials of {file}; compare them with 'stats auth' in haproxy.cfg"
            : $"{error.Subject} asks for a user and a password; cure: write USER:PASSWORD into a file of mode 0600 and name it with "
                + "--credentials"),
        ProbeErrorKind.Rejected => (
            Status.Unknown, $"{error.Subject} answers with {error.Detail} instead of statistics; its path is 'stats uri' of haproxy.cfg"),
        ProbeErrorKind.Refused => (Status.Critical, $"HAProxy is not running: nothing listens at its stats page {page}"),
        ProbeErrorKind.Unresponsive => (
            Status.Critical,
            $"HAProxy's stats page {page} does not answer: {error.Detail}; the process hangs or is overloaded"),
        ProbeErrorKind.Denied => (Status.Unknown, error.Detail),
        ProbeErrorKind.TooLarge => (Status.Unknown, $"{error.Subject} is too long: {error.Detail}"),
        ProbeErrorKind.Unresolved => (Status.Unknown, $"the host of {error.Subject} has no address: {error.Detail}"),
        ProbeErrorKind.Malformed => (Status.Unknown, $"{error.Detail} (page {page})"),
        _ => (Status.Unknown, $"{error.Subject} cannot be asked: {error.Detail}"),
    };

    private string DescribeDenied(StatsReading reading, ProbeError error)
    {
        const int GroupMayConnect = 0b000_010_000, GroupMaySearch = 0b000_001_000;
        StatsSource socket = reading.Source;
        Caller caller = error.Caller!;
        string user = caller.User;
        string denied = $"user {user} may not connect to {error.Subject}";
        if (socket.Place.Container is not null)
        {
            return $"{denied}; cure: run the check through sudo, {Sudo.LineFor(caller, report.Options)}";
        }

        if (reading.Permissions is not { Socket: var status, Folder: var folder })
        {
            return denied;
        }

        string join = $"join the group with usermod -aG haproxy {user}";
        bool joinsFolder = folder.Group.Length > 0 && (folder.Mode & GroupMaySearch) != 0 && !PowerfulGroups.Contains(folder.Group);
        return (status.Kind, status.Mode & GroupMayConnect) switch
        {
            (PathKind.Denied, _) when joinsFolder =>
                $"user {user} may not search the folder of {error.Subject}; cure: usermod -aG {folder.Group} {user}, then restart what "
                    + "runs the check",
            (PathKind.Denied, _) => $"user {user} may not search the folder of {error.Subject}; cure: add 'stats socket "
                + $"/var/run/haproxy.sock mode 660 group haproxy level user' to haproxy.cfg, name that path with --socket and {join}",
            (PathKind.Socket, not 0) when !PowerfulGroups.Contains(status.Group) => $"{denied} (group {status.Group}, mode "
                + $"{Convert.ToString(status.Mode, 8)}); cure: usermod -aG {status.Group} {user}, then restart what runs the check",
            (PathKind.Socket, _) => $"{denied} (owner {status.Owner}, group {status.Group}, mode {Convert.ToString(status.Mode, 8)}); "
                + $"cure: add 'mode 660 group haproxy level user' to its stats socket line in haproxy.cfg and {join}",
            _ => denied,
        };
    }
}
