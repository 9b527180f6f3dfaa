namespace Ringfree.Monitoring.Bridge;

/// <summary>Pages about events that PagerDuty refuses for good, as long as there are any.</summary>
internal sealed class DeadLetterPage(Store store, OwnIncidents own, TimeProvider time) : IHousekeepingJob
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(5);

    private long? retried;

    public TimeSpan Interval => TimeSpan.Zero;

    public bool Run()
    {
        // The page itself must not feed on being refused.
        string key = own.KeyOf(OwnIncidents.DeadLetters);
        Incident? newest = null;
        int count = store.Table.Select(
            IncidentFilter.DeadLetters,
            incident =>
            {
                newest = incident.Key == key || incident.WaitingSince < newest?.WaitingSince ? newest : incident;
                return incident.Key == key ? null : incident.Key;
            }).Count;
        if (newest is null)
        {
            own.Clear(OwnIncidents.DeadLetters);
            return false;
        }

        own.Raise(
            OwnIncidents.DeadLetters,
            $"PagerDuty refuses {count} {(count == 1 ? "event" : "events")} for good, newest: {Describe.Name(newest)} is {newest.State} ({newest.Retry.LastAnswer})",
            "first: pagerduty-bridge list shows them with PagerDuty's words; after the cause is gone pagerduty-bridge retry, else drop. "
            + "A wrong routing key refuses all: pagerduty-bridge check-config and send-test.");

        // When PagerDuty refuses everything it refuses the page about it, too: that one is tried again and again.
        bool isTime = retried is not { } known || time.GetElapsedTime(known) >= RetryInterval;
        if (isTime)
        {
            retried = time.GetTimestamp();
        }

        return isTime && !store.Incidents.Apply(key, new IncidentInput.Retried()).IsNothing;
    }
}
