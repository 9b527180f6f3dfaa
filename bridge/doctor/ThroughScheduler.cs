using System.Diagnostics.CodeAnalysis;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// doctor --through-scheduler: makes the scheduler notify now, by its command pipe, and follows the notification through notify, spool and
/// serve to PagerDuty's answer.
/// </summary>
/// <remarks>
/// It is a notification of the heartbeat service, which exists for that. Nagios sends a custom one, which serve does not consume as a
/// heartbeat: it pages, and is resolved. Shinken accepts the command and does nothing (shinken/external_command.py: pass), so that the
/// service is checked at once, and its heartbeat is followed.
/// </remarks>
internal static class ThroughScheduler
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(Diagnosis diagnosis, Config config, SchedulerFiles? files)
    {
        if (config.Acknowledgements.CommandPipe is not { } path)
        {
            diagnosis.AddWrong(
                "there is no way to command the scheduler: command_pipe in [acknowledgements] is not given", "give it, then restart serve");
            return;
        }

        if (StoreAccess.Complaint(config.StorePath, out _) is { } complaint)
        {
            diagnosis.AddWrong($"{config.StorePath} says what came of a notification: {complaint}");
            return;
        }

        if (!TryHost(config, files, out string? host))
        {
            diagnosis.AddWrong(
                $"no host is known that has the service '{config.Heartbeat.Service}'",
                "deploy the generated objects, or give host in [heartbeat]");
            return;
        }

        bool isCustom = config.Scheduler == "nagios";
        string service = config.Heartbeat.Service;
        DateTimeOffset began = TimeProvider.System.GetUtcNow();
        string command = isCustom
            ? $"SEND_CUSTOM_SVC_NOTIFICATION;{host};{service};2;{CommandContext.Who().Replace(';', ' ')};pagerduty-bridge doctor"
            : $"SCHEDULE_FORCED_SVC_CHECK;{host};{service};{began.ToUnixTimeSeconds()}";
        try
        {
            new CommandPipe(path, TimeProvider.System).Write(command);
        }
        catch (IOException refused)
        {
            diagnosis.AddWrong($"the scheduler takes no command: {refused.Message}", "does it run, and with which pipe?");
            return;
        }

        StandardStreams.Output($"{path}: {command}\n");
        using Store store = Store.OpenExisting(config.StorePath, TimeProvider.System, config.Policy);
        await (isCustom ? FollowPageAsync(diagnosis, store, host, service, began) : FollowHeartbeatAsync(diagnosis, store, service, began));
    }

    private static bool TryHost(Config config, SchedulerFiles? files, [NotNullWhen(true)] out string? host)
    {
        host = config.Heartbeat.Host.Length > 0 ? config.Heartbeat.Host
            : files?.HostsOf(config.Heartbeat.Service).FirstOrDefault();
        return host is not null;
    }

    private static async Task FollowHeartbeatAsync(Diagnosis diagnosis, Store store, string service, DateTimeOffset began)
    {
        if (await Until(() => store.Facts.Get(StoredFacts.Heartbeat) >= began))
        {
            diagnosis.AddGood($"'{service}' was checked, notified and taken in within {Since(began)}; "
                + "Shinken sends no custom notification, so that PagerDuty is tried by doctor --send");
        }
        else
        {
            diagnosis.AddWrong($"no notification of '{service}' came within {Words.Duration(Deadline)}", Where());
        }
    }

    private static async Task FollowPageAsync(Diagnosis diagnosis, Store store, string host, string service, DateTimeOffset began)
    {
        string key = CommandContext.Key(host, service);
        var shown = 0;
        bool Has(Func<HistoryLine, bool> fits)
        {
            List<HistoryLine> lines = [.. store.Table.HistoryOf(key).Where(line => line.At >= began)];
            foreach (HistoryLine line in lines.Skip(shown))
            {
                StandardStreams.Output($"{Words.Moment(line.At)}  {Words.Safe(line.What)}  {Words.Safe(line.Detail)}\n");
            }

            shown = lines.Count;
            return lines.Exists(line => fits(line));
        }

        if (!await Until(() => Has(line => line.What == "notified")))
        {
            diagnosis.AddWrong($"no notification of '{service}' came within {Words.Duration(Deadline)}", Where());
            return;
        }

        bool isPaged = await Until(
            () => Has(line => line.What == "delivered" && line.Detail.StartsWith("trigger", StringComparison.Ordinal)));
        HeartbeatSwitch.Close(store, store.Incidents.Find(key), "doctor's test notification: closed");
        bool isClosed = await Until(
            () => Has(line => line.What == "delivered" && line.Detail.StartsWith("resolve", StringComparison.Ordinal)));
        if (isPaged && isClosed)
        {
            diagnosis.AddGood($"a notification went from the scheduler to PagerDuty and was resolved within {Since(began)}");
        }
        else
        {
            diagnosis.AddWrong(
                $"the notification came in, but PagerDuty did not accept its {(isPaged ? "resolve" : "trigger")} "
                + $"within {Words.Duration(Deadline)}",
                "pagerduty-bridge list shows the last answer");
        }
    }

    private static string Where() =>
        "is the service acknowledged, in downtime or without contacts? the scheduler's log names the notification, "
        + "journalctl -t pagerduty-bridge what notify said";

    private static string Since(DateTimeOffset began) => Words.Duration(TimeProvider.System.GetUtcNow() - began);

    private static async Task<bool> Until(Func<bool> isTrue)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!isTrue())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Deadline)
            {
                return false;
            }

            await Task.Delay(Pause, TimeProvider.System);
        }

        return true;
    }
}
