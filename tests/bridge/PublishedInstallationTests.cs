using System.Text;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The program that is shipped, installed for two users: what check-config and the verbs for people say to each.</summary>
/// <remarks>The users stand in account files of a mount namespace of the test's own.</remarks>
[Trait("Kind", "published binary")]
public sealed partial class PublishedInstallationTests : IDisposable
{
    private const string Passwd = "root:x:0:0::/root:/bin/sh\nshinken:x:60101:60201::/:/bin/false\n"
        + "ringfree-bridge:x:60102:60202::/:/bin/false\nann:x:61000:61000::/:/bin/sh\n";
    private const string Groups = "root:x:0:\nshinken:x:60201:ringfree-bridge\nringfree-bridge:x:60202:\nann:x:61000:\n";

    // $1 the folder, $2 the program; then a command as root, as shinken (its group) or as ann.
    private const string Script =
        """
        set -e
        mount --bind "$1/passwd" /etc/passwd
        mount --bind "$1/group" /etc/group
        as=$2
        shift 2
        case $as in
            root) exec "$@" ;;
            shinken) exec setpriv --reuid=60101 --regid=60201 --clear-groups "$@" ;;
            ann) exec setpriv --reuid=61000 --regid=61000 --clear-groups "$@" ;;
        esac
        """;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Check_config_judges_for_both_users_whoever_runs_it()
    {
        Needs.Root();
        Install();
        var all = new StringBuilder();
        Ask(all, "root", "check-config");
        Ask(all, "shinken", "check-config");
        Ask(all, "ann", "check-config");
        all.Append("--- the key is 0600\n");
        Shell("chmod 0600 \"$1/etc/key\"");
        Ask(all, "root", "check-config");
        Ask(all, "shinken", "check-config");
        all.Append("--- spool and store are missing\n");
        Shell("chmod 0640 \"$1/etc/key\"; rmdir \"$1/spool\" \"$1/store\"");
        Ask(all, "root", "check-config");
        Snapshot.Match(all.ToString(), "check-config");
    }

    [Fact]
    public void Before_serve_ever_ran_each_verb_says_what_to_do()
    {
        Needs.Root();
        Install();
        var all = new StringBuilder();
        string[][] verbs =
        [
            ["list"], ["list", "--json"], ["status"], ["status", "--json"], ["trace", "web1"], ["trace", "web1", "--json"], ["retry"], ["drop", "nohost"], ["maintenance", "list"],
            ["maintenance", "list", "--json"],
            ["maintenance", "stop", "9"],
        ];
        foreach (string user in (string[])["root", "shinken"])
        {
            foreach (string[] verb in verbs)
            {
                Ask(all, user, verb);
            }
        }

        all.Append("--- spool and store are missing\n");
        Shell("rmdir \"$1/spool\" \"$1/store\"");
        foreach (string[] verb in (string[][])[["serve"], ["list"], ["status", "--json"]])
        {
            Ask(all, "root", verb);
        }

        all.Append("--- the config is broken\n");
        Shell("echo 'name = 5' >>\"$1/etc/bridge.toml\"");
        Ask(all, "root", "status", "--json");
        Snapshot.Match(all.ToString(), "before-serve");
    }

    [Fact]
    public async Task Json_is_a_contract()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        System.Diagnostics.Process serve = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL", "web1", "Disk", ("SERVICEOUTPUT", "DISK CRITICAL - it's \"full\""));
        bridge.Notify("PROBLEM", "DOWN", "web2", "");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 2, "two pages");
        await bridge.UntilDelivered();
        Assert.Equal(0, bridge.Run("maintenance", "start", "--for", "2h", "--host", "web3,db*", "--allow-unknown", "--reason", "new disks").ExitCode);
        serve.Kill();
        await serve.WaitForExitAsync();
        var all = new StringBuilder();
        string[][] verbs = [["list", "--json"], ["trace", "web1", "Disk", "--json"], ["maintenance", "list", "--json"], ["status", "--json"]];
        foreach (string[] verb in verbs)
        {
            ProcessResult said = bridge.Run(verb);
            all.Append($"$ pagerduty-bridge {string.Join(' ', verb)}\n{said.Output}{said.Error}exit {said.ExitCode}\n\n");
        }

        string text = Time().Replace(all.ToString(), "\"TIME\"");
        text = Age().Replace(text, "${name}SECONDS");
        Snapshot.Match(StartedBy().Replace(text, "${name}\"USER\""), "json");
    }

    private void Install()
    {
        folder.Write("passwd", Passwd, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        folder.Write("group", Groups, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        ProcessRun.CopyProgram(PublishedBridge.Program, folder.PathOf("pagerduty-bridge"));
        folder.Write("etc/key", Sample.Key + "\n");
        folder.Write(
            "etc/bridge.toml",
            $"""
            [pagerduty]
            endpoint = "http://127.0.0.1:1"
            routing_key_file = "{folder.PathOf("etc", "key")}"
            [spool]
            path = "{folder.PathOf("spool")}"
            [store]
            path = "{folder.PathOf("store", "incidents.db")}"

            """);
        Shell(
            "cd \"$1\"; chmod 0755 . etc pagerduty-bridge; chmod 0644 etc/bridge.toml; chown 60102:60201 etc/key; chmod 0640 etc/key; "
            + "mkdir spool store; chown 60102:60201 spool; chmod 2770 spool; chown 60102:60202 store; chmod 0700 store");
    }

    private void Shell(string line)
    {
        ProcessResult ran = ProcessRun.Shell("set -e; " + line, folder.Root);
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
    }

    private void Ask(StringBuilder all, string user, params string[] verb)
    {
        ProcessResult said = ProcessRun.Run(
            "/usr/bin/unshare",
            ["--mount", "/bin/sh", "-c", Script, "sh", folder.Root, user, folder.PathOf("pagerduty-bridge"), "--config",
                folder.PathOf("etc", "bridge.toml"), .. verb]);
        string text = $"{user}$ pagerduty-bridge {string.Join(' ', verb)}\n{said.Output}{said.Error}exit {said.ExitCode}\n\n";
        all.Append(text.Replace(folder.Root, "FOLDER", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z""", RegexOptions.ExplicitCapture)]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<name>""started_by"": )""[^""]+""")]
    private static partial Regex StartedBy();

    [GeneratedRegex(@"(?<name>""(last_success|alive|oldest_pending)"": )\d+(\.\d+)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Age();
}
