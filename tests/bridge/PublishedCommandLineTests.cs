using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The command line of the program that is shipped: what it explains, and what it says to a wrong one.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedCommandLineTests
{
    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help-notify", "notify", "--help")]
    [InlineData("help-serve", "serve", "--help")]
    [InlineData("help-list", "list", "--help")]
    [InlineData("help-check-config", "check-config", "--help")]
    [InlineData("help-doctor", "doctor", "--help")]
    [InlineData("help-status", "status", "--help")]
    [InlineData("help-trace", "trace", "--help")]
    [InlineData("help-retry", "retry", "--help")]
    [InlineData("help-drop", "drop", "--help")]
    [InlineData("help-maintenance", "maintenance", "--help")]
    [InlineData("help-maintenance-start", "maintenance", "start", "--help")]
    [InlineData("help-maintenance-stop", "maintenance", "stop", "--help")]
    [InlineData("help-maintenance-list", "maintenance", "list", "--help")]
    [InlineData("help-send-test", "send-test", "--help")]
    [InlineData("help-watch", "watch", "--help")]
    [InlineData("mail-rules", "mail-rules")]
    public void Every_verb_explains_itself(string snapshot, params string[] arguments)
    {
        ProcessResult help = ProcessRun.Run(PublishedBridge.Program, arguments);
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Snapshot.Match(help.Output, snapshot);
    }

    [Fact]
    public void A_wrong_command_line_is_told_what_is_accepted()
    {
        string[][] lines =
        [
            [], ["--bogus"], ["bogus"], ["serve", "--bogus"], ["notify", "extra"], ["--config"], ["--config", "a", "--config", "b", "notify"],
            ["[x]", "notify"], ["maintenance"], ["maintenance", "start"], ["maintenance", "stop", "x"], ["trace"], ["drop"], ["list", "--json=maybe"], ["notify", "--json"], ["@file"],
            ["check-config", "bridge.toml"], ["check-config", "--json"], ["trace", "--config"], ["trace", "a", "b", "c"], ["maintenance", "stop", "1", "--all"],
        ];
        var all = new StringBuilder();
        foreach (string[] line in lines)
        {
            ProcessResult refused = ProcessRun.Run(PublishedBridge.Program, line);
            all.Append($"$ pagerduty-bridge {string.Join(' ', line)}\n{refused.Output}{refused.Error}exit {refused.ExitCode}\n\n");
        }

        ProcessResult version = ProcessRun.Run(PublishedBridge.Program, ["--version", "--bogus"]);
        Assert.Equal((0, "pagerduty-bridge 0.1.0\n"), (version.ExitCode, version.Output));
        Snapshot.Match(all.ToString(), "usage-errors");
    }
}
