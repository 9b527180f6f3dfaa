using Serilog;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Every event that the bridge logs, one a line: compact JSON on standard output, where the service manager keeps it. Each has a stable
/// name in <c>event</c>; the sentence may change.
/// </summary>
/// <param name="log">Where events go.</param>
/// <param name="droppedLines">How many it has dropped so far; null when it drops none.</param>
internal sealed class Log(ILogger log, Func<long>? droppedLines = null)
{
    /// <summary>How often each happened since the start, for /metrics.</summary>
    public Counters Counters { get; } = new();

    /// <summary>How many lines were dropped since the start because their reader took none.</summary>
    public long DroppedLines => droppedLines?.Invoke() ?? 0;

    public void Started(string spool, string store, string channels) => Event("started").Information("serving: {Spool:l} into {Store:l}, delivering to {Channels:l}", spool, store, channels);

    public void Stopped() => Event("stopped").Information("stopped");

    public void Ingested(string type, string host, string service, string outcome)
    {
        Counters.Add(Bridge.Counters.Notifications);
        Event("notified").Information("{Type:l} of {Host:l} {Service:l}: {Outcome:l}", type, host, service, outcome);
    }

    public void Heartbeat() => Counters.Add(Bridge.Counters.Heartbeats);

    public void Rejected(string file, string reason)
    {
        Event("file_rejected").Error("{File:l} is moved to rejected/: {Reason:l}", file, reason);
    }

    public void RejectedMore(int count) => Event("files_rejected").Error("{Count} more files are moved to rejected/", count);

    public void IngestFailed(string reason) => Event("ingest_failed").Error("the spool cannot be taken in, trying again: {Reason:l}", reason);

    public void WatchFailed(string reason) => Event("file_watch_failed").Warning("the kernel gives no notice of new files, they are found within a second: {Reason:l}", reason);

    public void Delivered(string action, string dedupKey, string answer)
    {
        Counters.Add(Bridge.Counters.Deliveries);
        Event("delivered").Information("{Action:l} of {DedupKey:l} delivered: {Answer:l}", action, dedupKey, answer);
    }

    public void NotNeeded(string dedupKey, string reason) => Event("call_not_needed").Information("{DedupKey:l}: {Reason:l}, nothing to deliver", dedupKey, reason);

    public void CallFailed(ChannelKind channel, string action, string dedupKey, string reason)
    {
        Counters.Add(channel == ChannelKind.Api ? Bridge.Counters.FailedApiCalls : Bridge.Counters.FailedMailCalls);
        Event("delivery_failed").Warning("{Action:l} of {DedupKey:l} not delivered, trying again: {Reason:l}", action, dedupKey, reason);
    }

    public void Refused(string action, string dedupKey, string reason) => Event("delivery_refused").Warning("{Action:l} of {DedupKey:l} refused, trying without details: {Reason:l}", action, dedupKey, reason);

    public void DeadLetter(string action, string dedupKey, string reason)
    {
        Counters.Add(Bridge.Counters.DeadLetters);
        Event("dead_letter").Error("{Action:l} of {DedupKey:l} is a dead letter, PagerDuty refuses it for good: {Reason:l}", action, dedupKey, reason);
    }

    public void RoundFailed(string stage, string reason) => Event("loop_failed").Error("{Stage:l} failed, trying again: {Reason:l}", stage, reason);

    public void StoreFailed(string what, string reason) => Event("store_failed").Error("the store fails ({What:l}), trying again: {Reason:l}", what, reason);

    public void DeliveredWithoutStore(string action, string dedupKey, string answer) =>
        Event("delivered_without_store").Warning("{Action:l} of {DedupKey:l} without the store: {Answer:l}", action, dedupKey, answer);

    public void StoreRebuilt(string setAside, string reason) => Event("store_rebuilt").Error("the store was damaged, it lies in {SetAside:l} and was built again: {Reason:l}", setAside, reason);

    public void SchedulerNotified(string dedupKey, string command)
    {
        Counters.Add(Bridge.Counters.SchedulerCommands);
        Event("scheduler_notified").Information("notified the scheduler of {DedupKey:l}: {Command:l}", dedupKey, command.Split(';')[0]);
    }

    public void Responded(ResponderDeed deed, string dedupKey, string outcome)
    {
        Counters.Add(Bridge.Counters.ResponderActions);
        Event("responder_acted").Information("{Deed:l} at PagerDuty: {DedupKey:l}: {Outcome:l}", deed.ToString(), dedupKey, outcome);
    }

    public void PollFailed(string reason) => Event("poll_failed").Warning("PagerDuty cannot be asked for acknowledgements, trying again: {Reason:l}", reason);

    public void NoIncident(string dedupKey) => Event("no_incident").Error("PagerDuty accepted {DedupKey:l} and shows no incident: service disabled, maintenance, or a suppressing rule?", dedupKey);

    public void WebhookRefused(string reason)
    {
        Counters.Add(Bridge.Counters.RefusedWebhooks);
        Event("webhook_refused").Warning("a webhook is refused: {Reason:l}", reason);
    }

    public void LastResortSent(int count) => Event("last_resort_sent").Warning("the mail of last resort was sent, about {Count} problems that may have paged nobody", count);

    public void LastResortFailed(string reason) => Event("last_resort_failed").Error("the mail of last resort was not sent: {Reason:l}", reason);

    public void CanaryFailed(string reason) => Event("canary_failed").Warning("the canary call was not accepted: {Reason:l}", reason);

    public void LoopSilent(string name) => Event("loop_silent").Error("{Name:l} does not run: the watchdog is not fed", name);

    public void HeartbeatWithheld(string reason) => Event("heartbeat_withheld").Warning("the bridge's heartbeat is withheld: {Reason:l}", reason);

    public void HeartbeatFailed(string reason) => Event("heartbeat_failed").Warning("the bridge's heartbeat was not sent: {Reason:l}", reason);

    public void StepsUnusable(string reason) =>
        Event("steps_unusable").Warning("pages are sent without the meaning and first step of stock services: {Reason:l}", reason);

    public void Reconciled(string dedupKey, string what) => Event("reconciled").Warning("{DedupKey:l} differed from the scheduler: {What:l}", dedupKey, what);

    public void Watching(string listen, string silentAfter) => Event("watching").Information("watching: heartbeats at {Listen:l}, silent after {SilentAfter:l}", listen, silentAfter);

    public void WatchPaged(string action, string answer) => Event("watch_paged").Warning("watch: {Action:l}: {Answer:l}", action, answer);

    public void LinesDropped(long count) =>
        Event("log_lines_dropped").Warning("{Count} log lines were dropped: standard output took none for too long", count);

    private ILogger Event(string name) => log.ForContext("event", name);
}
