using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>kill -9 of serve, of serve's start and of notify, at random moments with traffic, on the program that is shipped.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedKillTests
{
    private static readonly (string Type, string State, string Right)[] Life =
    [
        ("PROBLEM", "CRITICAL", "triggered"), ("ACKNOWLEDGEMENT", "CRITICAL", "acknowledged"), ("RECOVERY", "OK", "resolved"), ("PROBLEM", "CRITICAL", "triggered"), ("RECOVERY", "OK", "resolved"),
    ];

    [Fact]
    public async Task Killed_at_random_moments_it_loses_no_accepted_notification_and_pages_each_problem_once_hardly_ever_twice()
    {
        const int Hosts = 60;
        const int Series = 4;
        int wanted = Soak.Times(100);
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { CallsPerMinute = 1_000_000 };
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        var steps = new int[Hosts];
        var accepted = 0;
        var killed = 0;
        var kills = 0;

        // Notifications of one host come one after the other, as a scheduler sends them; one that was killed is sent again.
        Task notifying = Task.WhenAll(Enumerable.Range(0, Series).Select(series => Task.Run(() =>
        {
            var random = new Random(series);
            for (int host = series; Volatile.Read(ref kills) < wanted; host = (host + Series) % Hosts)
            {
                (string type, string state, _) = Life[steps[host] % Life.Length];
                while (random.Next(10) == 0)
                {
                    using Process notify = ProcessRun.Start(PublishedBridge.Program, ["--config", bridge.ConfigFile, "notify"], PublishedBridge.Environment(type, state, $"node{host}", ""));
                    Thread.SpinWait(random.Next(200_000));
                    notify.Kill();
                    notify.WaitForExit();
                    Interlocked.Increment(ref killed);
                }

                ProcessResult accepting = bridge.Notify(type, state, $"node{host}", "");
                Assert.True(accepting.ExitCode == 0, accepting.Error);
                steps[host]++;
                Interlocked.Increment(ref accepted);
            }
        })));

        // The same moments in every run, so that a failure can be looked into: every third within the start.
        var moments = new Random(20261112);
        while (kills < wanted && !notifying.IsFaulted)
        {
            using Process serve = ProcessRun.Start(PublishedBridge.Program, ["--config", bridge.ConfigFile, "serve"]);
            serve.BeginOutputReadLine();
            serve.BeginErrorReadLine();
            await Task.Delay(kills % 3 == 0 ? moments.Next(30) : moments.Next(30, 400));
            serve.Kill();
            await serve.WaitForExitAsync();
            kills++;
        }

        await notifying;
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => new Spool(bridge.SpoolPath).Names().Count == 0, "an empty spool");
        await PublishedBridge.Until(() => bridge.List("--all").All(incident => !(bool)incident!["is_pending"]!), "everything delivered");
        Assert.True(accepted >= wanted && killed > 0, $"{accepted} notifications accepted, {killed} of notify and {kills} of serve killed");
        Assert.InRange(bridge.Notified(), accepted, accepted + killed);
        var allProblems = 0;
        var allPages = 0;
        for (var host = 0; host < Hosts; host++)
        {
            Alert[] alerts = [.. sandbox.Incidents.Where(alert => alert.DedupKey == $"host=node{host}")];
            string right = steps[host] == 0 ? "resolved" : Life[(steps[host] - 1) % Life.Length].Right;
            Assert.True((alerts.LastOrDefault()?.State ?? "resolved") == right, $"node{host} is {alerts.LastOrDefault()?.State} after {steps[host]} notifications, not {right}\n{Story(bridge, sandbox, host)}");
            Assert.All(alerts.SkipLast(1), alert => Assert.Equal("resolved", alert.State));
            int problems = Enumerable.Range(0, steps[host]).Count(step => Life[step % Life.Length].Type == "PROBLEM");
            Assert.True(alerts.Length <= 2 * problems, $"node{host}: {alerts.Length} pages of {problems} problems\n{Story(bridge, sandbox, host)}");
            allProblems += problems;
            allPages += alerts.Length;
        }

        // A serve that cannot know that notify told the end of one problem and the next by itself tells both again.
        Assert.True(allPages <= allProblems * 1.05, $"{allPages} pages of {allProblems} problems");
    }

    // The end of it is what counts.
    private static string Story(PublishedBridge bridge, PagerDutySandbox sandbox, int host)
    {
        const int Lines = 25;
        IEnumerable<string> calls = sandbox.Calls.Where(call => call.DedupKey == $"host=node{host}").Select(call => $"{call.At:O} {call.Action} {call.Status}");
        return string.Join('\n', [.. bridge.Run("trace", $"node{host}").Output.Split('\n').TakeLast(Lines), .. calls.TakeLast(Lines)]);
    }
}
