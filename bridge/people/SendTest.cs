using System.Text;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The verb send-test: opens a test incident by every channel and closes it again, without spool and store, and prints what PagerDuty and the
/// mail server said.
/// </summary>
internal static class SendTest
{
    public static int Run(string configFile, bool keepsOpen)
    {
        var problems = new Problems();
        Config? config = Config.Load(configFile, problems);
        Secrets? secrets = config is null ? null : Secrets.Load(config, problems);
        if (config is null || problems.Any)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        Network.Prepare();
        return SendAsync(config, secrets!, keepsOpen).GetAwaiter().GetResult();
    }

    private static async Task<int> SendAsync(Config config, Secrets secrets, bool keepsOpen)
    {
        var page = new Page(config.Scheduler);
        var isGood = true;
        if (config.Api is { } api && secrets.RoutingKey is { } key)
        {
            using var pagerDuty = new PagerDuty(api.Endpoint, key, secrets.Proxy);
            isGood &= await SendAsync("api", new ApiSender(pagerDuty, key, page), config.Name, keepsOpen);
        }

        if (config.Email is { } email)
        {
            isGood &= await SendAsync("mail", new MailSender(email, secrets.MailPassword, page), config.Name, keepsOpen);
        }

        return isGood ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<bool> SendAsync(string channel, ISender sender, string name, bool keepsOpen)
    {
        Dictionary<string, byte[]> macros = new (string Name, string Value)[]
        {
            (Macros.NotificationType, "PROBLEM"), (Macros.HostName, name), (Macros.ServiceName, $"PagerDuty bridge: test by {channel}"),
            ("SERVICESTATE", "CRITICAL"), ("SERVICEOUTPUT", $"a test by {CommandContext.Who()}: nothing is broken"),
        }.ToDictionary(macro => macro.Name, macro => Encoding.UTF8.GetBytes(macro.Value), StringComparer.Ordinal);
        var @event = new SchedulerEvent("test", Moment.Now(), macros);
        var isGood = true;
        foreach (CallAction action in new[] { CallAction.Trigger, CallAction.Resolve }.Where(action => action == CallAction.Trigger || !keepsOpen))
        {
            var call = new Call(DedupKey.Of(@event), ChannelKind.Api, action, CallReason.Began, 1, IsLast: true, Payload.Full, Severity.Critical, @event.Id);
            Answer answer = await sender.SendAsync(call, @event, CancellationToken.None);
            StandardStreams.Output($"{channel}: {call.Verb}: {answer.Text}\n");
            isGood &= answer.Verdict == Verdict.Delivered;
        }

        return isGood;
    }
}
