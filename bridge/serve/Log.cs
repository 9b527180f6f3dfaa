using Serilog;
using Serilog.Formatting.Compact;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Every event that the bridge logs, one a line: compact JSON on standard output, where the service manager keeps it.</summary>
internal sealed class Log(ILogger log)
{
    /// <summary>How often each happened since the start, for /metrics.</summary>
    public Counters Counters { get; } = new();

    public static Log ToStandardOutput() =>
        new(new LoggerConfiguration().WriteTo.Console(new RenderedCompactJsonFormatter()).CreateLogger());

    public void Started(string spool, string store, string channels) => log.Information("serving: {Spool:l} into {Store:l}, delivering to {Channels:l}", spool, store, channels);

    public void Stopped() => log.Information("stopped");

    public void Ingested(string type, string host, string service, string outcome)
    {
        Counters.Add("notifications_total");
        log.Information("{Type:l} of {Host:l} {Service:l}: {Outcome:l}", type, host, service, outcome);
    }

    public void Heartbeat() => Counters.Add("heartbeats_total");

    public void Rejected(string file, string reason)
    {
        Counters.Add("rejected_files_total");
        log.Error("{File:l} is set aside in rejected/: {Reason:l}", file, reason);
    }

    public void IngestFailed(string reason) => log.Error("the spool cannot be taken in, trying again: {Reason:l}", reason);

    public void WatchFailed(string reason) => log.Warning("the kernel gives no notice of new files, they are found within a second: {Reason:l}", reason);

    public void Delivered(string action, string dedupKey, string answer)
    {
        Counters.Add("deliveries_total");
        log.Information("{Action:l} of {DedupKey:l} delivered: {Answer:l}", action, dedupKey, answer);
    }

    public void NotNeeded(string dedupKey, string reason) => log.Information("{DedupKey:l}: {Reason:l}, nothing to deliver", dedupKey, reason);

    public void CallFailed(string action, string dedupKey, string reason)
    {
        Counters.Add("failed_calls_total");
        log.Warning("{Action:l} of {DedupKey:l} not delivered, trying again: {Reason:l}", action, dedupKey, reason);
    }

    public void Refused(string action, string dedupKey, string reason) => log.Warning("{Action:l} of {DedupKey:l} refused, trying without details: {Reason:l}", action, dedupKey, reason);

    public void DeadLetter(string action, string dedupKey, string reason)
    {
        Counters.Add("dead_letters_total");
        log.Error("{Action:l} of {DedupKey:l} is a dead letter, PagerDuty refuses it for good: {Reason:l}", action, dedupKey, reason);
    }

    public void RoundFailed(string stage, string reason) => log.Error("{Stage:l} failed, trying again: {Reason:l}", stage, reason);

    public void StoreFailed(string what, string reason) => log.Error("the store fails ({What:l}), trying again: {Reason:l}", what, reason);

    public void DeliveredWithoutStore(string action, string dedupKey, string answer) =>
        log.Warning("{Action:l} of {DedupKey:l} without the store: {Answer:l}", action, dedupKey, answer);

    public void StoreRebuilt(string setAside, string reason) => log.Error("the store was damaged, it lies in {SetAside:l} and was built again: {Reason:l}", setAside, reason);

    public void SchedulerNotified(string dedupKey, string command)
    {
        Counters.Add("scheduler_commands_total");
        log.Information("notified the scheduler of {DedupKey:l}: {Command:l}", dedupKey, command.Split(';')[0]);
    }

    public void Responded(ResponderDeed deed, string dedupKey, string outcome)
    {
        Counters.Add("responder_actions_total");
        log.Information("{Deed:l} at PagerDuty: {DedupKey:l}: {Outcome:l}", deed.ToString(), dedupKey, outcome);
    }

    public void PollFailed(string reason) => log.Warning("PagerDuty cannot be asked for acknowledgements, trying again: {Reason:l}", reason);

    public void NoIncident(string dedupKey) => log.Error("PagerDuty accepted {DedupKey:l} and shows no incident: service disabled, maintenance, or a suppressing rule?", dedupKey);

    public void WebhookRefused(string reason)
    {
        Counters.Add("refused_webhooks_total");
        log.Warning("a webhook is refused: {Reason:l}", reason);
    }

    public void LastResortSent(int count) => log.Warning("the mail of last resort was sent, about {Count} problems that may have paged nobody", count);

    public void LastResortFailed(string reason) => log.Error("the mail of last resort was not sent: {Reason:l}", reason);

    public void CanaryFailed(string reason) => log.Warning("the canary call was not accepted: {Reason:l}", reason);

    public void LoopSilent(string name) => log.Error("{Name:l} does not run: the watchdog is not fed", name);

    public void HeartbeatWithheld(string reason) => log.Warning("the bridge's heartbeat is withheld: {Reason:l}", reason);

    public void HeartbeatFailed(string reason) => log.Warning("the bridge's heartbeat was not sent: {Reason:l}", reason);

    public void StepsUnusable(string reason) =>
        log.Warning("pages are sent without the meaning and first step of stock services: {Reason:l}", reason);

    public void Reconciled(string dedupKey, string what) => log.Warning("{DedupKey:l} differed from the scheduler: {What:l}", dedupKey, what);

    public void Watching(string listen, string silentAfter) => log.Information("watching: heartbeats at {Listen:l}, silent after {SilentAfter:l}", listen, silentAfter);

    public void WatchPaged(string action, string answer) => log.Warning("watch: {Action:l}: {Answer:l}", action, answer);
}
