using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates a HAProxy that nothing answers for. It is not running only when no process of its name runs at its place; else its socket is
/// another one, and whoever restarts it for that does harm.
/// </summary>
internal static class AbsenceEvaluation
{
    /// <summary>Evaluates.</summary>
    /// <param name="what">What was not found: "its stats socket /run/haproxy.sock does not exist".</param>
    /// <param name="reading">The source, and what runs at its place.</param>
    /// <param name="process">Takes the problem.</param>
    /// <param name="options">The options in force.</param>
    internal static void Evaluate(string what, StatsReading reading, ConcernReport process, Options options)
    {
        Place place = reading.Source.Place;
        RunningHaproxy running = reading.Running!;
        if (reading.Error!.Caller is { } caller)
        {
            Tell(
                HaproxyHeadlines.Hidden,
                $"whether HAProxy runs is not known: {what}, and the processes of other users are hidden from {caller.User} (/proc is "
                    + $"mounted with hidepid); cure: {Sudo.LineFor(caller, options)}");
        }
        else if (running.Pid == 0)
        {
            string why = running.PlaceRuns ? what : $"the container does not run ({what})";
            string elsewhere = running.Elsewhere is { } container ? $"; one runs in container {container}, whose paths begin with "
                + $"{new Place(container).Root} here" : "";
            HeadlineKind kind = running.PlaceRuns ? HaproxyHeadlines.NotRunning : HaproxyHeadlines.ContainerDown;
            process.Problem(Status.Critical, kind, $"HAProxy is not running{place.Spoken}: {why}{elsewhere}");
        }
        else
        {
            Tell(HaproxyHeadlines.NotFound, $"HAProxy runs{place.Spoken} (pid {running.Pid}), but {what}; {Cure(reading, place, running)}");
        }

        // The sentence has the cure: nothing is to be done about HAProxy itself.
        void Tell(HeadlineKind kind, string sentence) => process.Problem(Status.Unknown, kind, sentence);
    }

    private static string Cure(StatsReading reading, Place place, RunningHaproxy running)
    {
        const int Named = 3;
        string files = string.Join(" and ", running.Files.Take(Named));
        if (running.Files.Count == 0)
        {
            return "its command line names no configuration; cure: find its haproxy.cfg ('stats socket') and name that path with --socket";
        }

        if (running.Configuration is not { } configuration)
        {
            return $"where its socket is stands in {files} ('stats socket'), which cannot be read: {running.ConfigurationError?.Detail}; "
                + "cure: name that path with --socket";
        }

        string? asked = reading.Tried.Count > 0 ? null : reading.Source.Socket?.ToString();
        string[] sockets = [.. configuration.Sockets.Select(socket => socket.StartsWith('/') ? place.Seen(socket) : socket)];
        string[] others = [.. sockets.Where(socket => socket != asked).Distinct()];
        if (others.Length > 0)
        {
            return $"{files} has its 'stats socket' at {string.Join(", ", others)}; cure: --socket {others[0]}";
        }

        string reload = $"then {place.Command("service haproxy reload")}";
        return sockets.Length > 0
            ? $"{files} has it there, so that HAProxy started before that line was written, or the file was removed; cure: "
                + $"{place.Command($"haproxy -c -f {place.Inside(running.Files[0])}")}, {reload}"
            : $"{files} has no 'stats socket'; cure: add 'stats socket /var/run/haproxy.sock mode 660 group haproxy level user' to its "
                + $"global section, {reload}";
    }
}
