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
    private readonly CancellationTokenSource stop = new();
    private readonly BridgeService service;
    private Task running = Task.CompletedTask;
    private int spooled;

    /// <param name="endpoint">The sandbox, which speaks the Events API and the REST API.</param>
    /// <param name="clock">The clock; the machine's when null.</param>
    /// <param name="callsPerMinute">The pace.</param>
    /// <param name="toml">Further tables of the config; FOLDER stands for the test's folder.</param>
    /// <param name="files">What lies in the folder, by name.</param>
    public BridgeInProcess(Uri endpoint, TimeProvider? clock = null, int callsPerMinute = 10_000, string toml = "", params (string Name, string Content)[] files)
    {
        TimeProvider time = clock ?? TimeProvider.System;
        Directory.CreateDirectory(folder.PathOf("spool"));
        folder.Write("key", Sample.Key);
        foreach ((string name, string content) in files)
        {
            folder.Write(name, content);
        }

        var problems = new Problems();
        Config = Config.Load(
            folder.Write(
                "bridge.toml",
                $"""
                name = "bridge-host"
                [pagerduty]
                endpoint = "{endpoint.GetLeftPart(UriPartial.Authority)}"
                routing_key_file = "FOLDER/key"
                calls_per_minute = {callsPerMinute}
                [spool]
                path = "FOLDER/spool"
                [store]
                path = "FOLDER/incidents.db"
                {toml}
                """.Replace("FOLDER", folder.Root, StringComparison.Ordinal)),
            problems)!;
        Secrets secrets = Secrets.Load(Config, problems);
        Assert.Equal("", problems.ToString());
        Spool = new Spool(Config.SpoolPath);
        Store = Store.Open(Config.StorePath, time, Config.Policy);
        service = new BridgeService(Config, secrets, Spool, Store, new Log(new LoggerConfiguration().WriteTo.Sink(this).CreateLogger()), time);
    }

    public Config Config { get; }

    public TestFolder Folder => folder;

    public Spool Spool { get; }

    public Store Store { get; }

    public Ingest Ingest => service.Ingest;

    public Deliver Deliver => service.Deliver;

    public Housekeeping Housekeeping => service.Housekeeping;

    public OwnIncidents Own => service.Fleet.Own;

    public IReadOnlyCollection<string> Logged => logged;

    public void Notify(string type, string state, string host = "web1", string service = "HAProxy proxies", params (string Name, string Value)[] more) =>
        Spool.Add(Sample.Macros(type, state, host, service, null, more), Moment.Now(), Interlocked.Increment(ref spooled));

    public void Start() => running = Task.Run(() => service.RunAsync(stop));

    public void Emit(LogEvent logEvent) => logged.Enqueue(logEvent.RenderMessage());

    public void Dispose()
    {
        stop.Cancel();
        Assert.True(running.Wait(TimeSpan.FromSeconds(30), CancellationToken.None), "serve did not end");
        service.Dispose();
        Store.Dispose();
        stop.Dispose();
        folder.Dispose();
    }
}
