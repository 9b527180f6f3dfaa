namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The last resort: when problems have waited too long for any channel, or were only handed to a mail server while the API stays away, a
/// plain mail lists them.
/// </summary>
internal sealed class LastResort(Store store, MailSender mail, Page page, EmailConfig config, Log log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseBetweenMails = TimeSpan.FromMinutes(5);

    private long? mailedAt;

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop) =>
        PollingLoop.RunAsync(OnceAsync, token => Task.Delay(Interval < config.LastResortAfter ? Interval : config.LastResortAfter, time, token), liveness, log, stop);

    /// <summary>Sends the mail when it is due.</summary>
    /// <returns>True when it was sent.</returns>
    public async Task<bool> OnceAsync(CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<Incident> unproven = store.Incidents.Unproven(now - config.LastResortAfter, store.Facts.Get(StoredFacts.ApiFailingSince));
        if (unproven.Count == 0 || config.LastResortTo is null)
        {
            return false;
        }

        DateTimeOffset? sent = store.Facts.Get(StoredFacts.LastResortSent);
        bool isNewAmongThem = unproven.Exists(incident => incident.WaitingSince + config.LastResortAfter > sent);
        TimeSpan pause = isNewAmongThem ? PauseBetweenMails : RepeatAfter;
        if (store.Facts.IsWithin(StoredFacts.LastResortSent, pause, now) || (mailedAt is { } mailed && time.GetElapsedTime(mailed) < pause))
        {
            return false;
        }

        string body = PlainMail.Body(
            [.. unproven.Take(PlainMail.MaxListed).Select(incident => (incident, AdviceOn(incident)))],
            unproven.Count,
            store.Facts.Get(StoredFacts.ApiFailingSince));
        Answer answer = await mail.SendAsync(config.LastResortTo, PlainMail.Subject(unproven.Count), body, stop);
        if (answer.Verdict != Verdict.Delivered)
        {
            log.LastResortFailed(answer.Text);
            return false;
        }

        mailedAt = time.GetTimestamp(); // a store that cannot be written must not make it many
        store.Facts.Set(StoredFacts.LastResortSent, now);
        log.LastResortSent(unproven.Count);
        return true;
    }

    private Advice? AdviceOn(Incident incident) => page.AdviceOn(store.Table.NotificationOf(incident));
}
