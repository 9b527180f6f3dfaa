using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The table [acknowledgements]: the way back from PagerDuty to the scheduler.</summary>
/// <param name="RestEndpoint">The address of the REST API; default https://api.pagerduty.com.</param>
/// <param name="TokenFile">The file of a read-only token; polling is on when it is given.</param>
/// <param name="Interval">How often PagerDuty is asked; default 30 s.</param>
/// <param name="WebhookSecretsFile">The file of the webhooks' secrets, one a line; webhooks are on when it is given.</param>
/// <param name="CommandPipe">The scheduler's command pipe; null to send it nothing.</param>
internal sealed record AcknowledgementConfig(Uri RestEndpoint, string? TokenFile, TimeSpan Interval, string? WebhookSecretsFile, string? CommandPipe)
{
    /// <param name="table">The table.</param>
    /// <param name="listens">True when an address to listen on is given.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static AcknowledgementConfig Read(TomlTable table, bool listens, Problems problems)
    {
        Uri endpoint = Config.EndpointOf(table.Text("rest_endpoint", "https://api.pagerduty.com"), problems);
        Setting<string?> Path(string key, Func<string, string?> complaint) => table.OptionalText(key).Check(problems, Config.IfGiven(complaint));
        Setting<string?> token = Path("token_file", Secret.Complaint);
        Setting<string?> webhooks = Path("webhook_secrets_file", Secret.Complaint);
        if (webhooks.IsGiven && !listens)
        {
            problems.Report(webhooks.Place, "address in [listen] is not given; accepted: both, because that is where webhooks arrive");
        }

        if (webhooks.IsGiven && !token.IsGiven)
        {
            problems.Report(webhooks.Place, "token_file is not given; accepted: both, because most webhooks name only PagerDuty's incident, whose key must be looked up");
        }

        return new AcknowledgementConfig(
            endpoint,
            token.Value,
            table.DurationOr("interval", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)).Value,
            webhooks.Value,
            Path("command_pipe", Config.Absolute).Value);
    }
}
