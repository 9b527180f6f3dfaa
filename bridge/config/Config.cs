using System.Net;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The bridge's config file. Only keys that do something are accepted; bridge/README.md shows each with its default.</summary>
/// <param name="Scheduler"><c>shinken</c> (default) or <c>nagios</c>: how long output writes its newlines.</param>
/// <param name="Name">The host under which the bridge itself pages; default the machine's name.</param>
/// <param name="Api">The Events API; null when mail is the only channel.</param>
/// <param name="SpoolPath">The folder that notify writes to and serve empties; default /var/spool/ringfree-pagerduty.</param>
/// <param name="StorePath">The incident store; default /var/lib/ringfree-pagerduty/incidents.db.</param>
/// <param name="StepsPath">What failures of stock services mean; default /etc/ringfree/monitoring/steps.toml, absent for nothing.</param>
/// <param name="Listen">Where health, metrics and webhooks are served; null for nowhere.</param>
/// <param name="Policy">Storms, and what a responder resolved.</param>
/// <param name="Heartbeat">The estate's heartbeat and the bridge's own.</param>
/// <param name="Acknowledgements">The way back from PagerDuty to the scheduler.</param>
/// <param name="Email">The e-mail channel; null without one.</param>
/// <param name="Proxy">The way of HTTP calls out of the house; null for the direct one.</param>
/// <param name="Reconcile">The comparison with the scheduler's own state.</param>
/// <param name="Watch">The verb watch; null without its table.</param>
internal sealed record Config(
    string Scheduler, string Name, ApiConfig? Api, string SpoolPath, string StorePath, string StepsPath, EndPoint? Listen,
    IncidentPolicy Policy, HeartbeatConfig Heartbeat, AcknowledgementConfig Acknowledgements, EmailConfig? Email, ProxyConfig? Proxy,
    ReconcileConfig Reconcile, WatchConfig? Watch)
{
    private const string DefaultSpool = "/var/spool/ringfree-pagerduty";

    private static readonly string[] Schedulers = ["shinken", "nagios"];

    /// <summary>What it says of the fleet.</summary>
    public FleetSettings Fleet => new()
    {
        CallsPerMinute = Api?.CallsPerMinute,
        MailsPerMinute = Email?.MailsPerMinute,
        FallbackAfter = Email?.FallbackAfter ?? TimeSpan.MaxValue,
        Heartbeat = Heartbeat.Switch,
    };

    /// <summary>Reads the whole file.</summary>
    /// <returns>The config, or null when there are problems.</returns>
    public static Config? Load(string path, Problems problems)
    {
        if (TomlFile.Load(path, problems) is not { } root)
        {
            return null;
        }

        string scheduler = root.Choice("scheduler", Schedulers, "shinken").Value;
        string name = root.Text("name", Environment.MachineName).Check(problems, Words).Value;
        ApiConfig? api = ApiConfig.Read(root, problems);
        EmailConfig? email = EmailConfig.Read(root, problems);
        if (api is null && email is null)
        {
            problems.Report(root.Table("pagerduty").Place, "neither routing_key_file nor [email] is given: there is no way to PagerDuty");
        }

        TomlTable storm = root.Table("storm");
        TomlTable acknowledgements = root.Table("acknowledgements");
        Setting<string?> listen = root.Table("listen").OptionalText("address");
        IncidentPolicy standard = IncidentPolicy.Default;
        var config = new Config(
            scheduler,
            name,
            api,
            Spool(root, problems),
            root.Table("store").Text("path", "/var/lib/ringfree-pagerduty/incidents.db").Check(problems, Absolute).Value,
            root.Table("pages").Text("steps", "/etc/ringfree/monitoring/steps.toml").Check(problems, Absolute).Value,
            ListenAddress.Read(listen, problems),
            new IncidentPolicy(
                (int)storm.IntegerOr("threshold", standard.StormThreshold, 5, 1_000_000).Value,
                storm.DurationOr("window", standard.StormWindow, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)).Value,
                acknowledgements.DurationOr("reopen_after", standard.ReopenAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)).Value,
                api is { UpdatesUrgency: true })
            {
                UnwatchedAfter = acknowledgements.DurationOr(
                    "unwatched_after", standard.UnwatchedAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)).Value,
            },
            HeartbeatConfig.Read(root, problems),
            AcknowledgementConfig.Read(acknowledgements, listen.IsGiven, problems),
            email,
            ProxyConfig.Read(root, problems),
            ReconcileConfig.Read(root, problems),
            WatchConfig.Read(root, problems));
        root.Finish();
        return problems.Any ? null : config;
    }

    /// <summary>Reads only where the spool is: a mistake in another key must not cost a page.</summary>
    /// <returns>The folder, or null when there are problems.</returns>
    public static string? LoadSpoolPath(string path, Problems problems)
    {
        string? spool = TomlFile.Load(path, problems) is { } root ? Spool(root, problems) : null;
        return problems.Any ? null : spool;
    }

    /// <summary>Complains about a path that is not absolute.</summary>
    public static string? Absolute(string path) =>
        path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) ? null : $"given \"{path}\"; accepted: an absolute path";

    /// <summary>Complains about a text that is empty or holds control characters.</summary>
    public static string? Words(string text) =>
        text.Length is > 0 and <= 200 && !text.Any(char.IsControl) ? null : $"given \"{text}\"; accepted: 1 to 200 characters, no control characters";

    /// <summary>Applies a complaint to a value that may be absent.</summary>
    public static Func<string?, string?> IfGiven(Func<string, string?> complaint) => text => text is null ? null : complaint(text);

    /// <summary>A base address: https, or http on loopback.</summary>
    public static Uri EndpointOf(Setting<string> setting, Problems problems, bool mayHavePath = false)
    {
        Uri? endpoint = null;
        Setting<string> sound = setting.Check(problems, text =>
            Uri.TryCreate(text, UriKind.Absolute, out endpoint)
            && (mayHavePath || (endpoint.AbsolutePath == "/" && endpoint.Query.Length == 0)) && endpoint.Fragment.Length == 0 && endpoint.UserInfo.Length == 0
            && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && IsLoopback(endpoint)))
                ? null
                : $"given \"{text}\"; accepted: https://HOST[:PORT]{(mayHavePath ? "/PATH" : "")}, or http:// with a loopback address");
        return sound.IsSound ? endpoint! : new Uri("https://events.pagerduty.com");
    }

    private static string Spool(TomlTable root, Problems problems) =>
        root.Table("spool").Text("path", DefaultSpool).Check(problems, Absolute).Value;

    private static bool IsLoopback(Uri endpoint) =>
        IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address);
}
