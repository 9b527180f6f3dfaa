using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The last resort: when problems have waited too long for any channel, or were only handed to a mail server while the API stays away, a
/// person gets a plain mail that lists them.
/// </summary>
internal sealed class LastResort(Store store, MailSender mail, EmailConfig config, Log log, TimeProvider time)
{
    private const int MaxListed = 100;

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

        string since = store.Facts.Get(StoredFacts.ApiFailingSince) is { } failing ? $" since {Words.Moment(failing)}" : "";
        var body = new StringBuilder($"PagerDuty's API does not take events{since}. These problems may have paged nobody:\n\n");
        foreach (Incident incident in unproven.Take(MaxListed))
        {
            string name = incident.Service.Length > 0 ? $"{incident.Host} / {incident.Service}" : incident.Host;
            string how = incident.Delivered == IncidentState.Triggered ? "handed to the mail server, no proof that PagerDuty has it" : "not delivered";
            body.Append($"{incident.State,-11} {Words.Safe(name)}  since {Words.Moment(incident.WantedAt)}  ({how}; {incident.LastAnswer ?? "no answer yet"})\n");
        }

        body.Append(unproven.Count > MaxListed ? $"and {unproven.Count - MaxListed} more\n" : "");
        body.Append("\nfirst: pagerduty-bridge status; pagerduty-bridge list; status.pagerduty.com; does this host reach events.pagerduty.com?\n");
        Answer answer = await mail.SendAsync(config.Person, $"{unproven.Count} {(unproven.Count == 1 ? "problem" : "problems")} may have paged nobody: PagerDuty is out of reach", body.ToString(), stop);
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
}
