using System.Globalization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>How a figure or the whole stands; the numbers are Nagios' exit codes.</summary>
internal enum HealthStatus
{
    /// <summary>As it should be.</summary>
    Ok = 0,

    /// <summary>Worth a look by day.</summary>
    Warning = 1,

    /// <summary>Pages are late, lost or may be.</summary>
    Critical = 2,

    /// <summary>It cannot be said.</summary>
    Unknown = 3,
}

/// <summary>The bridge's health in figures, read from store and spool, so that it can be told with serve dead.</summary>
/// <param name="IsServing">A serve holds the spool.</param>
/// <param name="Figures">The store's counts.</param>
/// <param name="Spool">Events that serve has not taken in.</param>
/// <param name="HasApi">The Events API is configured.</param>
/// <param name="LastSuccess">How long ago PagerDuty last accepted a call; null when never.</param>
/// <param name="ApiFailing">How long every call of the API has failed; null when the last succeeded.</param>
/// <param name="Alive">How long ago serve's loops last wrote to the store; null when never.</param>
/// <param name="Heartbeat">How long ago the estate's heartbeat came; null when never.</param>
/// <param name="HeartbeatLimit">How long it may be missing.</param>
/// <param name="IsHeartbeatPaged">Serve has paged that it is missing.</param>
/// <param name="Maintenance">Windows that are open.</param>
/// <param name="IsAllInMaintenance">One of them covers everything, the heartbeat too.</param>
/// <param name="Failures">What fails at the moment.</param>
/// <param name="Unwatched">Hosts with services that have no new result, behind an acknowledged problem, in words.</param>
/// <param name="Ending">The maintenance windows that end soon, in words, while problems wait in them; null when there are none.</param>
/// <param name="Steps">Why pages are sent without the words of steps.toml; null when nothing is wrong with it.</param>
internal sealed record Health(
    bool IsServing, FigureSet Figures, int Spool, bool HasApi, TimeSpan? LastSuccess, TimeSpan? ApiFailing, TimeSpan? Alive,
    TimeSpan? Heartbeat, TimeSpan HeartbeatLimit, bool IsHeartbeatPaged, int Maintenance, bool IsAllInMaintenance,
    IReadOnlyList<Failure> Failures,
    IReadOnlyList<string> Unwatched,
    string? Ending = null,
    string? Steps = null)
{
    private static readonly TimeSpan PendingWarning = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PendingCritical = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan SuccessWarning = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan SuccessCritical = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan AliveCritical = TimeSpan.FromMinutes(1);

    private const int MostUnwatched = 3;
    private const int SpoolWarning = 100;
    private const int SpoolCritical = 1_000;

    public static Health Read(Config config, Store store, StepsFile steps, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan? Age(string fact) => store.Facts.Get(fact) is { } moment ? (now > moment ? now - moment : TimeSpan.Zero) : null;
        var spool = new Spool(config.SpoolPath);
        Fleet fleet = store.Incidents.Fleet();
        return new Health(
            spool.Lock.IsHeld(),
            store.Table.Figures(),
            spool.Names().Count,
            config.Api is not null,
            Age(StoredFacts.LastSuccess),
            Age(StoredFacts.ApiFailingSince),
            Age(StoredFacts.Alive),
            Age(StoredFacts.Heartbeat),
            config.Heartbeat.MissingAfter,
            new OwnIncidents(store, config.Name, time).IsBad(OwnConcern.Heartbeat),
            fleet.Maintenance.Windows.Count,
            fleet.Maintenance.IsOfEverything,
            [.. store.Failures.All().Where(failure => failure.IsTold(now))],
            store.Table.Select(IncidentFilter.Unwatched, Describe.Unwatched),
            EndingOf(fleet.Maintenance, store, now),
            steps.Complaint);
    }

    /// <summary>What is wrong, the worst first; empty when nothing is.</summary>
    public IReadOnlyList<(HealthStatus Status, string Sentence)> Complaints()
    {
        var all = new List<(HealthStatus, string)>();
        void Add(HealthStatus status, string sentence) => all.Add((status, sentence));
        if (!IsServing)
        {
            Add(HealthStatus.Critical, "serve does not run: systemctl start pagerduty-bridge");
        }
        else if (Alive > AliveCritical)
        {
            Add(
                HealthStatus.Critical,
                $"serve has not written to the store for {Words.Duration(Alive.Value)}: is its disk full? "
                    + "journalctl -u pagerduty-bridge, then systemctl restart");
        }

        if (HasApi && ApiFailing is { } failing && Figures.Pending > 0)
        {
            Add(
                HealthStatus.Warning,
                $"PagerDuty's API has failed for {Words.Duration(failing)}, {Count(Figures.Pending, "incident")} queued");
        }

        foreach (Failure failure in Failures)
        {
            Add(
                failure.Name == StoredFailures.Refusal ? HealthStatus.Critical : HealthStatus.Warning,
                $"{Describe.Failing(failure.Name)} since {Words.Minute(failure.Since)}: {Words.Safe(failure.Words)}");
        }

        if (Figures.OldestPending > PendingWarning)
        {
            Add(
                Figures.OldestPending > PendingCritical ? HealthStatus.Critical : HealthStatus.Warning,
                $"{Figures.Pending} {(Figures.Pending == 1 ? "incident waits" : "incidents wait")} for PagerDuty, "
                    + $"the oldest for {Words.Duration(Figures.OldestPending)}");
        }

        if (HasApi && new[] { LastSuccess, ApiFailing }.Max() is { } silent && silent > SuccessWarning)
        {
            Add(
                silent > SuccessCritical ? HealthStatus.Critical : HealthStatus.Warning,
                $"PagerDuty accepted nothing for {Words.Duration(silent)}");
        }

        if (Spool > SpoolWarning)
        {
            Add(
                Spool > SpoolCritical ? HealthStatus.Critical : HealthStatus.Warning,
                $"{Spool} events lie in the spool (limit {SpoolWarning})");
        }

        if (!IsAllInMaintenance && (Heartbeat > HeartbeatLimit || IsHeartbeatPaged))
        {
            Add(
                HealthStatus.Critical,
                $"the scheduler's heartbeat is missing for {Words.Duration(Heartbeat ?? HeartbeatLimit)} "
                    + $"(limit {Words.Duration(HeartbeatLimit)})");
        }

        if (Figures.DeadLetters > 0)
        {
            Add(HealthStatus.Warning, $"{Count(Figures.DeadLetters, "dead letter")}: pagerduty-bridge list");
        }

        if (Figures.Unheard > 0)
        {
            Add(
                HealthStatus.Warning,
                $"the scheduler cannot be told of {Count(Figures.Unheard, "acknowledgement")}: "
                    + "a name holds what separates commands (pagerduty-bridge list)");
        }

        if (Unwatched.Count > 0)
        {
            string more = Unwatched.Count > MostUnwatched ? $" and {Unwatched.Count - MostUnwatched} more hosts" : "";
            Add(HealthStatus.Warning, $"{string.Join(", ", Unwatched.Take(MostUnwatched))}{more}: behind an acknowledged problem");
        }

        if (Ending is not null)
        {
            Add(HealthStatus.Warning, Ending);
        }

        if (Steps is not null)
        {
            Add(HealthStatus.Warning, $"pages are sent without the meaning and first step of stock services: {Words.Safe(Steps)}");
        }

        return [.. all.OrderByDescending(complaint => complaint.Item1)];
    }

    public HealthStatus Status => Complaints() is [var worst, ..] ? worst.Status : HealthStatus.Ok;

    /// <summary>The line for Nagios: status, headline, perfdata in base units with the limits.</summary>
    public string Line()
    {
        string[] perfdata =
        [
            $"oldest_pending={Seconds(Figures.OldestPending)}s;{Seconds(PendingWarning)};{Seconds(PendingCritical)};0;",
            $"dead_letters={Figures.DeadLetters};0;;0;",
            HasApi
                ? $"last_success={(LastSuccess is { } age ? Seconds(age) + "s" : "U")};"
                    + $"{Seconds(SuccessWarning)};{Seconds(SuccessCritical)};0;"
                : "last_success=U;;;0;",
            $"spool={Spool};{SpoolWarning};{SpoolCritical};0;",
            $"pending={Figures.Pending};;;0;",
            $"open={Figures.Open};;;0;",
            $"heartbeat_age={(Heartbeat is { } beat ? Seconds(beat) + "s" : "U")};;{Seconds(HeartbeatLimit)};0;",
        ];
        return $"PAGERDUTY_BRIDGE {Status.ToString().ToUpperInvariant()} - {Headline()} | {string.Join(' ', perfdata)}";
    }

    /// <summary>What is wrong in one sentence, or what is under way.</summary>
    public string Headline()
    {
        IReadOnlyList<(HealthStatus Status, string Sentence)> complaints = Complaints();
        if (complaints.Count > 0)
        {
            return string.Join("; ", complaints.Select(complaint => complaint.Sentence));
        }

        string pending = Figures.Pending == 0 ? "nothing waits" : $"{Count(Figures.Pending, "delivery", "deliveries")} under way";
        string channel = !HasApi ? "mail is the only channel"
            : LastSuccess is null ? "PagerDuty has accepted no call yet"
            : $"PagerDuty accepted a call {Ago(LastSuccess)}";
        return $"{pending}, {Count(Figures.Open, "incident")} open, {channel}"
            + (Heartbeat is null ? "" : $", heartbeat {Ago(Heartbeat)}")
            + (Maintenance > 0 ? $", {Count(Maintenance, "maintenance window")} open" : "");
    }

    // A window in which nothing waits ends without anybody noticing.
    private static string? EndingOf(Maintenance maintenance, Store store, DateTimeOffset now)
    {
        List<MaintenanceWindow> ending = [.. maintenance.Windows.Where(window => window.IsEnding(now))];
        if (ending.Count == 0)
        {
            return null;
        }

        IReadOnlyList<Incident> waiting = store.Table.Select(
            IncidentFilter.Suppressed,
            incident => incident is { IsBad: true, Suppression.Reason: SuppressionReason.Maintenance } ? incident : null);
        string[] sentences = [.. ending
            .Select(window => (
                Window: window,
                Count: waiting.Count(incident => incident.Members.Any(member => window.Covers(member.Host, member.Service)))))
            .Where(one => one.Count > 0)
            .Select(one => $"maintenance {one.Window.Id} of {one.Window.Scope} ends in {Words.Duration(one.Window.Until - now)}, "
                + $"and {Count(one.Count, "problem")} that it holds back {(one.Count == 1 ? "pages" : "page")} then")];
        return sentences.Length > 0 ? string.Join("; ", sentences) : null;
    }

    private static string Ago(TimeSpan? age) => age is { } known ? $"{Words.Duration(known)} ago" : "never";

    private static string Count(long count, string one, string? many = null) => $"{count} {(count == 1 ? one : many ?? one + "s")}";

    private static string Seconds(TimeSpan duration) => ((long)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
