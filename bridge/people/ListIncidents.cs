using System.Globalization;
using System.Text.Json;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb list: the incidents with the state that PagerDuty should have and the state that was delivered. Works with serve dead.</summary>
internal static class ListIncidents
{
    private static readonly string[] Columns = ["DESIRED", "DELIVERED", "DELIVERY", "VIA", "HOST", "SERVICE", "STATE", "WAITING SINCE", "ATTEMPTS", "LAST ANSWER"];

    /// <param name="configFile">The config.</param>
    /// <param name="asJson">JSON instead of a table.</param>
    /// <param name="withSettled">Also those that are resolved and delivered.</param>
    /// <param name="host">Only those of these hosts, as <see cref="NamePatterns"/>; empty for all.</param>
    public static int Run(string configFile, bool asJson, bool withSettled, string host) =>
        CommandContext.WithStore("list", configFile, asJson, (_, store) =>
    {
        List<Incident> incidents = [.. store.Incidents.List(withSettled).Where(incident =>
            host.Length == 0 || incident.Members.Any(member => NamePatterns.Match(host, member.Host)))];
        if (incidents.Count == 0 && host.Length > 0 && KnownNames.Of(store) is var known && known.HostsOf(host).Length == 0)
        {
            string hint = known.Hint(host, "") is { Length: > 0 } near ? $": {near}" : "";
            return CommandContext.Fail(
                $"pagerduty-bridge list: no notification of {Words.Safe(host)} is known{hint}", asJson, ExitCode.Failed);
        }

        StandardStreams.Output(asJson ? Json(incidents) : Table(incidents) + MaintenanceVerbs.Reminders(store));
        return ExitCode.Done;
    });

    public static string Json(IReadOnlyList<Incident> incidents) =>
        JsonSerializer.Serialize([.. incidents.Select(IncidentJson.Of)], PeopleJson.Readable.IReadOnlyListIncidentJson) + "\n";

    public static string Table(IReadOnlyList<Incident> incidents) => Bridge.Table.Text(Columns, incidents.Select(Row));

    private static string[] Row(Incident incident) =>
    [
        Describe.Word(incident.Desired), Describe.Word(incident.Delivered), Describe.Delivery(incident), Describe.Via(incident), incident.Host, incident.Service,
        incident.State, Describe.WaitingSince(incident) is { } since ? Words.Moment(since) : "",
        incident.Retry.Attempts.ToString(CultureInfo.InvariantCulture), incident.Retry.LastAnswer ?? "",
    ];
}
