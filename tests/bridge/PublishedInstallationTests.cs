using System.Text;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The program that is shipped, installed for two users: what doctor and the verbs for people say to each.</summary>
/// <remarks>The users stand in account files of a mount namespace of the test's own.</remarks>
[Trait("Kind", "published binary")]
public sealed partial class PublishedInstallationTests : IDisposable
{
    private const string Passwd = "root:x:0:0::/root:/bin/sh\nshinken:x:60101:60201::/:/bin/false\n"
        + "ringfree-bridge:x:60102:60202::/:/bin/false\nann:x:61000:61000::/:/bin/sh\n";
    private const string Groups = "root:x:0:\nshinken:x:60201:ringfree-bridge\nringfree-bridge:x:60202:\nann:x:61000:\n";

    // $1 the folder, $2 the program; then a command as root, as the bridge, as shinken (its group) or as ann.
    private const string Script =
        """
        set -e
        mount --bind "$1/passwd" /etc/passwd
        mount --bind "$1/group" /etc/group
        as=$2
        shift 2
        case $as in
            root) exec "$@" ;;
            bridge) exec setpriv --reuid=60102 --regid=60202 --groups=60201 "$@" ;;
            shinken) exec setpriv --reuid=60101 --regid=60201 --clear-groups "$@" ;;
            ann) exec setpriv --reuid=61000 --regid=61000 --clear-groups "$@" ;;
        esac
        """;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Doctor_judges_for_both_users_whoever_runs_it_and_check_config_only_the_text()
    {
        Needs.Root();
        Install();
        InstallScheduler();
        var all = new StringBuilder();
        string[] doctor = ["doctor", "--main-file", folder.PathOf("shinken", "shinken.cfg")];
        Ask(all, "root", doctor);
        all.Append("--- serve runs\n");
        System.Diagnostics.Process serve = ProcessRun.Start("/usr/bin/unshare", As("bridge", "serve"));
        await PublishedBridge.Until(() => ProcessRun.Run("/usr/bin/unshare", As("bridge", "status")).ExitCode == 0, "serve runs");
        foreach (string user in (string[])["root", "bridge", "shinken", "ann"])
        {
            Ask(all, user, doctor);
            Ask(all, user, "check-config");
        }

        serve.Kill(entireProcessTree: true);
        await serve.WaitForExitAsync();
        all.Append("--- much is wrong\n");
        Shell("cd \"$1\"; chmod 0600 etc/key; chmod 0700 spool; chmod 0644 libexec/check_nrpe; rm libexec/check_icmp");
        Shell("cd \"$1\"; sed -i 's/^enable_notifications=1/enable_notifications=0/' shinken/shinken.cfg");
        Shell("cd \"$1\"; sed -i '/named_pipe/d' shinken/objects/all.cfg");
        Ask(all, "root", doctor);
        Ask(all, "shinken", doctor);
        all.Append("--- spool and store are missing\n");
        Shell("cd \"$1\"; rm -r spool store");
        Ask(all, "root", doctor);
        Ask(all, "root", "check-config");
        string text = Lasting().Replace(all.ToString(), "TIME");
        Snapshot.Match(string.Join('\n', text.Split('\n').Where(line => !line.Contains(".service", StringComparison.Ordinal))), "doctor");
    }

    [Fact]
    public void Before_serve_ever_ran_each_verb_says_what_to_do()
    {
        Needs.Root();
        Install();
        var all = new StringBuilder();
        string[][] verbs =
        [
            ["list"], ["list", "--json"], ["status"], ["status", "--json"], ["trace", "web1"], ["trace", "web1", "--json"],
            ["retry"], ["drop", "nohost"], ["maintenance", "list"],
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
        Assert.Equal(
            0,
            bridge.Run("maintenance", "start", "--for", "2h", "--host", "web3,db*", "--allow-unknown", "--reason", "new disks").ExitCode);
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

    private void InstallScheduler()
    {
        folder.Write(
            "shinken/shinken.cfg", "# main\ncfg_dir=objects\nenable_notifications=1\n$PLUGINS$=" + folder.PathOf("libexec") + "/\n");
        folder.Write(
            "shinken/objects/all.cfg",
            $$"""
            define command {
                command_name   rf-host-check
                command_line   $PLUGINS$/check_icmp -H $HOSTADDRESS$
            }
            define command {
                command_name   rf-nrpe-load
                command_line   $PLUGINS$/check_nrpe -H $HOSTADDRESS$ -c rf_load
            }
            define command {
                command_name   unused
                command_line   /nowhere/at/all
            }
            define command {
                command_name               rf-notify
                command_line               {{folder.PathOf("pagerduty-bridge")}} notify
                enable_environment_macros  1
            }
            define contact {
                contact_name                   rf-pagerduty
                service_notification_commands  rf-notify
                host_notification_commands     rf-notify
            }
            define host {
                name           unused-template
                check_command  unused
                register       0
            }
            define host {
                name           template
                check_command  rf-host-check
                register       0
            }
            define host {
                host_name  web1
                use        template
            }
            define service {
                host_name            web1
                service_description  Load
                check_command        rf-nrpe-load
            }
            define service {
                host_name            web1
                service_description  PagerDuty path heartbeat
                check_command        rf-nrpe-load
            }
            define module {
                module_name   named-pipe
                module_type   named_pipe
                command_file  {{folder.PathOf("shinken", "cmd")}}
            }
            define arbiter {
                arbiter_name  arbiter-master
                modules       named-pipe
            }
            """);
        folder.Write("libexec/check_icmp", "");
        folder.Write("libexec/check_nrpe", "");
        Shell("cd \"$1\"; chmod -R a+rX shinken libexec; chmod 0755 libexec/*; mkfifo -m 0620 shinken/cmd; "
            + "printf '[acknowledgements]\\ncommand_pipe = \"%s/shinken/cmd\"\\n' \"$1\" >>etc/bridge.toml");
    }

    private void Shell(string line)
    {
        ProcessResult ran = ProcessRun.Shell("set -e; " + line, folder.Root);
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
    }

    private void Ask(StringBuilder all, string user, params string[] verb)
    {
        ProcessResult said = ProcessRun.Run("/usr/bin/unshare", As(user, verb));
        string text = $"{user}$ pagerduty-bridge {string.Join(' ', verb)}\n{said.Output}{said.Error}exit {said.ExitCode}\n\n";
        all.Append(text.Replace(folder.Root, "FOLDER", StringComparison.Ordinal));
    }

    private string[] As(string user, params string[] verb) =>
    [
        "--mount", "/bin/sh", "-c", Script, "sh", folder.Root, user, folder.PathOf("pagerduty-bridge"),
        "--config", folder.PathOf("etc", "bridge.toml"), .. verb,
    ];

    [GeneratedRegex(@"(?<=for )\d+s")]
    private static partial Regex Lasting();

    [GeneratedRegex(@"""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z""", RegexOptions.ExplicitCapture)]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<name>""started_by"": )""[^""]+""")]
    private static partial Regex StartedBy();

    [GeneratedRegex(@"(?<name>""(last_success|alive|oldest_pending)"": )\d+(\.\d+)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Age();
}
