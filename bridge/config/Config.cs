using System.Net;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The bridge's config file. Only keys that do something are accepted.</summary>
/// <param name="Scheduler"><c>shinken</c> (default) or <c>nagios</c>: how long output writes its newlines.</param>
/// <param name="Endpoint">Where the Events API lives; default https://events.pagerduty.com.</param>
/// <param name="RoutingKeyFile">The file of the integration's routing key.</param>
/// <param name="CallsPerMinute">The most API calls in any 60 s, 1 to 10000, default 100.</param>
/// <param name="SpoolPath">The folder that notify writes to and serve empties; default /var/spool/ringfree-pagerduty.</param>
/// <param name="StorePath">The incident store; default /var/lib/ringfree-pagerduty/incidents.db.</param>
internal sealed record Config(
    string Scheduler, Uri Endpoint, string RoutingKeyFile, int CallsPerMinute, string SpoolPath, string StorePath)
{
    private const string DefaultSpool = "/var/spool/ringfree-pagerduty";

    private static readonly string[] Schedulers = ["shinken", "nagios"];

    /// <summary>Reads the whole file.</summary>
    /// <returns>The config, or null when there are problems.</returns>
    public static Config? Load(string path, Problems problems)
    {
        if (TomlFile.Load(path, problems) is not { } root)
        {
            return null;
        }

        TomlTable pagerDuty = root.Table("pagerduty");
        var config = new Config(
            root.Choice("scheduler", Schedulers, "shinken").Value,
            Endpoint: EndpointOf(pagerDuty.Text("endpoint", "https://events.pagerduty.com"), problems),
            pagerDuty.Text("routing_key_file").Check(problems, Absolute).Value,

            // PagerDuty documents about 120 calls in a sliding minute for one key, and up to 10,000 for accounts that asked for more.
            (int)pagerDuty.IntegerOr("calls_per_minute", 100, 1, 10_000).Value,
            Spool(root, problems),
            root.Table("store").Text("path", "/var/lib/ringfree-pagerduty/incidents.db").Check(problems, Absolute).Value);
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

    private static string Spool(TomlTable root, Problems problems) =>
        root.Table("spool").Text("path", DefaultSpool).Check(problems, Absolute).Value;

    private static string? Absolute(string path) =>
        path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) ? null : $"given \"{path}\"; accepted: an absolute path";

    private static Uri EndpointOf(Setting<string> setting, Problems problems)
    {
        var nowhere = new Uri("https://events.pagerduty.com");
        Uri? endpoint = null;
        Setting<string> sound = setting.Check(problems, text =>
            Uri.TryCreate(text, UriKind.Absolute, out endpoint)
            && endpoint.AbsolutePath == "/" && endpoint.Query.Length == 0 && endpoint.Fragment.Length == 0 && endpoint.UserInfo.Length == 0
            && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && IsLoopback(endpoint)))
                ? null
                : $"given \"{text}\"; accepted: https://HOST[:PORT], or http:// with a loopback address");
        return sound.IsSound ? endpoint! : nowhere;
    }

    private static bool IsLoopback(Uri endpoint) =>
        IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address);
}
