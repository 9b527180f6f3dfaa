using System.Text;
using Ringfree.Monitoring.Estate;
using ProbeAnswer = Ringfree.Monitoring.Probes.Answer;
using ProbeOutcome = Ringfree.Monitoring.Probes.Outcome;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What doctor says of a unit, of a scheduler's config and of its programs, for machines that this one need not be.</summary>
public sealed class DoctorTests
{
    private const string ConfigFile = "/etc/ringfree/pagerduty-bridge.toml";
    private const uint File = 0x8000, Folder = 0x4000;

    private const string Unit =
        """
        [Service]
        ExecStart=/usr/local/bin/pagerduty-bridge serve
        User=ringfree-bridge
        StateDirectory=ringfree-pagerduty
        ReadWritePaths=/var/spool/ringfree-pagerduty
        ReadWritePaths=-/var/lib/shinken
        ProtectSystem=strict
        """;

    private const string Commands =
        """
        define command {
            command_name  rf-notify
            command_line  /usr/local/bin/pagerduty-bridge notify
        }
        define contact {
            contact_name                   rf-pagerduty
            service_notification_commands  rf-notify
            host_notification_commands     rf-notify
        }
        """;

    private const string Nagios =
        "enable_environment_macros=1\nsoft_state_dependencies=1\ncached_host_check_horizon=0\ncommand_file=/rw/nagios.cmd\n"
        + "status_file=/var/status.dat\nobject_cache_file=/var/objects.cache\n";

    private const string NagiosToml = "scheduler = \"nagios\"\n[acknowledgements]\ncommand_pipe = \"/rw/nagios.cmd\"\n"
        + "[reconcile]\nstatus_file = \"/var/status.dat\"\nobjects_file = \"/var/objects.cache\"\ncontact = \"rf-pagerduty\"\n";

    private const string ShinkenToml =
        "[acknowledgements]\ncommand_pipe = \"/var/lib/shinken/shinken.cmd\"\n[reconcile]\nlivestatus = \"127.0.0.1:50000\"\n";

    private const string Modules =
        """
        define module {
            module_name   named-pipe
            module_type   named_pipe
            command_file  /var/lib/shinken/shinken.cmd
        }
        define module {
            module_name  livestatus
            module_type  livestatus
            port         50000
            modules      logstore-null
        }
        define receiver {
            receiver_name  receiver-master
            modules        named-pipe
        }
        define broker {
            broker_name  broker-master
            modules      simple-log, livestatus
        }
        """;

    [Fact]
    public void Each_mistake_of_a_unit_is_said_with_its_cure()
    {
        var all = new StringBuilder();
        void Case(string what, string unit, string? configFile = null)
        {
            var diagnosis = new Diagnosis();
            UnitFile.Judge(
                diagnosis, "/etc/systemd/system/pagerduty-bridge.service", unit, Config(""), configFile ?? ConfigFile, "ringfree-bridge",
                path => path == "/usr/local/bin/pagerduty-bridge" ? new PathLook(Of(File, 0x1ED), 0) : new PathLook(null, 2));
            all.Append($"{what}:\n{diagnosis.Text(isRoot: true).Replace(Environment.ProcessPath!, "PROGRAM", StringComparison.Ordinal)}\n");
        }

        Case("as make install writes it", Unit);
        Case("a program that is elsewhere", Unit.Replace("/usr/local/bin", "/usr/bin", StringComparison.Ordinal));
        Case("another config", Unit, "/etc/other.toml");
        Case("another config in the unit", Unit.Replace(" serve", " --config /etc/other.toml serve", StringComparison.Ordinal));
        Case("another user", Unit.Replace("User=ringfree-bridge", "User=nagios", StringComparison.Ordinal));
        Case("no user", Unit.Replace("User=ringfree-bridge\n", "", StringComparison.Ordinal));
        Case(
            "a spool that may not be written",
            Unit.Replace("ReadWritePaths=/var/spool/ringfree-pagerduty\n", "", StringComparison.Ordinal));
        Case("no state directory", Unit.Replace("StateDirectory=ringfree-pagerduty\n", "", StringComparison.Ordinal));
        Case("a unit of the administrator's own", "[Service]\nExecStart=/usr/local/bin/pagerduty-bridge serve\nUser=ringfree-bridge\n");
        Snapshot.Match(all.ToString(), "doctor-units");
    }

    [Fact]
    public void Each_mistake_of_a_scheduler_s_config_is_said_with_its_cure()
    {
        var all = new StringBuilder();
        void Case(string what, string toml, string main, string objects, string path = "/etc/nagios4/nagios.cfg")
        {
            var diagnosis = new Diagnosis();
            var files = new SchedulerFiles(path, [.. SchedulerFiles.Parse(main, path)], ObjectFiles.Parse(objects, "/etc/objects/all.cfg"));
            SchedulerConfig.Judge(diagnosis, files, Config(toml));
            all.Append($"{what}:\n{diagnosis.Text(isRoot: true)}\n");
        }

        Case("Nagios as it should be", NagiosToml, Nagios, Commands);
        Case("Nagios as it is shipped", NagiosToml, "enable_environment_macros=0\n", "define command {\n}\n");
        Case(
            "Nagios that does nothing",
            NagiosToml,
            Nagios + "enable_notifications=0\ncheck_external_commands=0\n",
            Commands,
            "/usr/local/nagios/etc/nagios.cfg");
        Case(
            "Nagios with other paths",
            NagiosToml,
            Nagios.Replace("/rw/", "/other/", StringComparison.Ordinal).Replace("/var/", "/srv/", StringComparison.Ordinal),
            Commands);
        Case(
            "no contact notifies",
            NagiosToml,
            Nagios,
            Commands.Replace("_commands  rf-notify", "_commands  mail", StringComparison.Ordinal).Replace(
                "commands     rf-notify", "commands  mail", StringComparison.Ordinal));
        const string Shinken = "/etc/shinken/shinken.cfg";
        string shinkenCommands = Commands.Replace("notify\n}", "notify\n    enable_environment_macros 1\n}", StringComparison.Ordinal);
        Case("Shinken as it should be", ShinkenToml, "enable_environment_macros=0\n", shinkenCommands + "\n" + Modules, Shinken);
        Case("Shinken with the macros of all commands", "", "enable_environment_macros=1\n", Commands, Shinken);
        Case("Shinken as it is shipped", ShinkenToml, "enable_environment_macros=0\n", Commands, Shinken);
        Case(
            "modules that nothing loads",
            ShinkenToml,
            "",
            shinkenCommands + "\n"
                + Modules.Replace("modules        named-pipe", "", StringComparison.Ordinal).Replace(
                    ", livestatus", "", StringComparison.Ordinal),
            Shinken);
        Case(
            "other addresses, and no log store",
            ShinkenToml,
            "",
            shinkenCommands + "\n"
                + Modules.Replace("shinken.cmd", "other.cmd", StringComparison.Ordinal).Replace("50000", "50001", StringComparison.Ordinal)
                .Replace("modules      logstore-null\n", "", StringComparison.Ordinal),
            Shinken);
        Snapshot.Match(all.ToString(), "doctor-schedulers");
    }

    [Fact]
    public void Programs_are_those_of_commands_in_force_with_the_macros_filled_in()
    {
        const string Objects =
            """
            define command {
                command_name  load
                command_line  $USER1$/check_load -w 1
            }
            define command {
                command_name  disk
                command_line  $USER1$/check_disk
            }
            define command {
                command_name  odd
                command_line  $USER9$/check_odd
            }
            define command {
                command_name  unused
                command_line  /nowhere
            }
            define service {
                name           base
                check_command  load!1
                register       0
            }
            define service {
                name           unused
                check_command  unused
                register       0
            }
            define service {
                use                  base
                host_name            web1
                service_description  Load
                event_handler        odd
            }
            define host {
                host_name      web1
                check_command  disk
            }
            """;
        var files = new SchedulerFiles(
            "main", [new MainSetting("$USER1$", "/plugins", "resource.cfg:1")], ObjectFiles.Parse(Objects, "all.cfg"));
        var machine = new Dictionary<string, FileFacts>(StringComparer.Ordinal)
        {
            ["/plugins"] = Of(Folder, 0x1ED),
            ["/plugins/check_load"] = Of(File, 0x1E8), // 0750 of root
        };
        var diagnosis = new Diagnosis();
        SchedulerPlugins.Judge(
            diagnosis, files, new Account("shinken", 101, new HashSet<uint> { 201 }), path =>
                machine.TryGetValue(path, out FileFacts facts) ? new PathLook(facts, 0) : new PathLook(null, 2),
            (_, _) => []);
        Assert.Equal(
            """
            wrong: /plugins/check_disk does not exist; needed by disk (install it there: Debian's monitoring-plugins have the stock ones)
            wrong: /plugins/check_load cannot be run by shinken: it has mode 750; needed by load (chmod a+rx /plugins/check_load)
            not checked: the program $USER9$/check_odd: its folder is not known; needed by odd

            """,
            diagnosis.Text(isRoot: true));
    }

    [Theory]
    [InlineData(0, "", "")]
    [InlineData(3, "", "")]
    [InlineData(127, "plugin: cannot open shared object file\n", "does not start: plugin: cannot open shared object file")]
    [InlineData(126, "", "does not start: exit code 126")]
    [InlineData(1, "runuser: failed to execute /p: No such file\n", "does not start: runuser: failed to execute /p: No such file")]
    [InlineData(139, "", "is ended by signal 11 when it is asked for its version")]
    public void A_plugin_that_does_not_start_is_told_with_its_own_words(int code, string errors, string complaint)
    {
        ProbeAnswer answer = new() { Outcome = ProbeOutcome.Answered, Code = code, Errors = Encoding.UTF8.GetBytes(errors) };
        Assert.Equal(complaint, PluginTrial.Complaint(answer));
        ProbeAnswer silent = ProbeAnswer.Without(ProbeOutcome.Silent, "no end after 5 s");
        Assert.Equal("does not end when it is asked for its version", PluginTrial.Complaint(silent));
    }

    [Fact]
    public void What_cannot_be_tried_is_said_and_a_check_plugin_that_does_not_start_is_wrong()
    {
        const string Objects =
            """
            define command {
                command_name  load
                command_line  /plugins/check_load -w 1
            }
            define command {
                command_name  restart
                command_line  /plugins/restart
            }
            define service {
                host_name            web1
                service_description  Load
                check_command        load!5
                event_handler        restart
            }
            """;
        var files = new SchedulerFiles("main", [], ObjectFiles.Parse(Objects, "all.cfg"));
        List<string> tried = [];
        Assert.Equal(
            "not checked: whether the check plugins start as shinken: run doctor as root or as shinken\n"
                + "good: shinken may run the programs of 2 commands\n",
            Text((_, _) => null));
        Assert.Equal(
            "wrong: /plugins/check_load does not start: no libz (try it: runuser -u shinken -- /plugins/check_load --version)\n"
                + "good: shinken may run the programs of 2 commands\n",
            Text((_, _) => ["does not start: no libz"]));
        Assert.Equal(
            "good: shinken may run the programs of 2 commands\ngood: 1 check plugin starts as shinken\n",
            Text((_, plugins) =>
            {
                tried.AddRange(plugins);
                return [""];
            }));
        Assert.Equal(["/plugins/check_load"], tried);

        string Text(Func<Account, IReadOnlyList<string>, IReadOnlyList<string>?> tries)
        {
            var diagnosis = new Diagnosis();
            var user = new Account("shinken", 101, new HashSet<uint> { 201 });
            SchedulerPlugins.Judge(diagnosis, files, user, _ => new PathLook(Of(File, 0x1ED), 0), tries);
            return diagnosis.Text(isRoot: true);
        }
    }

    [Theory]
    [InlineData(
        "\uFEFFu+token",
        "begins with a byte order mark, which an editor put there; accepted: one line of ASCII letters, digits and signs "
            + "(sed -i '1s/^\\xEF\\xBB\\xBF//' FILE)")]
    [InlineData("tökén", "does not hold a REST API token; accepted: one line of ASCII letters, digits and signs")]
    [InlineData("two words", "does not hold a REST API token; accepted: one line of ASCII letters, digits and signs")]
    [InlineData("u+token", null)]
    public void A_token_is_ascii_without_a_byte_order_mark(string text, string? complaint)
    {
        using var folder = new TestFolder();
        string file = folder.Write("token", text + "\n");
        var problems = new Problems();
        Secret.Token(file, "a REST API token", problems);
        Assert.Equal(
            complaint is null ? "" : $"{file}:1: {complaint.Replace("FILE", file, StringComparison.Ordinal)}", problems.ToString());
    }

    [Fact]
    public void A_custom_notification_of_the_heartbeat_service_is_no_heartbeat()
    {
        var config = new HeartbeatConfig(
            "", HeartbeatConfig.DefaultService, TimeSpan.FromMinutes(15), true, null, null, TimeSpan.FromMinutes(1));
        SchedulerEvent Of(string type) =>
            new("id", Moment.Now(), Sample.Macros(type, "CRITICAL", "shinken", HeartbeatConfig.DefaultService, null));
        Assert.True(HeartbeatSwitch.Is(config, Of("PROBLEM")));
        Assert.False(HeartbeatSwitch.Is(config, Of("CUSTOM")));
    }

    private static FileFacts Of(uint kind, uint mode) => new(kind | mode, 0, 0, 1, 1, 1, 0, 0);

    private static Config Config(string toml)
    {
        using var folder = new TestFolder();
        var problems = new Problems();
        Config? config = Bridge.Config.Load(folder.Write("bridge.toml", $"{toml}\n[pagerduty]\nrouting_key_file = \"/key\"\n"), problems);
        Assert.Equal("", problems.ToString());
        return config!;
    }
}
