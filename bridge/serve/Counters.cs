namespace Ringfree.Monitoring.Bridge;

/// <summary>A counter of /metrics.</summary>
/// <param name="Name">Without prefix.</param>
/// <param name="Help">What it counts.</param>
/// <param name="Labels">Such as <c>channel="api"</c>; empty for none.</param>
internal sealed record Counter(string Name, string Help, string Labels = "");

/// <summary>
/// Counts events since the start of the program. Every counter exists from the start, so that its first increase is seen.
/// </summary>
internal sealed class Counters
{
    public static readonly Counter Notifications = new("notifications_total", "Notifications taken in.");
    public static readonly Counter Heartbeats = new("heartbeats_total", "Heartbeats of the scheduler.");
    public static readonly Counter RejectedFiles = new("rejected_files_total", "Files in the spool that were not usable notifications.");
    public static readonly Counter Deliveries = new("deliveries_total", "Calls that PagerDuty or the mail server accepted.");
    public static readonly Counter FailedApiCalls = new("failed_calls_total", "Calls that failed and are tried again.", "channel=\"api\"");
    public static readonly Counter FailedMailCalls = new("failed_calls_total", "Calls that failed and are tried again.", "channel=\"mail\"");
    public static readonly Counter DeadLetters = new("refused_events_total", "Events that PagerDuty refused for good.");
    public static readonly Counter SchedulerCommands = new("scheduler_commands_total", "Commands that the scheduler's pipe took.");
    public static readonly Counter ResponderActions = new("responder_actions_total", "Acts of responders at PagerDuty.");
    public static readonly Counter RefusedWebhooks = new("refused_webhooks_total", "Webhooks that PagerDuty did not sign.");

    private readonly Lock gate = new();
    private readonly Dictionary<Counter, long> counts = new Counter[]
    {
        Notifications, Heartbeats, RejectedFiles, Deliveries, FailedApiCalls, FailedMailCalls, DeadLetters, SchedulerCommands, ResponderActions,
        RefusedWebhooks,
    }.ToDictionary(counter => counter, _ => 0L);

    private readonly Dictionary<ChannelKind, (long Count, TimeSpan Sum)> calls =
        Enum.GetValues<ChannelKind>().ToDictionary(channel => channel, _ => (0L, TimeSpan.Zero));

    /// <summary>The counts, those of one name together.</summary>
    public IReadOnlyList<(Counter Counter, long Count)> All
    {
        get
        {
            lock (gate)
            {
                return [.. counts.OrderBy(count => count.Key.Name, StringComparer.Ordinal).Select(count => (count.Key, count.Value))];
            }
        }
    }

    /// <summary>How many calls ended, and how long they took together.</summary>
    public IReadOnlyList<(ChannelKind Channel, long Count, TimeSpan Sum)> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls.OrderBy(call => call.Key).Select(call => (call.Key, call.Value.Count, call.Value.Sum))];
            }
        }
    }

    public void Add(Counter counter)
    {
        lock (gate)
        {
            counts[counter]++;
        }
    }

    /// <summary>A call ended, whatever its answer was.</summary>
    public void Add(ChannelKind channel, TimeSpan duration)
    {
        lock (gate)
        {
            calls[channel] = (calls[channel].Count + 1, calls[channel].Sum + duration);
        }
    }
}
