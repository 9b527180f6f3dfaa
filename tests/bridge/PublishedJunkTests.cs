using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A spool full of what is not a notification, on the program that is shipped.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedJunkTests
{
    [Fact]
    public async Task A_page_behind_twenty_thousand_junk_files_and_three_thousand_folders_goes_out_in_seconds()
    {
        const int Files = 20_000;
        const int Folders = 3_000;
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        string Junk(int number) => Path.Combine(bridge.SpoolPath, new Moment(0, number, Moment.CurrentBootId()).FileName(1));
        for (var i = 1; i <= Files; i++)
        {
            await File.WriteAllTextAsync(Junk(i), "junk");
        }

        // They cannot be moved: something of their names is there already.
        for (var i = Files + 1; i <= Files + Folders; i++)
        {
            Directory.CreateDirectory(Path.Combine(Junk(i), "full"));
            Directory.CreateDirectory(Path.Combine(bridge.SpoolPath, "rejected", Path.GetFileName(Junk(i)), "full"));
        }

        File.SetUnixFileMode(
            Path.Combine(bridge.SpoolPath, "rejected"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Process serve = await bridge.ServeAsync();
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL").ExitCode);
        const string Key = "host=web1;service=HAProxy proxies";
        await PublishedBridge.Until(() => PublishedBridge.Newest(sandbox, Key) is not null, "the page", TimeSpan.FromMinutes(1));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await PublishedBridge.Until(() => Directory.GetFiles(bridge.SpoolPath).Length == 0, "the junk is gone", TimeSpan.FromMinutes(1));

        // No busy loop over what stays.
        TimeSpan before = serve.TotalProcessorTime;
        clock.Restart();
        await Task.Delay(TimeSpan.FromSeconds(5));
        serve.Refresh();
        Assert.InRange((serve.TotalProcessorTime - before) / clock.Elapsed, 0, 0.1);
        Assert.InRange(bridge.Logged.Split('\n').Length, 1, 200);
        Assert.Equal(Folders, Directory.GetDirectories(bridge.SpoolPath, "*.event").Length);
    }
}
