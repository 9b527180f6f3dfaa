using System.Globalization;
using System.Text.Json;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb list: the incidents with the state that PagerDuty should have and the state that was delivered. Works with serve dead.</summary>
internal static class ListIncidents
{
    private static readonly string[] Columns = ["DESIRED", "DELIVERED", "DELIVERY", "VIA", "HOST", "SERVICE", "STATE", "WAITING SINCE", "ATTEMPTS", "LAST ANSWER"];

    public static int Run(string configFile, bool asJson, bool withSettled) => CommandContext.WithStore("list", configFile, (_, store) =>
    {
        IReadOnlyList<Incident> incidents = store.Incidents.List(withSettled);
        StandardStreams.Output(asJson ? Json(incidents) : Table(incidents));
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
