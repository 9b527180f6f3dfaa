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
        List<OpenPage> pages = store.Persons.ShouldBeOpen();
        int parts = Math.Max(1, (pages.Count + MaxAtOnce - 1) / MaxAtOnce);
        int first = round++ % parts * MaxAtOnce;
        foreach (OpenPage page in pages.Skip(first).Take(MaxAtOnce))
        {
            pulse.Beat();
            TimeSpan age = time.GetUtcNow() - page.DeliveredAt;
            if (age >= TimeSpan.Zero && age < Settling)
            {
                continue;
            }

            RestIncident? incident = await rest.NewestAsync(page.DedupKey, stop);
            if (incident is null || IsOfAnEarlierPage(incident, page))
            {
                NoteMissing(page);
                continue;
            }

            withoutIncident.Remove(page.DedupKey);
            store.Persons.Learn(incident.Id, page.DedupKey);
            if (Action(incident, page, time.GetUtcNow()) is { } action)
            {
                string outcome = store.Persons.Apply(action with { Seen = page });
                log.PersonActed(action.Deed, page.DedupKey, outcome);
            }
        }
    }

    /// <summary>What a person, or PagerDuty itself, did with a page that the bridge does not know of yet.</summary>
    /// <param name="incident">The newest incident of the page's key.</param>
    /// <param name="page">The page.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null when there is nothing new.</returns>
    public static PersonAction? Action(RestIncident incident, OpenPage page, DateTimeOffset now)
    {
        // A while after the newest call what is newest at PagerDuty is the truth, whatever the two clocks say.
        bool isNews = incident.ChangedAt > page.DeliveredAt;
        bool isSettled = now - page.DeliveredAt > PersonActions.OwnResolves;
        return incident.Status switch
        {
            "acknowledged" when incident.AcknowledgedBy is { } who && !page.IsAcknowledged =>
                new PersonAction(page.DedupKey, PersonDeed.Acknowledged, who, incident.AcknowledgedAt, incident.Url),
            "triggered" when page.IsAcknowledged || (page.Delivered == IncidentState.Acknowledged && isNews) =>
                new PersonAction(page.DedupKey, PersonDeed.Unacknowledged, incident.ChangedBy, incident.ChangedAt, incident.Url),
            "resolved" when isSettled || (isNews && incident.IsChangedByPerson) =>
                new PersonAction(page.DedupKey, PersonDeed.Resolved, incident.ChangedBy, incident.ChangedAt, incident.Url),
            _ => null,
        };
    }

    /// <summary>True when PagerDuty shows only what was over before the page was opened. It tells times in whole seconds.</summary>
    public static bool IsOfAnEarlierPage(RestIncident incident, OpenPage page) =>
        incident.Status == "resolved" && incident.ChangedAt.AddSeconds(1) <= page.OpenedAt;

    // 202 does not say that somebody was paged: a disabled service, a maintenance window or a suppressing rule of PagerDuty makes no incident.
    private void NoteMissing(OpenPage page)
    {
        if (time.GetUtcNow() - page.DeliveredAt > NoIncidentAfter && withoutIncident.Add(page.DedupKey))
        {
            store.History.Record(page.DedupKey, "no incident", "PagerDuty accepted the event and shows no incident: service disabled, maintenance, or a suppressing rule?");
            log.NoIncident(page.DedupKey);
        }
    }
}
