using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb list: the incidents with the state that PagerDuty should have and the state that was delivered. Works with serve dead.</summary>
internal static class ListIncidents
{
    private static readonly string[] Columns = ["SHOULD BE", "DELIVERED", "DELIVERY", "HOST", "SERVICE", "STATE", "SINCE", "TRIES", "LAST ANSWER"];

    public static int Run(string configFile, bool asJson, bool withSettled)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        try
        {
            List<Incident> incidents = [];
            if (File.Exists(config.StorePath))
            {
                using IncidentStore store = IncidentStore.OpenForReading(config.StorePath, TimeProvider.System);
                incidents = store.List(withSettled);
            }

            StandardStreams.Output(asJson ? Json(incidents) : Table(incidents));
            return ExitCode.Done;
        }
        catch (SqliteException refused)
        {
            StandardStreams.Error($"pagerduty-bridge list: cannot read {config.StorePath}: {refused.Message}\n");
            return ExitCode.Failed;
        }
    }

    public static string Json(IReadOnlyList<Incident> incidents) => JsonSerializer.Serialize(incidents, IncidentJson.Default.IReadOnlyListIncident) + "\n";

    public static string Table(IReadOnlyList<Incident> incidents)
    {
        List<string[]> rows = [Columns, .. incidents.Select(Row)];
        int[] widths = [.. Columns.Select((_, column) => rows.Max(row => row[column].Length))];
        var table = new StringBuilder();
        foreach (string[] row in rows)
        {
            table.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return table.ToString();
    }

    private static string[] Row(Incident incident) =>
    [
        Word(incident.Desired), Word(incident.Delivered),
        incident.IsSetAside ? "set aside" : incident.IsPending ? "pending" : "done",
        Cell(incident.Host), Cell(incident.Service), Cell(incident.State),
        incident.WantedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        incident.Attempts.ToString(CultureInfo.InvariantCulture), Cell(incident.LastAnswer ?? ""),
    ];

    private static string Word(IncidentState state) => state == IncidentState.None ? "-" : state.ToString().ToLowerInvariant();

    // What a host is called must not drive the terminal.
    private static string Cell(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}

/// <summary>The JSON of list, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<Incident>))]
internal sealed partial class IncidentJson : JsonSerializerContext;
