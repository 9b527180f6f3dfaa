namespace Ringfree.Monitoring.Bridge;

/// <summary>Sends the mail of last resort, which lists the problems that may have paged nobody.</summary>
internal sealed class LastResortMail(
    Store store, FleetDriver driver, MailSender mail, Page page, EmailConfig config, Log log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop)
    {
        TimeSpan interval = Interval < config.LastResortAfter ? Interval : config.LastResortAfter;
        return PollingLoop.RunAsync(OnceAsync, token => Task.Delay(interval, time, token), liveness, log, stop);
    }

    /// <summary>Sends the mail when it is due.</summary>
    /// <returns>True when it was sent.</returns>
    public async Task<bool> OnceAsync(CancellationToken stop)
    {
        DateTimeOffset? failingSince = store.Facts.Get(StoredFacts.ApiFailingSince);
        List<Incident> unproven = store.Incidents.Unproven(time.GetUtcNow() - config.LastResortAfter, failingSince);
        DateTimeOffset newest = unproven.Count == 0 ? default : unproven.Max(incident => incident.WaitingSince);
        driver.Step(new FleetInput.UnprovenRead(unproven.Count, newest + config.LastResortAfter), out FleetOutcome outcome);
        if (outcome.Effects is not [FleetEffect.LastResortBegins] || config.LastResortTo is null)
        {
            return false;
        }

        var isSent = false;
        try
        {
            string body = PlainMail.Body(
                [.. unproven.Take(PlainMail.MaxListed).Select(incident => (incident, AdviceOn(incident)))], unproven.Count, failingSince);
            Answer answer = await mail.SendAsync(config.LastResortTo, PlainMail.Subject(unproven.Count), body, stop);
            isSent = answer.Verdict == Verdict.Delivered;
            if (isSent)
            {
                log.LastResortSent(unproven.Count);
            }
            else
            {
                log.LastResortFailed(answer.Text);
            }
        }
        finally
        {
            driver.Step(new FleetInput.LastResortEnded(isSent));
        }

        return isSent;
    }

    private Advice? AdviceOn(Incident incident) => page.AdviceOn(store.Table.NotificationOf(incident));
}
