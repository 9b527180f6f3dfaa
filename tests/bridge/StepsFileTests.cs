using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The file steps.toml: who may have written it, and that no page waits for it.</summary>
public sealed class StepsFileTests : IDisposable
{
    private const string Good = "[steps.agent]\nmeaning = \"the agent of {host} is down\"\n"
        + "first = \"ssh {host} && service nrpe start; echo $HOME | cat 'x' \\\"y\\\"\"\n";

    private const string UntilHung = "coproc hung { \"$1\" \"$2\"; }; read -r _ <&\"${hung[0]}\"; \"$3\" --config \"$4\" notify";
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite | UnixFileMode.OtherRead;

    private static readonly SchedulerEvent Agent = Sample.Event("PROBLEM", "CRITICAL", more: ("_SERVICESTEP", "agent"));

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("absent", null)]
    [InlineData("in a folder that is not there", null)]
    [InlineData("written by others", "FOLDER/steps.toml has mode 606; accepted: no permission to write for others (chmod go-w FOLDER/steps.toml)")]
    [InlineData("in a folder of others", "FOLDER/open has mode 777; accepted: no permission to write for others (chmod go-w FOLDER/open)")]
    [InlineData("linked into a folder of others", "FOLDER/open has mode 777; accepted: no permission to write for others (chmod go-w FOLDER/open)")]
    [InlineData("another user's", "FOLDER/steps.toml belongs to nobody; accepted: root (chown root FOLDER/steps.toml)")]
    [InlineData("a link", "FOLDER/steps.toml is a link; accepted: a regular file")]
    [InlineData("a pipe", "FOLDER/steps.toml is not a regular file")]
    [InlineData("a folder", "FOLDER/steps.toml is not a regular file")]
    [InlineData("too large", "FOLDER/steps.toml has 1048577 bytes; accepted: at most 1048576")]
    [InlineData("not UTF-8", "FOLDER/steps.toml is not UTF-8 (byte 1)")]
    [InlineData("broken", "FOLDER/steps.toml:2: steps.agent.meaning: given 5; accepted: a string")]
    public async Task Nothing_is_used_of_what_is(string what, string? complaint)
    {
        string file = folder.PathOf("steps.toml");
        switch (what)
        {
            case "absent":
                break;
            case "in a folder that is not there":
                file = folder.PathOf("none", "steps.toml");
                break;
            case "written by others":
                folder.Write("steps.toml", Good, ForAll);
                break;
            case "in a folder of others":
            case "linked into a folder of others":
                string inner = what.StartsWith("linked", StringComparison.Ordinal) ? "open/inner" : "open";
                file = folder.Write($"{inner}/steps.toml", Good);
                Assert.Equal(0, ProcessRun.Run("/bin/chmod", ["0777", folder.PathOf("open")]).ExitCode);
                if (inner != "open")
                {
                    Directory.CreateSymbolicLink(folder.PathOf("way"), folder.PathOf("open", "inner"));
                    file = folder.PathOf("way", "steps.toml");
                }

                break;
            case "another user's":
                Needs.Root();
                folder.Write("steps.toml", Good);
                Assert.Equal(0, ProcessRun.Run("/bin/chown", ["nobody", file]).ExitCode);
                break;
            case "a link":
                File.CreateSymbolicLink(file, folder.Write("other.toml", Good));
                break;
            case "a pipe":
                Assert.Equal(0, ProcessRun.Run("/usr/bin/mkfifo", [file]).ExitCode);
                break;
            case "a folder":
                Directory.CreateDirectory(file);
                break;
            case "too large":
                folder.Write("steps.toml", Good + new string('#', StepsFile.MaxBytes + 1 - Good.Length));
                break;
            case "not UTF-8":
                folder.Write("steps.toml", Good);
                await File.WriteAllBytesAsync(file, [0xFF]);
                break;
            default:
                folder.Write("steps.toml", "[steps.agent]\nmeaning = 5\n");
                break;
        }

        var steps = new StepsFile(file);
        await steps.RefreshAsync(CancellationToken.None);
        Assert.Equal(complaint?.Replace("FOLDER", folder.Root, StringComparison.Ordinal), steps.Complaint);
        Assert.Null(steps.Current.For(Agent, ""));
    }

    [Fact]
    public async Task It_is_read_again_when_it_changes()
    {
        var steps = new StepsFile(folder.PathOf("steps.toml"));
        async Task<string?> Meaning()
        {
            await steps.RefreshAsync(CancellationToken.None);
            return steps.Current.For(Agent, "")?.Meaning;
        }

        Assert.Null(await Meaning());
        folder.Write("steps.toml", Good);
        Assert.Equal("the agent of web1 is down", await Meaning());
        Steps read = steps.Current;
        Assert.Equal("the agent of web1 is down", await Meaning());
        Assert.Same(read, steps.Current);
        folder.Write("steps.toml", Good.Replace("down", "gone", StringComparison.Ordinal));
        Assert.Equal("the agent of web1 is gone", await Meaning());
        folder.Write("steps.toml", "[steps");
        Assert.Null(await Meaning());
        Assert.NotNull(steps.Complaint);
        File.Delete(folder.PathOf("steps.toml"));
        Assert.Null(await Meaning());
        Assert.Null(steps.Complaint);
    }

    [Fact]
    [Trait("Kind", "published binary")]
    public async Task Serve_notify_and_status_read_it()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: "[pages]\nsteps = \"FOLDER/steps.toml\"\n");
        void Notify(string host) =>
            Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", host, "NRPE", ("SERVICEOUTPUT", "refused"), ("_SERVICESTEP", "agent")).ExitCode);
        async Task<Alert> Page(string host)
        {
            await PublishedBridge.Until(() => PublishedBridge.Newest(sandbox, $"host={host};service=NRPE") is not null, host);
            return PublishedBridge.Newest(sandbox, $"host={host};service=NRPE")!;
        }

        bridge.Folder.Write("steps.toml", Good);
        Notify("direct");
        Assert.Equal("direct / NRPE is CRITICAL: the agent of direct is down (refused)", (await Page("direct")).Summary);

        _ = await bridge.ServeAsync();
        Notify("served");
        Assert.Equal("served / NRPE is CRITICAL: the agent of served is down (refused)", (await Page("served")).Summary);
        await bridge.UntilDelivered();
        Assert.Equal(0, bridge.Run("status").ExitCode);

        bridge.Folder.Write("steps.toml", Good, ForAll);
        string complaint = $"pages are sent without the meaning and first step of stock services: {bridge.Folder.PathOf("steps.toml")} has mode 606; "
            + $"accepted: no permission to write for others (chmod go-w {bridge.Folder.PathOf("steps.toml")})";
        await PublishedBridge.Until(() => bridge.Logged.Contains(complaint, StringComparison.Ordinal), "a line in the log");
        Notify("untrusted");
        Assert.Equal("untrusted / NRPE is CRITICAL: refused", (await Page("untrusted")).Summary);
        ProcessResult status = bridge.Run("status");
        Assert.Equal(1, status.ExitCode);
        Assert.StartsWith($"PAGERDUTY_BRIDGE WARNING - {complaint} | ", status.Output, StringComparison.Ordinal);
        ProcessResult check = bridge.Run("check-config");
        Assert.Equal(2, check.ExitCode);
        Assert.Contains($"{bridge.Folder.PathOf("steps.toml")} has mode 606; accepted: ", check.Error, StringComparison.Ordinal);

        bridge.Folder.Write("steps.toml", Good.Replace("down", "gone", StringComparison.Ordinal));
        await PublishedBridge.Until(() => bridge.Run("status").ExitCode == 0, "a good status");
        Assert.Equal(1, bridge.Logged.Split(complaint).Length - 1);
    }

    [Fact]
    [Trait("Kind", "published binary")]
    public async Task A_disk_that_does_not_answer_holds_up_no_page()
    {
        Needs.Root();
        Needs.File("/dev/fuse", "fuse");
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: "[pages]\nsteps = \"FOLDER/hung/steps.toml\"\n");
        Directory.CreateDirectory(bridge.Folder.PathOf("hung"));
        Dictionary<string, string> environment = PublishedBridge.Environment(
            "PROBLEM", "CRITICAL", "node002", "NRPE", ("SERVICEOUTPUT", "refused"), ("_SERVICESTEP", "agent"));
        environment["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin";
        using Process notify = ProcessRun.Start(
            "/usr/bin/unshare",
            ["--mount", "--propagation", "private", "--", "/bin/bash", "-c", UntilHung, "bash", Repository.PathOf("tests/support/hung-mount"),
                bridge.Folder.PathOf("hung"), PublishedBridge.Program, bridge.ConfigFile],
            environment);
        try
        {
            await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "the page", NotifyAlone.Limit);
            Assert.Equal("node002 / NRPE is CRITICAL: refused", sandbox.Incidents[0].Summary);
        }
        finally
        {
            notify.Kill(entireProcessTree: true);
            await notify.WaitForExitAsync();
        }
    }

    [Fact]
    [Trait("Kind", "published binary")]
    public async Task The_key_travels_through_a_real_nagios_and_the_words_arrive_whole()
    {
        folder.Write("steps.toml", Good);
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var nagios = new RealNagios(sandbox, $"[pages]\nsteps = \"{folder.PathOf("steps.toml")}\"\n", "Agent _STEP agent");
        _ = await nagios.Bridge.ServeAsync();
        await nagios.StartAsync();
        nagios.State("Agent", 2);
        await nagios.Until("Agent", "triggered", 1);
        Alert page = nagios.Newest("Agent")!;
        Assert.Matches(
            @"^web1 / Agent is CRITICAL: the agent of web1 is down \(Agent says 2\), since \d{4}-\d\d-\d\d \d\d:\d\d UTC$", page.Summary);
        Assert.Equal(
            "ssh web1 && service nrpe start; echo $HOME | cat 'x' \"y\"",
            (string?)page.LastEvent!["payload"]!["custom_details"]!["first_step"]);
    }
}
