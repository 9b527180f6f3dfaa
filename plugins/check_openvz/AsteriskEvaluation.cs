using System.Globalization;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Evaluates whether the Asterisks that live serve calls: that they answer on their control sockets, that their providers know them, and
/// that they are the ones of the last run.
/// </summary>
internal sealed class AsteriskEvaluation
{
    private const string Process = "asterisk ";
    private const string Restarts = "asterisk-restarts ";
    private const string Answers = "asterisk-answers ";
    private const string Unregistered = "unregistered ";
    private const int MostRestartsRemembered = 10;
    private const int MostRegistrations = 100;
    private const int RaisedOneByOne = 3;

    private static readonly TimeSpan LoopWindow = TimeSpan.FromHours(1);

    private readonly OpenvzSettings settings;
    private readonly NodeReading reading;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private readonly HashSet<string> running;

    private AsteriskEvaluation(OpenvzSettings settings, NodeReading reading, ReportBuilder report)
    {
        this.settings = settings;
        this.reading = reading;
        this.report = report;
        concern = report.For(OpenvzCheck.Services);
        running = [.. WatchedContainers.WithAsterisk(settings, reading).Select(container => container.Id)];
    }

    internal static void Evaluate(
        OpenvzSettings settings, NodeReading reading, BootEvaluation boot, ReportBuilder report, Action<string> wait)
    {
        AsteriskEvaluation evaluation = new(settings, reading, report);
        evaluation.EvaluateRestarts();
        if (reading.Asterisk is { } asterisk)
        {
            evaluation.EvaluateAnswers(asterisk, boot.Grace.Lasts ? wait : null);
            evaluation.EvaluateRegistrations(asterisk, boot.Grace.Lasts ? wait : null);
        }
        else
        {
            evaluation.Keep(Answers, _ => true);
            evaluation.Keep(Unregistered, _ => true);
        }
    }

    /// <summary>Goes on remembering what was remembered of containers of this node that still exist.</summary>
    private void Keep(string prefix, Predicate<string> ofContainer) => concern.RememberAsBefore(key =>
        key.StartsWith(prefix, StringComparison.Ordinal) && key[prefix.Length..].Split(' ')[0] is var id && ofContainer(id)
        && (reading.Configs.ContainsKey(id) || reading.Scan!.Containers.ContainsKey(id)));

    /// <summary>
    /// An Asterisk has another pid although its container is the same: it crashed, and safe_asterisk started another one, or a person did.
    /// </summary>
    private void EvaluateRestarts()
    {
        List<(string Id, int Count, bool IsLoop)> restarted = [];
        foreach (ContainerProcesses container in WatchedContainers.WithAsterisk(settings, reading))
        {
            int[] pids = WatchedContainers.AsterisksOf(settings, reading, container);
            string start = container.Init.ToString(CultureInfo.InvariantCulture);
            string[] before = concern.Past.Text(Process + container.Id)?.Split(' ') ?? [];
            List<DateTimeOffset> restarts = RestartsOf(container.Id);
            bool isAnother = !IsFromBeforeTheBoot && before.Length > 1 && before[0] == start
                && !pids.Any(pid => before.Skip(1).Contains(pid.ToString(CultureInfo.InvariantCulture)));
            if (isAnother)
            {
                bool isAgain = restarts.Count > 0 && restarts[^1] == concern.Past.At;
                restarts.Add(concern.Now);
                restarted.Add((container.Id, restarts.Count, isAgain || restarts.Count > 2));
            }

            concern.Remember(Process + container.Id, $"{start} {string.Join(' ', pids)}");
            if (restarts.Count > 0)
            {
                IEnumerable<string> times = restarts.TakeLast(MostRestartsRemembered).Select(MemoryTime.Print);
                concern.Remember(Restarts + container.Id, string.Join(' ', times));
            }
        }

        // One that was not looked at is down, or comes or goes.
        Keep(Process, id => !running.Contains(id));
        Keep(Restarts, id => !running.Contains(id));
        RaiseRestarts(restarted);
    }

    /// <summary>Pids of another boot mean nothing.</summary>
    private bool IsFromBeforeTheBoot => reading.Uptime is { } uptime && concern.Past.At < concern.Now - uptime;

    private List<DateTimeOffset> RestartsOf(string id)
    {
        IEnumerable<DateTimeOffset?> times = (concern.Past.Text(Restarts + id) ?? "").Split(' ').Select(MemoryTime.Parse);
        return [.. times.OfType<DateTimeOffset>().Where(time => time <= concern.Now && concern.Now - time < LoopWindow)];
    }

    private void RaiseRestarts(List<(string Id, int Count, bool IsLoop)> restarted)
    {
        string since = Words.Moment(concern.Past.At);
        foreach ((string id, int count, bool _) in restarted.Where(one => one.IsLoop))
        {
            concern.Raise(
                Process + id,
                Status.Critical,
                ServicesHeadlines.AsteriskLoops.With("CTID", id),
                $"Asterisk in container {reading.Label(id)} restarts again and again: {Words.Count(count, "time")} within an hour, last "
                    + $"after {since}; each time its calls are cut off");
        }

        string[] once = [.. restarted.Where(one => !one.IsLoop).Select(one => one.Id)];
        foreach (string id in once.Length > RaisedOneByOne ? [] : once)
        {
            concern.Raise(
                Process + id,
                Status.Warning,
                ServicesHeadlines.AsteriskRestarted.With("CTID", id),
                $"Asterisk in container {reading.Label(id)} restarted after {since}; its calls were cut off");
        }

        if (once.Length > RaisedOneByOne)
        {
            concern.Raise(
                Process.TrimEnd(),
                Status.Warning,
                ServicesHeadlines.AsteriskRestarted.With("CTID", once[0]),
                $"Asterisk in {Words.Count(once.Length, "container")} restarted after {since}; its calls were cut off: "
                    + Sentences.Some([.. once.Select(reading.Label)]));
        }
    }

    private void EvaluateAnswers(AsteriskReading asterisk, Action<string>? wait)
    {
        if (asterisk.IsOutOfReach)
        {
            report.Note("Asterisk not asked whether it serves calls: its control socket is root's");
        }

        if (asterisk.Error is { } error)
        {
            concern.Problem(
                Status.Unknown, ServicesHeadlines.AsteriskUnknown, $"whether Asterisk answers is not known: {Sentences.Why(error)}");
        }

        foreach (AskedAsterisk one in asterisk.Asked.Where(one => one.Answer is not null))
        {
            concern.Remember(Answers + one.Id, "yes");
        }

        AskedAsterisk[] elsewhere = [.. asterisk.Asked.Where(IsElsewhere)];
        AskedAsterisk[] denied = [.. asterisk.Asked.Where(one => one.Error is { Kind: ProbeErrorKind.Denied })];
        Keep(Answers, _ => true);
        TellSilent([.. asterisk.Asked.Where(one => one.Error is not null).Except(denied).Except(elsewhere)], wait);
        TellFailing([.. asterisk.Asked.Where(one => one.Answer is { Service: AsteriskService.Fails })], wait);
        TellForbidden(asterisk.Asked.Where(one => one.Answer is { Service: AsteriskService.Forbids }));
        if (denied.Length > 0)
        {
            Caller caller = denied[0].Error!.Caller!;
            concern.Problem(
                Status.Unknown,
                ServicesHeadlines.AsteriskDenied,
                $"user {caller.User} may not ask Asterisk on its control socket in {Words.Count(denied.Length, "container")}; cure: "
                    + Sudo.LineFor(caller, report.Options));
        }

        if (elsewhere.Length > 0)
        {
            report.Note($"Asterisk not asked in {Some(elsewhere)}: no control socket at {settings.AsteriskSocket}; --asterisk-socket names "
                + "another path");
        }

        if (asterisk.Asked.Where(one => one.Answer is { Service: AsteriskService.TooOld }).ToArray() is { Length: > 0 } old)
        {
            report.Note($"Asterisk not asked in {Some(old)}: it is older than 1.6.2");
        }
    }

    /// <summary>Nothing stands at the usual path, no option names it, and none ever answered there: it may have another one.</summary>
    private bool IsElsewhere(AskedAsterisk one) =>
        one.Error is { Kind: ProbeErrorKind.Missing } && !settings.NamesAsteriskSocket && concern.Past.Text(Answers + one.Id) is null;

    private string Some(IEnumerable<AskedAsterisk> some) => Sentences.Some([.. some.Select(one => reading.Label(one.Id))]);

    private void TellSilent(AskedAsterisk[] silent, Action<string>? wait)
    {
        if (silent.Length > 0)
        {
            Tell(ServicesHeadlines.AsteriskSilent.With("CTID", silent[0].Id), wait, "Asterisk is alive but does not answer on its control "
                + $"socket in {Words.Count(silent.Length, "container")}: {Each(silent, one => one.Error!.Detail)}");
        }
    }

    private void TellFailing(AskedAsterisk[] failing, Action<string>? wait)
    {
        if (failing.Length > 0)
        {
            Tell(ServicesHeadlines.AsteriskFails.With("CTID", failing[0].Id), wait, "Asterisk is alive but answers with an error on its "
                + $"control socket in {Words.Count(failing.Length, "container")}: {Each(failing, one => one.Answer!.Why)}");
        }
    }

    private void TellForbidden(IEnumerable<AskedAsterisk> forbidden)
    {
        if (forbidden.ToArray() is { Length: > 0 } some)
        {
            concern.Problem(
                Status.Unknown,
                ServicesHeadlines.AsteriskForbids,
                $"whether Asterisk serves calls is not known in {Some(some)}: its cli_permissions.conf forbids root to ask");
        }
    }

    private string Each(AskedAsterisk[] some, Func<AskedAsterisk, string> why) =>
        Sentences.Some([.. some.Select(one => $"{reading.Label(one.Id)}: {why(one)}")]);

    private void Tell(HeadlineKind kind, Action<string>? wait, string sentence)
    {
        if (wait is null)
        {
            concern.Problem(Status.Critical, kind, sentence);
        }
        else
        {
            wait(sentence);
        }
    }

    /// <summary>
    /// A provider that does not know the Asterisk sends it no call. A moment of it is what a registration costs when it is renewed.
    /// </summary>
    private void EvaluateRegistrations(AsteriskReading asterisk, Action<string>? wait)
    {
        TellUnread(asterisk.Asked.Where(one => one.Answer is { Service: AsteriskService.Serves, Registrations: null }));
        List<Lost> lost = [];
        int count = 0;
        HashSet<string> told = [];
        foreach (AskedAsterisk one in asterisk.Asked.OrderBy(one => one.Id, ContainerId.InOrder)
            .Where(one => one.Answer is { Service: AsteriskService.Serves, Registrations: not null }))
        {
            told.Add(one.Id);
            foreach (OutboundRegistration registration in one.Answer!.Registrations!.Take(MostRegistrations))
            {
                count++;
                if (!registration.IsRegistered)
                {
                    lost.Add(new Lost(one.Id, registration, concern.Since($"{Unregistered}{one.Id} {registration.Name}")));
                }
            }
        }

        Keep(Unregistered, id => !told.Contains(id));
        if (count > 0)
        {
            concern.Record(OpenvzCheck.UnregisteredTime, lost.Select(SecondsOf).DefaultIfEmpty(0).Max());
            TellLost(lost, wait);
        }
    }

    private void TellUnread(IEnumerable<AskedAsterisk> unread)
    {
        if (unread.ToArray() is { Length: > 0 } some)
        {
            concern.Problem(
                Status.Unknown,
                ServicesHeadlines.RegistrationsUnread.With("CTID", some[0].Id),
                $"outbound registrations are not known in {Some(some)}: Asterisk's answer to 'sip show registry' or 'pjsip show "
                    + "registrations' is not the table that it should be");
        }
    }

    private void TellLost(List<Lost> lost, Action<string>? wait)
    {
        (Lost Lost, Metric Time)[] all =
            [.. lost.Select(one => (one, report.Options.Measure(OpenvzCheck.UnregisteredTime, SecondsOf(one))))];
        (Lost Lost, Metric Time)[] tooLong = [.. all.Where(one => one.Time.Status != Status.Ok)];
        NoteLost([.. all.Except(tooLong).Select(one => one.Lost)]);
        if (tooLong.Length == 0)
        {
            return;
        }

        (Lost first, Metric longest) = tooLong.MaxBy(one => one.Time.Value);
        string since = Words.Moment(first.Since);
        int containers = tooLong.Select(one => one.Lost.Id).Distinct().Count();
        string sentence = tooLong.Length == 1
            ? $"outbound registration {Describe(first)} since {since}: {longest.Spoken}"
            : $"{tooLong.Length} outbound registrations of {Words.Count(containers, "container")} are not registered, the longest since "
                + $"{since}: {Sentences.Some([.. tooLong.Select(one => Short(one.Lost))])}";
        if (wait is not null)
        {
            wait(sentence);
        }
        else
        {
            HeadlineKind kind = tooLong.Length == 1 ? ServicesHeadlines.Unregistered : ServicesHeadlines.ManyUnregistered;
            concern.Problem(longest.Status, kind.With("CTID", first.Id), sentence);
        }
    }

    private void NoteLost(Lost[] lost)
    {
        if (lost.Length == 1)
        {
            report.Note($"outbound registration {Describe(lost[0])} since {Words.Moment(lost[0].Since)}");
        }
        else if (lost.Length > 1)
        {
            string some = Sentences.Some([.. lost.Select(Short)]);
            report.Note($"{lost.Length} outbound registrations are not registered, not for long yet: {some}");
        }
    }

    private double SecondsOf(Lost one) => Math.Round((concern.Now - one.Since).TotalSeconds);

    private string Describe(Lost one) =>
        $"{one.Registration.Name} of container {reading.Label(one.Id)} is not registered ({one.Registration.State})";

    private string Short(Lost one) => $"{one.Registration.Name} of {reading.Label(one.Id)} ({one.Registration.State})";

    /// <summary>A registration that the provider does not know.</summary>
    private readonly record struct Lost(string Id, OutboundRegistration Registration, DateTimeOffset Since);
}
