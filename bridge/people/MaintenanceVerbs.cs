using System.Globalization;
using System.Text.Json;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verbs maintenance start, stop and list.</summary>
internal static class MaintenanceVerbs
{
    /// <summary>The longest window: a forgotten one must end.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private static readonly string[] Columns = ["ID", "HOST", "SERVICE", "SINCE", "UNTIL", "BY", "REASON"];

    public static int Start(string configFile, string duration, string host, string service, string reason)
    {
        if (Duration(duration) is not { } span || span <= TimeSpan.Zero || span > Longest)
        {
            StandardStreams.Error($"pagerduty-bridge maintenance start: given --for {duration}; accepted: a whole number and m, h or d, at most {Longest.Days}d\n");
            return ExitCode.Usage;
        }

        if (service.Length > 0 && host.Length == 0)
        {
            StandardStreams.Error("pagerduty-bridge maintenance start: --service needs --host\n");
            return ExitCode.Usage;
        }

        return CommandContext.WithStore("maintenance start", configFile, (_, store) =>
        {
            MaintenanceWindow window = store.Maintenance.Start(host, service, span, reason, CommandContext.Who());
            StandardStreams.Output(
                $"maintenance {window.Id} of {(host.Length > 0 ? Describe.Name(host, service) : "everything, the heartbeat included")} until {Words.Moment(window.Until)}: "
                + "new problems page nobody, and page then if they are still bad\n");
            return ExitCode.Done;
        });
    }

    public static int Stop(string configFile, long? id) => CommandContext.WithStore("maintenance stop", configFile, (_, store) =>
    {
        int count = store.Maintenance.Stop(id);
        store.Incidents.Apply(store.Table.Query(IncidentFilter.Suppressed).Select(incident => incident.Key), new IncidentInput.Tick());
        if (count == 0)
        {
            StandardStreams.Error(id is null ? "pagerduty-bridge maintenance stop: no window is open\n" : $"pagerduty-bridge maintenance stop: no window {id} is open\n");
            return ExitCode.Failed;
        }

        StandardStreams.Output($"{count} {(count == 1 ? "window" : "windows")} ended; what is still bad pages now\n");
        return ExitCode.Done;
    });

    public static int List(string configFile, bool asJson) => CommandContext.WithStore("maintenance list", configFile, (_, store) =>
    {
        List<MaintenanceWindow> windows = store.Maintenance.Open();
        StandardStreams.Output(asJson
            ? JsonSerializer.Serialize([.. windows.Select(MaintenanceJson.Of)], PeopleJson.Readable.IReadOnlyListMaintenanceJson) + "\n"
            : Table.Text(Columns, windows.Select(window => new[]
            {
                window.Id.ToString(CultureInfo.InvariantCulture), window.Host.Length > 0 ? window.Host : "(everything)", window.Service,
                Words.Moment(window.Since), Words.Moment(window.Until), window.StartedBy, window.Reason,
            })));
        return ExitCode.Done;
    });

    private static TimeSpan? Duration(string text)
    {
        if (text.Length < 2 || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count > 100_000)
        {
            return null;
        }

        return text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => null,
        };
    }
}
