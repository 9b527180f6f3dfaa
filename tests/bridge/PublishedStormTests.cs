using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>More problems than PagerDuty takes calls, on the program that is shipped.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedStormTests
{
    [Fact]
    public async Task Two_thousand_problems_in_a_minute_are_never_told_to_slow_down_and_criticals_go_first()
    {
        const int Problems = 2_000;
        const int Pace = 100;
        static bool IsCritical(int i) => i < 1_000 && i % 10 == 9;
        int criticals = Enumerable.Range(0, Problems).Count(IsCritical);
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint, callsPerMinute: Pace);
        _ = await bridge.ServeAsync();
        var spool = new Spool(bridge.SpoolPath);
        DateTimeOffset begin = TimeProvider.System.GetUtcNow();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Problems; i++)
        {
            // As notify writes them.
            spool.Add(Sample.Macros("PROBLEM", IsCritical(i) ? "CRITICAL" : "WARNING", $"node{i:D4}", "Disk"), Moment.Now(), i + 1);
            TimeSpan due = TimeSpan.FromMilliseconds(30 * i);
            await Task.Delay(due > clock.Elapsed ? due - clock.Elapsed : TimeSpan.Zero);
        }

        Alert[] Criticals() => [.. sandbox.Incidents.Where(alert => alert.DedupKey.StartsWith("host=node", StringComparison.Ordinal) && IsCritical(Number(alert.DedupKey)))];
        await PublishedBridge.Until(() => Criticals().Length == criticals, "a page of each critical", TimeSpan.FromMinutes(3));
        Ringfree.Monitoring.Tests.PagerDuty.Call[] calls = [.. sandbox.Calls];
        Assert.True(calls.Length > Pace, $"{calls.Length} calls are no more than the pace allows at once");
        Assert.All(calls, call => Assert.Equal(202, call.Status));
        DemandPace(calls, Pace);
        Assert.InRange((calls.First(call => call.Action == "trigger").At - begin).TotalSeconds, 0, 3);
        Assert.All(sandbox.Incidents, alert => Assert.Equal("triggered", alert.State));
        Assert.Equal(sandbox.Incidents.Count, sandbox.Incidents.DistinctBy(alert => alert.DedupKey).Count());

        // What began before the storm pages on its own; from there on only criticals and the storm itself are called.
        string[] afterwards = [.. calls.Where(call => call.Action == "trigger").Select(call => call.DedupKey!).SkipWhile(key => !IsStorm(key))];
        Assert.NotEmpty(afterwards);
        Assert.All(afterwards, key => Assert.True(IsStorm(key) || IsCritical(Number(key)), key));
        Assert.Equal(Problems, bridge.List().Count(incident => ((string?)incident!["host"])!.StartsWith("node", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Killed_and_started_again_it_keeps_its_pace()
    {
        const int Pace = 10;
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { CallsPerMinute = Pace };
        using var bridge = new PublishedBridge(sandbox.Endpoint, callsPerMinute: Pace);
        Process serve = await bridge.ServeAsync();
        var spool = new Spool(bridge.SpoolPath);
        for (var i = 0; i < Pace + 5; i++)
        {
            spool.Add(Sample.Macros("PROBLEM", "CRITICAL", $"node{i:D4}", "Disk"), Moment.Now(), i + 1);
        }

        await PublishedBridge.Until(() => sandbox.Calls.Count == Pace, "the calls that the pace allows");
        serve.Kill();
        await serve.WaitForExitAsync();
        _ = await bridge.ServeAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        Ringfree.Monitoring.Tests.PagerDuty.Call[] calls = [.. sandbox.Calls];
        DemandPace(calls, Pace);
        Assert.All(calls, call => Assert.Equal(202, call.Status));
    }

    /// <summary>However long the test takes on a busy machine: in no minute more calls than the pace.</summary>
    private static void DemandPace(Ringfree.Monitoring.Tests.PagerDuty.Call[] calls, int pace) =>
        Assert.All(calls.Skip(pace), (call, at) => Assert.True(call.At - calls[at].At > TimeSpan.FromSeconds(59.5), $"{call.At - calls[at].At}"));

    private static bool IsStorm(string dedupKey) => dedupKey.Contains("alert storm", StringComparison.Ordinal);

    private static int Number(string dedupKey) => int.Parse(dedupKey.AsSpan("host=node".Length, 4));
}
