namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The last resort: when problems have waited too long for any channel, or were only handed to a mail server while the API stays away, a
/// person gets a plain mail that lists them.
/// </summary>
internal sealed class LastResort(Store store, MailSender mail, Page page, EmailConfig config, Log log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseBetweenMails = TimeSpan.FromMinutes(5);

    private long? mailedAt;

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Pulse pulse, CancellationToken stop) =>
        Rounds.RunAsync(OnceAsync, token => Task.Delay(Interval < config.PersonAfter ? Interval : config.PersonAfter, time, token), pulse, log, stop);

    /// <summary>Sends the mail when it is due.</summary>
    /// <returns>True when it was sent.</returns>
    public async Task<bool> OnceAsync(CancellationToken stop)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<Incident> unproven = store.Incidents.Unproven(now - config.PersonAfter);
        if (unproven.Count == 0 || config.Person is null)
        {
            return false;
        }

        DateTimeOffset? told = store.Facts.Get(StoredFacts.PersonTold);
        bool isNewAmongThem = unproven.Exists(incident => incident.WantedAt + config.PersonAfter > told);
        TimeSpan pause = isNewAmongThem ? PauseBetweenMails : RepeatAfter;
        if (store.Facts.IsWithin(StoredFacts.PersonTold, pause, now) || (mailedAt is { } mailed && time.GetElapsedTime(mailed) < pause))
        {
            return false;
        }

        string body = PlainMail.Body(
            [.. unproven.Take(PlainMail.MaxListed).Select(incident => (incident, AdviceOn(incident)))],
            unproven.Count,
            store.Facts.Get(StoredFacts.ApiFailingSince));
        Answer answer = await mail.SendAsync(config.Person, PlainMail.Subject(unproven.Count), body, stop);
        if (answer.Verdict != Verdict.Delivered)
        {
            log.PersonNotTold(answer.Text);
            return false;
        }

        mailedAt = time.GetTimestamp(); // a store that takes nothing must not make it many
        store.Facts.Set(StoredFacts.PersonTold, now);
        log.PersonTold(unproven.Count);
        return true;
    }

    private Advice? AdviceOn(Incident incident) =>
        store.Incidents.StoredEvent(incident.DedupKey) is { } told ? page.AdviceOn(told) : null;
}
