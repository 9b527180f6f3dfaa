namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Asks PagerDuty for each incident that should be open what responders did with it. It needs no port that PagerDuty can reach, and finds
/// what a lost webhook would have said.
/// </summary>
internal sealed class PollAcknowledgements(Store store, RestApi rest, TimeSpan interval, Log log, TimeProvider time)
{
    /// <summary>
    /// The most incidents asked for in one round: 200 a minute at the default interval, of the 960 that PagerDuty allows.
    /// </summary>
    public const int MaxAtOnce = 100;

    // An accepted event becomes an incident a moment later.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NoIncidentAfter = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> withoutIncident = new(StringComparer.Ordinal);
    private int round;

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop) =>
        PollingLoop.RunAsync(
            token => store.Failures.NoteAsync(StoredFailures.Poll, () => OnceAsync(liveness, token)),
            token => Task.Delay(interval, time, token),
            liveness,
            log,
            stop);

    /// <summary>Asks once for each open incident; when they are more than a round may ask for, for the next part of them.</summary>
    /// <exception cref="HttpRequestException">PagerDuty does not answer.</exception>
    public async Task OnceAsync(Liveness liveness, CancellationToken stop)
    {
        List<OpenPage> pages = [.. store.Table.Query(IncidentFilter.Pages).Select(OpenPage.Of).OfType<OpenPage>()];
        int parts = Math.Max(1, (pages.Count + MaxAtOnce - 1) / MaxAtOnce);
        int first = round++ % parts * MaxAtOnce;
        foreach (OpenPage page in pages.Skip(first).Take(MaxAtOnce))
        {
            liveness.Beat();
            TimeSpan age = time.GetUtcNow() - page.DeliveredAt;
            if (age >= TimeSpan.Zero && age < Settling)
            {
                continue;
            }

            RestIncident? incident = await rest.NewestAsync(page.Key, stop);
            if (incident is null || IsOfAnEarlierPage(incident, page))
            {
                NoteMissing(page);
                continue;
            }

            withoutIncident.Remove(page.Key);
            store.PagerDuty.Learn(incident.Id, page.Key);
            if (Action(incident, page, time.GetUtcNow()) is { } action)
            {
                string outcome = store.Incidents.Apply(page.Key, new IncidentInput.Responded(action with { Seen = page })).Summary;
                log.Responded(action.Deed, page.Key, outcome);
            }
        }
    }

    /// <summary>What a responder, or PagerDuty itself, did with a page that the bridge does not know of yet.</summary>
    /// <param name="incident">The newest incident of the page's key.</param>
    /// <param name="page">The page.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null when there is nothing new.</returns>
    public static ResponderAction? Action(RestIncident incident, OpenPage page, DateTimeOffset now)
    {
        // A while after the newest call what is newest at PagerDuty is the truth, whatever the two clocks say.
        bool isNews = incident.ChangedAt > page.DeliveredAt;
        bool isSettled = now - page.DeliveredAt > ResponderTransition.OwnResolves;
        return incident.Status switch
        {
            "acknowledged" when incident.AcknowledgedBy is { } who && !page.IsAcknowledged =>
                new ResponderAction(page.Key, ResponderDeed.Acknowledged, who, incident.AcknowledgedAt, incident.Url),
            "triggered" when page.IsAcknowledged || (page.Delivered == IncidentState.Acknowledged && isNews) =>
                new ResponderAction(page.Key, ResponderDeed.Unacknowledged, incident.ChangedBy, incident.ChangedAt, incident.Url),
            "resolved" when isSettled || (isNews && incident.IsByResponder) =>
                new ResponderAction(page.Key, ResponderDeed.Resolved, incident.ChangedBy, incident.ChangedAt, incident.Url),
            _ => null,
        };
    }

    /// <summary>True when PagerDuty shows only what was over before the page was opened. It tells times in whole seconds.</summary>
    public static bool IsOfAnEarlierPage(RestIncident incident, OpenPage page) =>
        incident.Status == "resolved" && incident.ChangedAt.AddSeconds(1) <= page.OpenedAt;

    // 202 does not say that a responder was paged: a disabled service, a maintenance window or a suppressing rule of PagerDuty makes no
    // incident.
    private void NoteMissing(OpenPage page)
    {
        if (time.GetUtcNow() - page.DeliveredAt > NoIncidentAfter && withoutIncident.Add(page.Key))
        {
            store.Table.Record(
                page.Key,
                "no incident",
                "PagerDuty accepted the event and shows no incident: service disabled, maintenance, or a suppressing rule?");
            log.NoIncident(page.Key);
        }
    }
}
