using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Judges a HAProxy that nothing answers for. It is not running only when no process of its name runs at its place; else its socket is
/// another one, and whoever restarts it for that does harm.
/// </summary>
internal static class AbsenceJudge
{
    /// <summary>Judges.</summary>
    /// <param name="what">What was not found: "its stats socket /run/haproxy.sock does not exist".</param>
    /// <param name="asked">The sockets that were asked, as <c>--socket</c> takes them.</param>
    /// <param name="place">Where it should run.</param>
    /// <param name="running">What runs there.</param>
    /// <param name="run">Who looked.</param>
    internal static Finding Judge(string what, IReadOnlyList<string> asked, Place place, RunningHaproxy running, CheckRun run)
    {
        if (!running.SeesProcesses)
        {
            return Unknown($"whether HAProxy runs is not known: {what}, and the processes of other users are hidden from "
                + $"{run.World.UserName} (/proc is mounted with hidepid); cure: {Sudo.LineFor(run)}");
        }

        if (running.Pid == 0)
        {
            string why = running.PlaceRuns ? what : $"the container does not run ({what})";
            string elsewhere = running.Elsewhere is { } container ? $"; one runs in container {container}, whose paths begin with "
                + $"{new Place(container).Root} here" : "";
            return new Finding(Status.Critical, $"HAProxy is not running{place.Spoken}: {why}{elsewhere}", HaproxyCheck.Process)
            {
                FirstStep = running.PlaceRuns ? place.FirstStep(HaproxyCheck.Process) : StartOf(place),
            };
        }

        return Unknown($"HAProxy runs{place.Spoken} (pid {running.Pid}), but {what}; {Cure(asked, place, running)}");
    }

    private static string StartOf(Place place) => $"vzctl status {place.Container}: the container is down and comes first";

    private static string Cure(IReadOnlyList<string> asked, Place place, RunningHaproxy running)
    {
        const int Named = 3;
        string files = string.Join(" and ", running.Files.Take(Named));
        if (running.Files.Count == 0)
        {
            return "its command line names no configuration; cure: find its haproxy.cfg ('stats socket') and name that path with --socket";
        }

        if (running.Configuration is not { } configuration)
        {
            return $"where its socket is stands in {files} ('stats socket'), which cannot be read: {running.Trouble}; cure: name that "
                + "path with --socket";
        }

        string[] sockets = [.. configuration.Sockets.Select(socket => socket.StartsWith('/') ? place.Seen(socket) : socket)];
        string[] others = [.. sockets.Except(asked)];
        if (others.Length > 0)
        {
            return $"{files} has its 'stats socket' at {string.Join(", ", others)}; cure: --socket {others[0]}";
        }

        string reload = $"then {place.Command("service haproxy reload")}";
        return sockets.Length > 0
            ? $"{files} has it there, so that HAProxy started before that line was written, or the file was removed; cure: "
                + $"{place.Command($"haproxy -c -f {Inside(running.Files[0], place)}")}, {reload}"
            : $"{files} has no 'stats socket'; cure: add 'stats socket /var/run/haproxy.sock mode 660 group haproxy level user' to its "
                + $"global section, {reload}";
    }

    private static string Inside(string path, Place place) => path[(place.Root?.Length ?? 0)..];

    /// <summary>The sentence has the cure: nothing is to be done about HAProxy itself.</summary>
    private static Finding Unknown(string sentence) => new(Status.Unknown, sentence, HaproxyCheck.Process) { FirstStep = "" };
}
