using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The published program with a config, a spool and a store of the test. Whatever it started ends with it.</summary>
internal sealed class PublishedBridge : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<Process> serving = [];
    private readonly StringBuilder log = new();

    /// <param name="endpoint">The sandbox; null for a bridge that has mail alone.</param>
    /// <param name="callsPerMinute">The pace.</param>
    /// <param name="scheduler">Of the config.</param>
    /// <param name="toml">Further tables of the config; FOLDER stands for the test's folder.</param>
    public PublishedBridge(Uri? endpoint, int callsPerMinute = 10_000, string scheduler = "shinken", string toml = "")
    {
        Directory.CreateDirectory(SpoolPath);
        Folder.Write("key", Sample.Key + "\n");
        ConfigFile = Folder.Write(
            "bridge.toml",
            $"""
            scheduler = "{scheduler}"
            name = "bridge-host"
            {(endpoint is null ? "" : $"[pagerduty]\nendpoint = \"{endpoint.GetLeftPart(UriPartial.Authority)}\"\nrouting_key_file = \"{Folder.PathOf("key")}\"\ncalls_per_minute = {callsPerMinute}")}
            [spool]
            path = "{SpoolPath}"
            [store]
            path = "{Folder.PathOf("incidents.db")}"
            {toml.Replace("FOLDER", Folder.Root, StringComparison.Ordinal)}
            """);
    }

    public static string Program => Repository.Program("pagerduty-bridge");

    public TestFolder Folder { get; } = new();

    public string ConfigFile { get; }

    public string SpoolPath => Folder.PathOf("spool");

    /// <summary>What serve has logged so far.</summary>
    public string Logged
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    public static async Task Until(Func<bool> isTrue, string what, TimeSpan? patience = null)
    {
        var clock = Stopwatch.StartNew();
        while (!isTrue())
        {
            Assert.True(clock.Elapsed < (patience ?? Patience), $"not within {(patience ?? Patience).TotalSeconds} s: {what}");
            await Task.Delay(20);
        }
    }

    public ProcessResult Run(params string[] arguments) => ProcessRun.Run(Program, ["--config", ConfigFile, .. arguments]);

    public ProcessResult Notify(string type, string state, string host = "web1", string service = "HAProxy proxies", params (string Name, string Value)[] more) =>
        ProcessRun.Run(Program, ["--config", ConfigFile, "notify"], Environment(type, state, host, service, more));

    public static Dictionary<string, string> Environment(
        string type, string state, string host, string service, params (string Name, string Value)[] more) =>
        Sample.Macros(type, state, host, service, null, more)
            .ToDictionary(macro => $"NAGIOS_{macro.Key}", macro => Encoding.UTF8.GetString(macro.Value), StringComparer.Ordinal);

    public async Task<Process> ServeAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        Process serve = ProcessRun.Start(Program, ["--config", ConfigFile, "serve"], environment);
        serving.Add(serve);
        var started = new TaskCompletionSource();
        serve.OutputDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.AppendLine(line.Data);
            }

            if (line.Data?.Contains("\"serving: ", StringComparison.Ordinal) == true)
            {
                started.TrySetResult();
            }
        };
        serve.BeginOutputReadLine();
        await Task.WhenAny(started.Task, serve.WaitForExitAsync(), Task.Delay(Patience));
        if (!started.Task.IsCompleted)
        {
            serve.Kill();
            Assert.Fail($"serve did not start: {Logged} {await serve.StandardError.ReadToEndAsync()}");
        }

        return serve;
    }

    public JsonArray List(params string[] options)
    {
        ProcessResult list = Run(["list", "--json", .. options]);
        Assert.Equal("", list.Error);
        Assert.Equal(0, list.ExitCode);
        return (JsonArray)JsonNode.Parse(list.Output)!;
    }

    /// <summary>How many notifications the history holds.</summary>
    public long Notified()
    {
        using var store = new SqliteConnection($"Data Source={Folder.PathOf("incidents.db")};Pooling=False");
        store.Open();
        using SqliteCommand count = store.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM history WHERE what = 'notified'";
        return (long)count.ExecuteScalar()!;
    }

    /// <summary>The spool is looked at first: what serve has taken from it is in the store.</summary>
    public Task UntilDelivered() => Until(
        () => Directory.GetFiles(SpoolPath).Length == 0 && List("--all").All(incident => !(bool)incident!["is_pending"]!),
        "everything taken and delivered");

    public void Dispose()
    {
        foreach (Process serve in serving)
        {
            if (!serve.HasExited)
            {
                serve.Kill();
                serve.WaitForExit(5_000);
            }

            serve.Dispose();
        }

        Folder.Dispose();
    }

    /// <summary>The alert of an incident at the sandbox that was opened last.</summary>
    public static Alert? Newest(PagerDutySandbox sandbox, string dedupKey) => sandbox.Incidents.LastOrDefault(alert => alert.DedupKey == dedupKey);
}
