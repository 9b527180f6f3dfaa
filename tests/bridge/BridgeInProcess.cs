using System.Collections.Concurrent;
using Ringfree.Monitoring.Estate;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The bridge's own parts, put together as serve does it, in a folder of the test.</summary>
internal sealed class BridgeInProcess : IDisposable, ILogEventSink
{
    private readonly TestFolder folder = new();
    private readonly ConcurrentQueue<string> logged = new();
    private readonly Signal arrived;
    private readonly Signal changed;
    private readonly Pace pace;
    private readonly PagerDuty pagerDuty;
    private readonly CancellationTokenSource stop = new();
    private readonly TimeProvider time;
    private Task running = Task.CompletedTask;
    private int spooled;

    public BridgeInProcess(Uri endpoint, TimeProvider? clock = null, int callsPerMinute = 10_000)
    {
        time = clock ?? TimeProvider.System;
        Directory.CreateDirectory(folder.PathOf("spool"));
        Spool = new Spool(folder.PathOf("spool"));
        Store = IncidentStore.Open(folder.PathOf("incidents.db"), time);
        RoutingKey key = RoutingKey.Load(folder.Write("key", Sample.Key), new Problems())!;
        arrived = new Signal(time);
        changed = new Signal(time);
        pace = new Pace(callsPerMinute, time);
        pagerDuty = new PagerDuty(endpoint, key);
        var log = new Log(new LoggerConfiguration().WriteTo.Sink(this).CreateLogger());
        Ingest = new Ingest(Spool, Store, log, time, arrived, changed);
        Deliver = new Deliver(Store, pagerDuty, key, new Page("shinken"), pace, log, time, changed);
    }

    public Spool Spool { get; }

    public IncidentStore Store { get; }

    public Ingest Ingest { get; }

    public Deliver Deliver { get; }

    public IReadOnlyCollection<string> Logged => logged;

    public void Notify(string type, string state, string host = "web1", string service = "HAProxy proxies", params (string Name, string Value)[] more) =>
        Spool.Add(Sample.Macros(type, state, host, service, null, more), Moment.Now(), Interlocked.Increment(ref spooled));

    public void Start() => running = Task.WhenAll(Task.Run(() => Ingest.RunAsync(stop.Token)), Task.Run(() => Deliver.RunAsync(stop.Token)));

    public void Emit(LogEvent logEvent) => logged.Enqueue(logEvent.RenderMessage());

    public void Dispose()
    {
        stop.Cancel();
        try
        {
            Assert.True(running.Wait(TimeSpan.FromSeconds(10), CancellationToken.None), "serve did not end");
        }
        catch (AggregateException ended) when (ended.InnerExceptions.All(inner => inner is OperationCanceledException))
        {
            // That is how the loops end.
        }

        Ingest.Dispose();
        pagerDuty.Dispose();
        pace.Dispose();
        changed.Dispose();
        arrived.Dispose();
        Store.Dispose();
        stop.Dispose();
        folder.Dispose();
    }
}
