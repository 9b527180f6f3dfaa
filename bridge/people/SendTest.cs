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
        return WithChannelsAsync(config, secrets!, (channel, sender) => SendAsync(channel, sender, config.Name, keepsOpen))
            .GetAwaiter().GetResult() ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Does something with every channel of the config.</summary>
    /// <returns>True when it succeeded with each.</returns>
    public static async Task<bool> WithChannelsAsync(Config config, Secrets secrets, Func<string, ISender, Task<bool>> work)
    {
        var page = new Page(config.Scheduler);
        var isGood = true;
        if (config.Api is { } api && secrets.RoutingKey is { } key)
        {
            using var pagerDuty = new PagerDuty(api.Endpoint, key, secrets.Proxy);
            isGood &= await work("api", new ApiSender(pagerDuty, key, page));
        }

        if (config.Email is { } email)
        {
            isGood &= await work("mail", new MailSender(email, secrets.MailPassword, page));
        }

        return isGood;
    }

    private static async Task<bool> SendAsync(string channel, ISender sender, string name, bool keepsOpen)
    {
        var incident = new TestIncident(channel, sender, name, $"PagerDuty bridge: test by {channel}", "CRITICAL");
        Answer opened = await incident.OpenAsync();
        StandardStreams.Output($"{channel}: trigger: {opened.Text}\n");
        if (keepsOpen)
        {
            return opened.Verdict == Verdict.Delivered;
        }

        Answer closed = await incident.CloseAsync();
        StandardStreams.Output($"{channel}: resolve: {closed.Text}\n");
        return opened.Verdict == Verdict.Delivered && closed.Verdict == Verdict.Delivered;
    }
}
