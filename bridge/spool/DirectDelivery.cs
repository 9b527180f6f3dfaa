using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Delivers one notification within notify's time: what notify does when no serve runs or the spool cannot be written.</summary>
internal static class DirectDelivery
{
    // Together below the 20 s that a page may take, and far below the scheduler's notification timeout of 30 s. The API's is for both
    // tries.
    private static readonly TimeSpan ApiBudget = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan MailBudget = TimeSpan.FromSeconds(9);

    /// <summary>What comes of an event that is only recorded.</summary>
    public static readonly Answer Nothing = new(Verdict.Delivered, null, "nothing to deliver");

    /// <summary>Delivers by the API, else by mail.</summary>
    /// <returns>What became of it; the text never holds a secret.</returns>
    public static Answer Send(string configFile, SchedulerEvent @event)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            return new Answer(Verdict.Refused, null, problems.ToString());
        }

        if (!Storeless.IsDelivered(@event, config.Heartbeat))
        {
            return Nothing;
        }

        Secret? key = config.Api is null ? null : Secret.RoutingKey(config.Api.RoutingKeyFile, problems);
        Secret? password = config.Email?.PasswordFile is { } file ? Secret.OneLine(file, "a password", problems) : null;
        Network.Prepare();
        return SendAsync(config, key, password, @event, problems).GetAwaiter().GetResult();
    }

    private static async Task<Answer> SendAsync(Config config, Secret? key, Secret? password, SchedulerEvent @event, Problems problems)
    {
        using PagerDuty? pagerDuty = config.Api is { } api && key is not null
            ? new PagerDuty(api.Endpoint, key, Secrets.ProxyOf(config, problems))
            : null;
        using var apiDeadline = new CancellationTokenSource(ApiBudget, TimeProvider.System);
        var steps = new StepsFile(config.StepsPath);
        await steps.RefreshAsync(CancellationToken.None);
        var page = new Page(config.Scheduler, () => steps.Current);
        return await Storeless.DeliverAsync(
            @event,
            call => pagerDuty is null
                ? Task.FromResult(new Answer(Verdict.RetryCouldHelp, null, problems.ToString()))
                : WithinAsync(apiDeadline, ApiBudget, new ApiSender(pagerDuty, key!, page), call, @event),
            config.Email is { } email ? call => MailAsync(new MailSender(email, password, page), call, @event) : null);
    }

    private static async Task<Answer> MailAsync(MailSender sender, Call call, SchedulerEvent @event)
    {
        using var deadline = new CancellationTokenSource(MailBudget, TimeProvider.System);
        return await WithinAsync(deadline, MailBudget, sender, call, @event);
    }

    private static async Task<Answer> WithinAsync(
        CancellationTokenSource deadline, TimeSpan budget, ISender sender, Call call, SchedulerEvent @event)
    {
        try
        {
            return await sender.SendAsync(call, @event, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return new Answer(Verdict.RetryCouldHelp, null, $"no answer within {budget.TotalSeconds} s");
        }
    }
}
