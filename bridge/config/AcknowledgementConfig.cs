using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The table [acknowledgements]: the way back from PagerDuty to the scheduler.</summary>
/// <param name="RestEndpoint">Where the REST API lives; default https://api.pagerduty.com.</param>
/// <param name="TokenFile">The file of a read-only token; polling is on when it is given.</param>
/// <param name="Interval">How often PagerDuty is asked; default 30 s.</param>
/// <param name="WebhookSecretsFile">The file of the webhooks' secrets, one a line; webhooks are on when it is given.</param>
/// <param name="CommandPipe">The scheduler's command pipe; null to tell it nothing.</param>
internal sealed record AcknowledgementConfig(Uri RestEndpoint, string? TokenFile, TimeSpan Interval, string? WebhookSecretsFile, string? CommandPipe)
{
    public static AcknowledgementConfig Read(TomlTable table, Problems problems)
    {
        Uri endpoint = Config.EndpointOf(table.Text("rest_endpoint", "https://api.pagerduty.com"), problems);
        string? Path(string key, Func<string, string?> complaint) => table.OptionalText(key).Check(problems, Config.IfGiven(complaint)).Value;
        return new AcknowledgementConfig(
            endpoint,
            Path("token_file", Secret.Complaint),
            table.DurationOr("interval", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)).Value,
            Path("webhook_secrets_file", Secret.Complaint),
            Path("command_pipe", Config.Absolute));
    }
}
