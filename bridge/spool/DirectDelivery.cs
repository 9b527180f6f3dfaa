using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Delivers one notification without store and daemon: what notify does when no serve lives or the spool takes nothing. The dedup key is the
/// same, so that a serve which finds the spool file later changes nothing at PagerDuty.
/// </summary>
internal static class DirectDelivery
{
    // Together below the 20 s that a page may take, and far below the scheduler's notification timeout of 30 s. The API's is for both tries.
    private static readonly TimeSpan ApiBudget = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan MailBudget = TimeSpan.FromSeconds(9);

    /// <summary>Delivers by the API, else by mail.</summary>
    /// <returns>What became of it; the text never holds a secret.</returns>
    public static Answer Send(string configFile, SchedulerEvent @event)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            return new Answer(Verdict.SetAside, null, problems.ToString());
        }

        if (Of(@event, config.Heartbeat) is not { } delivery)
        {
            return new Answer(Verdict.Delivered, null, "nothing to deliver");
        }

        Secret? key = config.Api is null ? null : Secret.RoutingKey(config.Api.RoutingKeyFile, problems);
        Secret? password = config.Email?.PasswordFile is { } file ? Secret.OneLine(file, "a password", problems) : null;
        Network.Prepare();
        return SendAsync(config, key, password, delivery, problems).GetAwaiter().GetResult();
    }

    /// <summary>The call that a notification asks for by itself; null for the heartbeat and for what is only recorded.</summary>
    public static Delivery? Of(SchedulerEvent @event, HeartbeatConfig heartbeat)
    {
        if (HeartbeatSwitch.Is(heartbeat, @event) || Transition.Of(@event.Type, @event.IsBad) is not { } desired)
        {
            return null;
        }

        string action = desired switch
        {
            IncidentState.Resolved => "resolve",
            IncidentState.Acknowledged => "acknowledge",
            _ => "trigger",
        };
        return new Delivery(DedupKey.Of(@event), ChannelKind.Api, action, desired, 1, IsLast: true, IsClosedAfter: false, IsPlain: false, @event);
    }

    /// <summary>The API, then the page without what PagerDuty may stumble over, then mail, which knows no acknowledgement.</summary>
    /// <param name="delivery">The call.</param>
    /// <param name="byApi">Makes one call of the API.</param>
    /// <param name="byMail">Hands one mail over; null when there is no mail.</param>
    public static async Task<Answer> InOrderAsync(Delivery delivery, Func<Delivery, Task<Answer>> byApi, Func<Delivery, Task<Answer>>? byMail)
    {
        Answer answer = await byApi(delivery);
        if (answer.Verdict == Verdict.SetAside && delivery.State == IncidentState.Triggered)
        {
            answer = await byApi(delivery with { IsPlain = true });
        }

        if (answer.Verdict == Verdict.Delivered || byMail is null || delivery.State == IncidentState.Acknowledged)
        {
            return answer;
        }

        Answer mailed = await byMail(delivery with { Channel = ChannelKind.Mail });
        return mailed.Verdict == Verdict.Delivered ? mailed : answer with { Text = $"{answer.Text}; {mailed.Text}" };
    }

    private static async Task<Answer> SendAsync(Config config, Secret? key, Secret? password, Delivery delivery, Problems problems)
    {
        using PagerDuty? pagerDuty = config.Api is { } api && key is not null ? new PagerDuty(api.Endpoint, key) : null;
        using var apiDeadline = new CancellationTokenSource(ApiBudget, TimeProvider.System);
        var steps = new StepsFile(config.StepsPath);
        await steps.RefreshAsync(CancellationToken.None);
        var page = new Page(config.Scheduler, () => steps.Current);
        return await InOrderAsync(
            delivery,
            call => pagerDuty is null
                ? Task.FromResult(new Answer(Verdict.RetryCouldHelp, null, problems.ToString()))
                : WithinAsync(apiDeadline, ApiBudget, new ApiSender(pagerDuty, key!, page), call),
            config.Email is { } email ? call => MailAsync(new MailSender(email, password, page), call) : null);
    }

    private static async Task<Answer> MailAsync(MailSender sender, Delivery delivery)
    {
        using var deadline = new CancellationTokenSource(MailBudget, TimeProvider.System);
        return await WithinAsync(deadline, MailBudget, sender, delivery);
    }

    private static async Task<Answer> WithinAsync(CancellationTokenSource deadline, TimeSpan budget, ISender sender, Delivery delivery)
    {
        try
        {
            return await sender.SendAsync(delivery, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return new Answer(Verdict.RetryCouldHelp, null, $"no answer within {budget.TotalSeconds} s");
        }
    }
}
