using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The table [pagerduty].</summary>
/// <param name="Endpoint">The address of the Events API; default https://events.pagerduty.com.</param>
/// <param name="RoutingKeyFile">The file of the integration's routing key.</param>
/// <param name="CallsPerMinute">The most API calls in any 60 s, 1 to 10000, default 100.</param>
/// <param name="UpdatesUrgency">True for escalation = "update", false (default) for "reopen".</param>
internal sealed record ApiConfig(Uri Endpoint, string RoutingKeyFile, int CallsPerMinute, bool UpdatesUrgency)
{
    private static readonly string[] Escalations = ["reopen", "update"];

    /// <returns>Null when no routing key is given: mail is the only channel then.</returns>
    public static ApiConfig? Read(TomlTable root, Problems problems)
    {
        TomlTable table = root.Table("pagerduty");
        Uri endpoint = Config.EndpointOf(table.Text("endpoint", "https://events.pagerduty.com"), problems);
        Setting<string?> key = table.OptionalText("routing_key_file").Check(problems, Config.IfGiven(Secret.Complaint));

        // PagerDuty documents about 120 calls in a sliding minute for one key, and up to 10,000 for accounts that asked for more.
        var calls = (int)table.IntegerOr("calls_per_minute", 100, 1, 10_000).Value;
        bool updates = table.Choice("escalation", Escalations, "reopen").Value == "update";
        return key.IsGiven ? new ApiConfig(endpoint, key.Value ?? "", calls, updates) : null;
    }
}
