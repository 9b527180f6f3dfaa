using Serilog;
using Serilog.Formatting.Compact;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Every event that the bridge logs, one a line: compact JSON on standard output, where the service manager keeps it.</summary>
internal sealed class Log(ILogger log)
{
    public static Log ToStandardOutput() =>
        new(new LoggerConfiguration().WriteTo.Console(new RenderedCompactJsonFormatter()).CreateLogger());

    public void Started(string spool, string store, Uri endpoint) => log.Information("serving: {Spool:l} into {Store:l}, delivering to {Endpoint:l}", spool, store, endpoint.ToString());

    public void Stopped() => log.Information("stopped");

    public void Ingested(string type, string host, string service, string outcome) => log.Information("{Type:l} of {Host:l} {Service:l}: {Outcome:l}", type, host, service, outcome);

    public void Rejected(string file, string reason) => log.Error("{File:l} is set aside in rejected/: {Reason:l}", file, reason);

    public void IngestFailed(string reason) => log.Error("the spool cannot be taken in, trying again: {Reason:l}", reason);

    public void WatchFailed(string reason) => log.Warning("the kernel gives no notice of new files, they are found within a second: {Reason:l}", reason);

    public void Delivered(string action, string dedupKey) => log.Information("{Action:l} of {DedupKey:l} delivered", action, dedupKey);

    public void NotNeeded(string dedupKey) => log.Information("{DedupKey:l} was over before PagerDuty heard of it: nothing to deliver", dedupKey);

    public void CallFailed(string action, string dedupKey, string reason) => log.Warning("{Action:l} of {DedupKey:l} not delivered, trying again: {Reason:l}", action, dedupKey, reason);

    public void SetAside(string action, string dedupKey, string reason) => log.Error("{Action:l} of {DedupKey:l} is set aside, PagerDuty refuses it: {Reason:l}", action, dedupKey, reason);

    public void DeliveryFailed(string dedupKey, string reason) => log.Error("the store fails while {DedupKey:l} is delivered, trying again: {Reason:l}", dedupKey, reason);
}
