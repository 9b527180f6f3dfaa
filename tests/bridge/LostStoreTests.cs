using System.Diagnostics;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A store that is lost, cut or overwritten: no problem that waits is lost with it, and it is never silent.</summary>
[Trait("Kind", "published binary")]
public sealed class LostStoreTests
{
    private const int Problems = 40;

    [Theory]
    [InlineData("empty")]
    [InlineData("gone")]
    [InlineData("no log")]
    [InlineData("log cut")]
    [InlineData("log overwritten")]
    [InlineData("header overwritten", false)] // the log holds it, too: nothing is lost
    [InlineData("first page zero")]
    public async Task Every_problem_is_there_after_the_next_start_and_a_page_says_what_happened(string damage, bool isSaid = true)
    {
        using var bridge = new PublishedBridge(new Uri("http://127.0.0.1:1"), toml: "[storm]\nthreshold = 1000\n");
        Process serve = await bridge.ServeAsync();
        for (var host = 0; host < Problems; host++)
        {
            Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", host: $"node{host}").ExitCode);
        }

        await PublishedBridge.Until(() => bridge.List().Count == Problems, "every problem in the store", TimeSpan.FromMinutes(1));
        serve.Kill();
        await serve.WaitForExitAsync();
        Damage(bridge.Folder.PathOf("incidents.db"), damage);

        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(
            () => bridge.List().Count(one => ((string)one!["host"]!).StartsWith("node", StringComparison.Ordinal)) == Problems,
            "every problem again",
            TimeSpan.FromMinutes(1));
        bool IsSaid() => bridge.List().Any(one => (string?)one!["service"] == "PagerDuty bridge: damaged store");
        await PublishedBridge.Until(() => IsSaid() == isSaid, "the page about it", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void The_files_of_what_is_open_outlive_the_checkpoint_and_those_of_what_is_over_do_not()
    {
        var time = new ManualTime();
        using var bridge = new BridgeInProcess(new Uri("http://127.0.0.1:1"), time);
        bridge.Notify("PROBLEM", "CRITICAL", "open");
        bridge.Notify("PROBLEM", "CRITICAL", "over");
        bridge.Notify("RECOVERY", "OK", "over");
        Assert.Equal(3, bridge.Ingest.Once());
        foreach (string key in new[] { "open", "over" }.Select(host => $"host={host};service=HAProxy proxies"))
        {
            long version = bridge.Store.Incidents.Find(key)!.Version;
            bridge.Store.Incidents.Apply(key, new IncidentInput.CallSpared(version, QuietReason.NeverOpened));
        }

        Assert.Equal(3, bridge.Spool.TakenNames().Count);
        new CheckpointStore(bridge.Store, bridge.Spool).Run();
        Assert.Equal(["open"], bridge.Spool.TakenNames().Select(name =>
            SpoolFile.Read(name, File.ReadAllBytes(Path.Combine(bridge.Spool.TakenFolder, name)), out _)!.Host));
    }

    private static void Damage(string file, string damage)
    {
        string log = file + "-wal";
        switch (damage)
        {
            case "empty":
                File.WriteAllBytes(file, []);
                File.Delete(log);
                break;
            case "gone":
                File.Delete(file);
                File.Delete(log);
                break;
            case "no log":
                File.Delete(log);
                break;
            case "log cut":
                using (FileStream stream = File.OpenWrite(log))
                {
                    stream.SetLength(stream.Length / 3);
                }

                break;
            case "log overwritten":
                Overwrite(log, 0, 100);
                break;
            case "header overwritten":
                Overwrite(file, 0, 100);
                break;
            default:
                File.Delete(log);
                File.WriteAllBytes(file, new byte[4096]);
                break;
        }

        File.Delete(file + "-shm");
    }

    private static void Overwrite(string path, long at, int length)
    {
        using FileStream stream = File.OpenWrite(path);
        stream.Position = at;
        stream.Write(Enumerable.Repeat((byte)0xA5, length).ToArray());
    }
}
