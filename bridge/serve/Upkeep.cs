namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What happens by itself as time passes: maintenance ends, what a person resolved pages again, a dead letter pages, the storm's page follows
/// its members, the heartbeat is missed, old things are forgotten.
/// </summary>
internal sealed class Upkeep(
    Store store, Spool spool, OwnIncidents own, StormPage storm, HeartbeatSwitch heartbeat, Outage? outage, TimeSpan reassertAfter, Log log, TimeProvider time, Signal changed)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ReassertInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OwnPageRetryInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LateTriggers = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan NoticeLifetime = TimeSpan.FromDays(1);

    private const int MaxReasserted = 5;

    private long? housekeeping;
    private long? reasserted;
    private long? retried;
    private DateTimeOffset? knownOutage = store.Facts.Get(StoredFacts.ApiFailingSince);

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Pulse pulse, CancellationToken stop) =>
        Rounds.RunAsync(Once, token => Task.Delay(Interval, time, token), pulse, log, stop);

    public void Once()
    {
        DateTimeOffset now = time.GetUtcNow();
        store.Facts.Set(StoredFacts.Alive, now);
        if (outage?.Since != knownOutage)
        {
            knownOutage = outage?.Since;
            store.Facts.Set(StoredFacts.ApiFailingSince, knownOutage);
        }

        bool isAnyDue = store.Maintenance.Release() + store.Persons.ReopenDue().Count + store.Deliveries.ResolveUnanswered(LateTriggers) > 0;
        CheckDeadLetters();
        storm.Refresh();
        heartbeat.Check();
        store.Incidents.ResolveNotices(NoticeLifetime);
        if (IsTime(ref housekeeping, HousekeepingInterval))
        {
            spool.RemoveUnfinished(now);
            store.Forget();
        }

        if (IsTime(ref reasserted, ReassertInterval < reassertAfter ? ReassertInterval : reassertAfter))
        {
            isAnyDue |= store.Deliveries.Reassert(reassertAfter, MaxReasserted) > 0;
        }

        if (isAnyDue)
        {
            changed.Raise();
        }
    }

    // On a clock that no step of the wall clock moves.
    private bool IsTime(ref long? last, TimeSpan interval)
    {
        if (last is { } known && time.GetElapsedTime(known) < interval)
        {
            return false;
        }

        last = time.GetTimestamp();
        return true;
    }

    // Its own page among the dead letters must not feed itself.
    private void CheckDeadLetters()
    {
        List<Incident> dead = [.. store.Incidents.DeadLetters().Where(incident => incident.DedupKey != own.KeyOf(OwnIncidents.DeadLetters))];
        if (dead.Count == 0)
        {
            own.Clear(OwnIncidents.DeadLetters);
            return;
        }

        // When PagerDuty refuses everything it refuses the page about it, too: that one is tried again and again.
        if (IsTime(ref retried, OwnPageRetryInterval))
        {
            store.Deliveries.Retry(own.KeyOf(OwnIncidents.DeadLetters));
            changed.Raise();
        }

        Incident newest = dead.MaxBy(incident => incident.WantedAt)!;
        string name = newest.Service.Length > 0 ? $"{newest.Host} / {newest.Service}" : newest.Host;
        own.Raise(
            OwnIncidents.DeadLetters,
            $"PagerDuty refuses {dead.Count} {(dead.Count == 1 ? "event" : "events")} for good, newest: {name} is {newest.State} ({newest.LastAnswer})",
            "first: pagerduty-bridge list shows them with PagerDuty's words; after the cause is gone pagerduty-bridge retry, else drop. "
            + "A wrong routing key refuses all: pagerduty-bridge check-config and send-test.");
    }
}
