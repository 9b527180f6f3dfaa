using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Health and counters in Prometheus' text format.</summary>
internal static class Metrics
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Prefix = "pagerduty_bridge_";

    public static string Text(Health health, Log log)
    {
        var text = new StringBuilder();
        void Head(string type, string name, string help) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {Prefix}{name} {help}\n# TYPE {Prefix}{name} {type}\n");
        void Sample(string name, string labels, double value) =>
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{name}{(labels.Length > 0 ? $"{{{labels}}}" : "")} {value:R}\n");
        void Gauge(string name, string help, double value, string labels = "")
        {
            Head("gauge", name, help);
            Sample(name, labels, value);
        }

        Gauge("build_info", "1; the version is a label.", 1, $"version=\"{typeof(Metrics).Assembly.GetName().Version?.ToString(3)}\"");
        Gauge("status", "0 OK, 1 WARNING, 2 CRITICAL.", (int)health.Status);
        Gauge("pending_incidents", "Incidents that a call is due for.", health.Figures.Pending);
        Gauge("oldest_pending_seconds", "How long the oldest of them waits.", health.Figures.OldestPending.TotalSeconds);
        Gauge("dead_letters", "Incidents that PagerDuty refused for good.", health.Figures.DeadLetters);
        Gauge("open_incidents", "Incidents that are bad.", health.Figures.Open);
        Gauge(
            "suppressed_incidents", "Incidents that nothing is sent for: maintenance, storm, resolved by a responder, dropped.", health.Figures.Suppressed);
        Gauge("spool_files", "Events that are not taken in yet.", health.Spool);
        Gauge("scheduler_commands_waiting", "Commands that the scheduler's pipe has not taken.", health.Figures.Commands);
        Gauge("last_success_age_seconds", "Seconds since PagerDuty last accepted a call; NaN when never.", health.LastSuccess?.TotalSeconds ?? double.NaN);
        Gauge("heartbeat_age_seconds", "Seconds since the estate's heartbeat; NaN when never.", health.Heartbeat?.TotalSeconds ?? double.NaN);
        Gauge("maintenance_windows", "Maintenance windows that are open.", health.Maintenance);
        Head("counter", "dropped_log_lines_total", "Log lines that standard output did not take in time.");
        Sample("dropped_log_lines_total", "", log.DroppedLines);
        foreach (IGrouping<string, (Counter Counter, long Count)> one in log.Counters.All.GroupBy(count => count.Counter.Name, StringComparer.Ordinal))
        {
            Head("counter", one.Key, one.First().Counter.Help);
            foreach ((Counter counter, long count) in one)
            {
                Sample(counter.Name, counter.Labels, count);
            }
        }

        Head("summary", "call_duration_seconds", "How long calls took, whatever their answer was.");
        foreach ((ChannelKind channel, long count, TimeSpan sum) in log.Counters.Calls)
        {
            var labels = $"channel=\"{(channel == ChannelKind.Api ? "api" : "mail")}\"";
            Sample("call_duration_seconds_sum", labels, sum.TotalSeconds);
            Sample("call_duration_seconds_count", labels, count);
        }

        return text.ToString();
    }
}
