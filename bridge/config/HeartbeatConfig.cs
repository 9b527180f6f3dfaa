using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The table [heartbeat].</summary>
/// <param name="Host">The host of the estate's heartbeat service; empty for any.</param>
/// <param name="Service">Its description; default <c>PagerDuty path heartbeat</c>.</param>
/// <param name="MissingAfter">How long it may be missing; default 15 min.</param>
/// <param name="IsDemanded">True when the table is given; else the switch is armed by the first heartbeat that comes.</param>
/// <param name="SendTo">Where the bridge's own heartbeat goes; null for nowhere.</param>
/// <param name="SendTokenFile">The file of the token that it carries; null without one.</param>
/// <param name="SendEvery">How often; default 1 min.</param>
internal sealed record HeartbeatConfig(
    string Host, string Service, TimeSpan MissingAfter, bool IsDemanded, Uri? SendTo, string? SendTokenFile, TimeSpan SendEvery)
{
    public const string DefaultService = "PagerDuty path heartbeat";

    /// <summary>The dead man's switch that awaits it.</summary>
    public DeadMansSwitchSettings Switch => new(Service, MissingAfter, IsDemanded);

    /// <summary>True for the service that the bridge consumes itself: it never becomes an incident, whoever names it.</summary>
    public bool Is(string host, string service) => service == Service && (Host.Length == 0 || host == Host);

    public static HeartbeatConfig Read(TomlTable root, Problems problems)
    {
        bool isDemanded = root.Keys.Contains("heartbeat", StringComparer.Ordinal);
        TomlTable table = root.Table("heartbeat");
        Setting<string?> sendTo = table.OptionalText("send_to");
        Setting<string?> token = table.OptionalText("send_token_file").Check(problems, Config.IfGiven(Secret.Complaint));

        return new HeartbeatConfig(
            table.Text("host", "").Value,
            table.Text("service", DefaultService).Check(problems, Config.Words).Value,
            table.DurationOr("missing_after", TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)).Value,
            isDemanded,
            sendTo is { IsSound: true, Value: { } url } ? Config.EndpointOf(new Setting<string>(url, sendTo.Place, true, true), problems, mayHavePath: true) : null,
            token.Value,
            table.DurationOr("send_every", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)).Value);
    }
}
