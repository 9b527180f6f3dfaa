using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Health and counters in Prometheus' text format.</summary>
internal static class Metrics
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Prefix = "pagerduty_bridge_";

    public static string Text(Health health, Counters counters)
    {
        var text = new StringBuilder();
        void Gauge(string name, string help, double value) => Line("gauge", name, help, value);
        void Line(string type, string name, string help, double value) => text.Append(
            CultureInfo.InvariantCulture, $"# HELP {Prefix}{name} {help}\n# TYPE {Prefix}{name} {type}\n{Prefix}{name} {value:R}\n");
        Gauge("status", "0 OK, 1 WARNING, 2 CRITICAL.", (int)health.Status);
        Gauge("pending_incidents", "Incidents that a delivery is due for.", health.Figures.Pending);
        Gauge("oldest_pending_seconds", "How long the oldest of them waits.", health.Figures.OldestPending.TotalSeconds);
        Gauge("dead_letters", "Incidents that PagerDuty refused for good.", health.Figures.DeadLetters);
        Gauge("open_incidents", "Incidents that are bad.", health.Figures.Open);
        Gauge("suppressed_incidents", "Incidents that nothing is sent for: maintenance, storm, resolved by a responder, dropped.", health.Figures.Suppressed);
        Gauge("spool_files", "Events that are not taken in yet.", health.Spool);
        Gauge("scheduler_commands_waiting", "Commands that the scheduler's pipe has not taken.", health.Figures.Commands);
        Gauge("last_success_age_seconds", "Seconds since PagerDuty last accepted a call; NaN when never.", health.LastSuccess?.TotalSeconds ?? double.NaN);
        Gauge("heartbeat_age_seconds", "Seconds since the estate's heartbeat; NaN when never.", health.Heartbeat?.TotalSeconds ?? double.NaN);
        Gauge("maintenance_windows", "Windows that are open.", health.Maintenance);
        foreach ((string name, long count) in counters.All)
        {
            Line("counter", name, "Since the start.", count);
        }

        return text.ToString();
    }
}
