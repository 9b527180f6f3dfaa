using System.Net;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The secrets of every file that the config names; null or empty where it names none.</summary>
/// <param name="RoutingKey">Of the Events API.</param>
/// <param name="MailPassword">For AUTH at the mail server.</param>
/// <param name="RestToken">Read-only, for polling.</param>
/// <param name="WebhookSecrets">Of the webhook subscriptions.</param>
/// <param name="HeartbeatToken">Of the bridge's own heartbeat.</param>
/// <param name="Proxy">The way out of the house; null for the direct one.</param>
internal sealed record Secrets(
    Secret? RoutingKey, Secret? MailPassword, Secret? RestToken, IReadOnlyList<Secret> WebhookSecrets, Secret? HeartbeatToken,
    IWebProxy? Proxy)
{
    public static Secrets Load(Config config, Problems problems) => new(
        config.Api is { } api ? Secret.RoutingKey(api.RoutingKeyFile, problems) : null,
        config.Email?.PasswordFile is { } password ? Secret.OneLine(password, "a password", problems) : null,
        config.Acknowledgements.TokenFile is { } token ? Secret.Token(token, "a REST API token", problems) : null,
        config.Acknowledgements.WebhookSecretsFile is { } webhooks ? Secret.Lines(webhooks, "webhook secrets", problems) : [],
        config.Heartbeat.SendTokenFile is { } heartbeat ? Secret.Token(heartbeat, "a token", problems) : null,
        ProxyOf(config, problems));

    /// <summary>The proxy of a config, with its credentials.</summary>
    public static IWebProxy? ProxyOf(Config config, Problems problems) =>
        config.Proxy?.Proxy(config.Proxy.CredentialsFile is { } file ? ProxyConfig.Credentials(file, problems) : null);

    /// <summary>The files, with how each is read, to check them one by one.</summary>
    public static IReadOnlyList<SecretPlace> Places(Config config)
    {
        var places = new List<SecretPlace>();
        void Add(string? path, bool isForNotify, Action<string, Problems> read)
        {
            if (path is not null)
            {
                places.Add(new SecretPlace(path, isForNotify, problems => read(path, problems)));
            }
        }

        Add(config.Api?.RoutingKeyFile, true, (path, problems) => Secret.RoutingKey(path, problems));
        Add(config.Proxy?.CredentialsFile, true, (path, problems) => ProxyConfig.Credentials(path, problems));
        Add(config.Email?.PasswordFile, true, (path, problems) => Secret.OneLine(path, "a password", problems));
        Add(config.Acknowledgements.TokenFile, false, (path, problems) => Secret.Token(path, "a REST API token", problems));
        Add(config.Acknowledgements.WebhookSecretsFile, false, (path, problems) => Secret.Lines(path, "webhook secrets", problems));
        Add(config.Heartbeat.SendTokenFile, false, (path, problems) => Secret.Token(path, "a token", problems));
        Add(config.Watch?.TokenFile, false, (path, problems) => Secret.Token(path, "a token", problems));
        return places;
    }
}

/// <summary>The file of one secret.</summary>
/// <param name="Path">An absolute path, or <c>credential:NAME</c>.</param>
/// <param name="IsForNotify">Notify reads it too, when no serve runs.</param>
/// <param name="Check">Reports what is wrong with it.</param>
internal sealed record SecretPlace(string Path, bool IsForNotify, Action<Problems> Check)
{
    public bool IsCredential => !Path.StartsWith('/');

    /// <summary>True when it lies there and this user may not open it.</summary>
    public bool IsClosedToThisUser
    {
        get
        {
            try
            {
                KernelFile.OpenSuspicious(Path).Dispose();
                return false;
            }
            catch (IOException refused)
            {
                return refused.HResult == Libc.EACCES;
            }
        }
    }
}
