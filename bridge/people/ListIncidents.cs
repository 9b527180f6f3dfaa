using System.Globalization;
using System.Text.Json;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb list: the incidents with the state that PagerDuty should have and the state that was delivered. Works with serve dead.</summary>
internal static class ListIncidents
{
    private static readonly string[] Columns = ["SHOULD BE", "DELIVERED", "DELIVERY", "VIA", "HOST", "SERVICE", "STATE", "SINCE", "TRIES", "LAST ANSWER"];

    public static int Run(string configFile, bool asJson, bool withSettled) => Desk.WithStore("list", configFile, (_, store) =>
    {
        List<Incident> incidents = store.Incidents.List(withSettled);
        StandardStreams.Output(asJson ? Json(incidents) : Table(incidents));
        return ExitCode.Done;
    });

    public static string Json(IReadOnlyList<Incident> incidents) =>
        JsonSerializer.Serialize([.. incidents.Select(IncidentJson.Of)], PeopleJson.Readable.IReadOnlyListIncidentJson) + "\n";

    public static string Table(IReadOnlyList<Incident> incidents) => Bridge.Table.Text(Columns, incidents.Select(Row));

    /// <summary>Whether what PagerDuty should know has been delivered, in a word or two.</summary>
    public static string Delivery(Incident incident) =>
        incident.IsSetAside ? "set aside"
        : incident.Held switch
        {
            Hold.Maintenance => "maintenance",
            Hold.Storm => "in the storm",
            Hold.Person => "resolved there",
            _ => incident.IsPending ? "pending" : incident.AcknowledgedBy is { } who ? $"done, {who}" : "done",
        };

    public static string Word(IncidentState state) => state == IncidentState.None ? "-" : state.ToString().ToLowerInvariant();

    private static string[] Row(Incident incident) =>
    [
        Word(incident.Desired), Word(incident.Delivered), Delivery(incident), incident.Channel, incident.Host, incident.Service, incident.State,
        Words.Moment(incident.WantedAt), incident.Attempts.ToString(CultureInfo.InvariantCulture), incident.LastAnswer ?? "",
    ];
}
