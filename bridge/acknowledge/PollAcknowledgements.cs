namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Asks PagerDuty for each incident that should be open what people did with it. It needs no port that PagerDuty can reach, and finds what a
/// lost webhook would have said.
/// </summary>
internal sealed class PollAcknowledgements(Store store, RestApi rest, TimeSpan interval, Log log, TimeProvider time)
{
    /// <summary>The most incidents asked for in one round: 200 a minute at the default interval, of the 960 that PagerDuty allows.</summary>
    public const int MaxAtOnce = 100;

    // An accepted event becomes an incident a moment later.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NoIncidentAfter = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> withoutIncident = new(StringComparer.Ordinal);
    private int round;

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Pulse pulse, CancellationToken stop) =>
        Rounds.RunAsync(token => OnceAsync(pulse, token), token => Task.Delay(interval, time, token), pulse, log, stop);

    /// <summary>Asks once for each open incident; when they are more than a round may ask for, for the next part of them.</summary>
    /// <exception cref="HttpRequestException">PagerDuty does not answer.</exception>
    public async Task OnceAsync(Pulse pulse, CancellationToken stop)
    {
        List<(string DedupKey, IncidentState Delivered, bool IsAcknowledged, DateTimeOffset DeliveredAt)> open = store.Persons.ShouldBeOpen(int.MaxValue);
        int parts = Math.Max(1, (open.Count + MaxAtOnce - 1) / MaxAtOnce);
        int first = round++ % parts * MaxAtOnce;
        foreach ((string dedupKey, IncidentState delivered, bool isAcknowledged, DateTimeOffset deliveredAt) in open.Skip(first).Take(MaxAtOnce))
        {
            pulse.Beat();
            TimeSpan age = time.GetUtcNow() - deliveredAt;
            if (age >= TimeSpan.Zero && age < Settling)
            {
                continue;
            }

            RestIncident? incident = await rest.NewestAsync(dedupKey, stop);
            if (incident is null)
            {
                NoteMissing(dedupKey, deliveredAt);
                continue;
            }

            withoutIncident.Remove(dedupKey);
            store.Persons.Learn(incident.Id, dedupKey);
            if (Action(dedupKey, incident, delivered, isAcknowledged, deliveredAt) is { } action)
            {
                string outcome = store.Persons.Apply(action);
                log.PersonActed(action.Deed, dedupKey, outcome);
            }
        }
    }

    private static PersonAction? Action(
        string dedupKey, RestIncident incident, IncidentState delivered, bool isAcknowledged, DateTimeOffset deliveredAt) => incident.Status switch
        {
            "acknowledged" when incident.AcknowledgedBy is { } who && !isAcknowledged =>
                new PersonAction(dedupKey, PersonDeed.Acknowledged, who, incident.AcknowledgedAt, incident.Url),
            "triggered" when (isAcknowledged || delivered == IncidentState.Acknowledged) && incident.ChangedAt > deliveredAt =>
                new PersonAction(dedupKey, PersonDeed.Unacknowledged, incident.ChangedBy, incident.ChangedAt, incident.Url),
            "triggered" when isAcknowledged =>
                new PersonAction(dedupKey, PersonDeed.Unacknowledged, incident.ChangedBy, incident.ChangedAt, incident.Url),
            "resolved" when incident.ChangedAt > deliveredAt =>
                new PersonAction(dedupKey, PersonDeed.Resolved, incident.ChangedBy, incident.ChangedAt, incident.Url),
            _ => null,
        };

    // 202 does not say that somebody was paged: a disabled service, a maintenance window or a suppressing rule of PagerDuty makes no incident.
    private void NoteMissing(string dedupKey, DateTimeOffset deliveredAt)
    {
        if (time.GetUtcNow() - deliveredAt > NoIncidentAfter && withoutIncident.Add(dedupKey))
        {
            store.History.Record(dedupKey, "no incident", "PagerDuty accepted the event and shows no incident: service disabled, maintenance, or a suppressing rule?");
            log.NoIncident(dedupKey);
        }
    }
}
