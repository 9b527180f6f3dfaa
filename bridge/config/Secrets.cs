using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The secrets of every file that the config names; null or empty where it names none.</summary>
/// <param name="RoutingKey">Of the Events API.</param>
/// <param name="MailPassword">For AUTH at the mail server.</param>
/// <param name="RestToken">Read-only, for polling.</param>
/// <param name="WebhookSecrets">Of the webhook subscriptions.</param>
/// <param name="HeartbeatToken">Of the bridge's own heartbeat.</param>
internal sealed record Secrets(
    Secret? RoutingKey, Secret? MailPassword, Secret? RestToken, IReadOnlyList<Secret> WebhookSecrets, Secret? HeartbeatToken)
{
    public static Secrets Load(Config config, Problems problems) => new(
        config.Api is { } api ? Secret.RoutingKey(api.RoutingKeyFile, problems) : null,
        config.Email?.PasswordFile is { } password ? Secret.OneLine(password, "a password", problems) : null,
        config.Acknowledgements.TokenFile is { } token ? Secret.OneLine(token, "a REST API token", problems) : null,
        config.Acknowledgements.WebhookSecretsFile is { } webhooks ? Secret.Lines(webhooks, "webhook secrets", problems) : [],
        config.Heartbeat.SendTokenFile is { } heartbeat ? Secret.OneLine(heartbeat, "a token", problems) : null);
}
