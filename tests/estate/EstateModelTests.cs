using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>The model that an estate.toml becomes, and what it says to mistakes.</summary>
public sealed class EstateModelTests
{
    [Fact]
    public void Defaults_are_those_that_the_documentation_states()
    {
        EstateModel estate = SoundEstate.Accept(SoundEstate.Text);
        Assert.Equal("rf-", estate.Prefix);
        Assert.Equal(
            (60, 20, 30, 60),
            (estate.Timing.Unit.TotalSeconds, estate.Timing.CommandTimeout.TotalSeconds, estate.Timing.AgentTimeout.TotalSeconds, estate.Timing.ServiceCheckTimeout.TotalSeconds));
        Assert.Equal("check_icmp", estate.Scheduler.HostCheck.Plugin);
        Assert.Equal(("atl", "atl", 0), (estate.Datacenters[0].Name, estate.Datacenters[0].Alias, estate.Datacenters[0].Parents.Count));
        Assert.Equal(new Flapping(20, 40), estate.Timing.Flapping);
        Assert.Equal((20, (TimeSpan?)null), (estate.Timing.BootGrace.TotalMinutes, estate.Timing.Latch));
        EstateHost host = estate.Hosts[0];
        Assert.Equal("a", host.Alias);
        Assert.Equal((0, "/etc/ringfree/ssh/identity", "/etc/ringfree/ssh/known_hosts"), (estate.Scheduler.Ssh.PublicKeys.Count, estate.Scheduler.Ssh.Identity, estate.Scheduler.Ssh.KnownHosts));
        Assert.Equal(("nrpe", "nrpe", 5666, "/usr/lib64/nagios/plugins", "/var/run/nrpe/nrpe.pid", "nrpe"), Words(host.Agent!));
        Assert.Null(host.Agent!.Certificates);
        Assert.Equal(["car engine", "car brakes"], host.Services.Select(service => service.Description));
        Assert.Equal(["rf_car_engine", "rf_car_brakes"], host.Services.Select(service => service.CommandName));
        ConcernService[] ours = [.. host.Services.Cast<ConcernService>()];
        Assert.Equal(["check_car.engine.options", "check_car.brakes.options"], ours.Select(service => service.OptionsFile));
        Assert.False(ours[0].Check.Sudo);
        Assert.Equal(10, ours[0].Check.Deadline.TotalSeconds);
        NotificationWay way = Assert.Single(estate.Contacts[0].Ways);
        Assert.Equal(new Route("pagerduty", "/usr/local/bin/pagerduty-bridge", "/etc/ringfree/pagerduty-bridge.toml"), way.Route);
        Assert.Null(way.Period);
        Assert.Equal(["warning", "unknown", "critical"], way.Services);
        Assert.Equal(["down"], way.Hosts);
        ContactGroup group = Assert.Single(estate.ContactGroups);
        Assert.Equal(("on-call", "oncall"), (group.Name, group.Contacts.Single().Name));
        Assert.Null(estate.Heartbeat);
    }

    [Fact]
    public void What_is_given_is_in_the_model()
    {
        EstateModel estate = SoundEstate.Accept(SoundEstate.Text
            .Replace("[[roles.car.checks]]\n", "[[roles.car.checks]]\ninstance = \"two\"\nsudo = true\nonly = [\"brakes\"]\nwarning = { wear = \"@10:20\" }\ntimeout = \"15s\"\n"
                + "options = { wheel = [\"left\", \"right\"], plate = \"X 1\", strict = true }\n", StringComparison.Ordinal)
            .Replace("os = \"redhat\"", "os = \"debian\"\nnrpe = { port = 5667, user = \"watch\", include_dir = \"/etc/nagios/nrpe.d\" }", StringComparison.Ordinal));
        RoleCheck check = estate.Roles[0].Checks[0];
        Assert.True(check.Sudo);
        Assert.Equal("car two", check.Title);
        Assert.Equal(["wear=@10:20"], check.Warnings.Select(threshold => $"{threshold.Metric.Name}={threshold.Range}"));
        Assert.Equal(["--wheel", "left", "--wheel", "right", "--plate", "X 1", "--strict"], check.Arguments);
        Assert.Equal(15, check.Deadline.TotalSeconds);
        ConcernService service = Assert.Single(estate.Hosts[0].Services.OfType<ConcernService>());
        Assert.Equal(("two-brakes", "car two brakes", "rf_car_two-brakes"), (service.Instance, service.Description, service.CommandName));
        Assert.Equal(("watch", "watch", 5667, "/usr/lib/nagios/plugins", "/run/nagios/nrpe.pid", "nagios-nrpe-server"), Words(estate.Hosts[0].Agent!));
        Assert.Equal("/etc/nagios/nrpe.d", estate.Hosts[0].Agent!.IncludeFolder);
    }

    [Fact]
    public void Every_mistake_of_an_estate_is_found_in_one_run()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(
            """
            colour = "red"
            [site]
            example = true
            prefix = "RF"
            runbooks = "runbooks.example/"
            [timing]
            interval_length = "1500ms"
            check_interval = "1ms"
            retry_interval = "1500ms"
            max_check_attempts = 0
            notification_interval = "2500ms"
            nrpe_command_timeout = "30s"
            check_nrpe_timeout = "30s"
            service_check_timeout = "20s"
            [timing.agent]
            check_interval = "1m"
            [scheduler]
            addresses = ["0.0.0.0", "::", "192.0.2.0/24", "shinken.example"]
            plugins = "libexec"
            host_check = { plugin = "/bin/sh", arguments = ["a\nb"] }
            [scheduler.ssh]
            public_keys = ["ssh-ed25519 AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----", "command=x ssh-rsa AAAA"]
            identity = "identity"
            known_hosts = "~/.ssh/known_hosts"
            password = "secret"
            [datacenters."a;b"]
            [datacenters.atl]
            alias = "$USER1$"
            [roles."a b"]
            [roles.car]
            checks = [
              { check = "check_cart", options = { wheel = ["left"] } },
              { check = "check_car", only = ["brake", "engine", "engine"], warning = { heat = "90:80", wear = "5" }, critical = { speed = "5" } },
              { check = "check_car", instance = "Über", title = "Car (old)", timeout = "45s", options = { wheel = "left", plate = "#1", strict = "yes", door = 1 } },
              { check = "check_car", instance = "a-very-long-name-of-an-instance", sudo = "yes" },
            ]
            [commands.load]
            title = "Load (avg)"
            plugin = "bin/check_load"
            on = "node"
            arguments = ["$USER1$", "a\nb", "{hosts}"]
            [commands.check_disk]
            plugin = "check_disk"
            on = "host"
            arguments = ["-w", "$ARG1$", "é"]
            runbook = "../disk"
            foundation = "sudo"
            warning = "5"
            [commands.brakes]
            plugin = "check_dummy"
            on = "host"
            foundation = "agent"
            [roles.twice]
            commands = ["lod", "brakes"]
            contactgroups = ["nobody"]
            [[roles.twice.checks]]
            check = "check_car"
            timeout = "5s"
            [[roles.twice.checks]]
            check = "check_car"
            timeout = "5s"
            [[roles.twice.checks]]
            check = "check_car"
            timeout = "5s"
            instance = "b"
            title = "car"
            [hosts.localhost]
            address = "192.0.2"
            datacenter = "dal"
            roles = ["card", "car", "car"]
            parents = ["nobody"]
            transport = "telnet"
            [hosts."../etc"]
            address = "192.0.2.2 "
            datacenter = "atl"
            transport = "none"
            roles = ["twice"]
            [hosts.b]
            address = "2001:db8::1"
            datacenter = "atl"
            roles = ["twice"]
            transport = "nrpe"
            os = "beos"
            nrpe = { user = "root", group = "Ring Free", port = 0, plugins = "/usr/../lib", pid = "/run" }
            [hosts.c]
            address = "c.example"
            datacenter = "atl"
            transport = "nrpe"
            [hosts.d]
            address = "d.example"
            datacenter = "atl"
            transport = "ssh"
            os = "debian"
            nrpe = { port = 1 }
            ssh = { user = "root", port = 0, plugins = "plugins", shell = "/bin/sh" }
            [hosts.e]
            address = "e.example"
            datacenter = "atl"
            roles = ["car"]
            transport = "nrpe"
            os = "debian"
            nrpe = { tls = { key = "node.key", password = "x" }, unit = "a b" }
            overrides = { check_car = { warning = { heat = "x", speed = "1" }, options = { door = "1" }, timeout = "1d", sudo = true }, "check_car.two" = {}, load = { arguments = ["-w"] } }
            [datacenters.atl.overrides.brakes]
            [maintenance.always]
            sunday = "00:00-24:00"
            monday = "00:00-24:00"
            tuesday = "00:00-24:00"
            wednesday = "00:00-24:00"
            thursday = "00:00-24:00"
            friday = "00:00-24:00"
            saturday = "00:00-24:00"
            hosts = ["nobody"]
            [maintenance.never]
            [maintenance.odd]
            sunday = "3:00-4:00"
            monday = "05:00-04:00"
            tuesday = "00:00-24:01"
            wednesday = ""
            thursday = "00:00-12:60"
            friday = "00:00-01:00, 02:00-03:00"
            roles = ["card"]
            datacenters = ["dal"]
            [timeperiods.24x7]
            sunday = "00:00-24:00"
            [timeperiods.outside-a]
            someday = "00:00-24:00"
            [routes.pagerduty]
            bridge = "bridge --now"
            [ways."a b"]
            route = "telepathy"
            period = "office"
            services = ["ok"]
            hosts = ["unreachable"]
            [ways.mute]
            route = "pagerduty"
            services = []
            hosts = []
            [contacts.oncall]
            route = "pagerduty"
            [contacts.oncall]
            [contacts.other]
            ways = ["smoke"]
            [contactgroups.databases]
            contacts = []
            [heartbeat]
            host = "nobody"
            service = "Heart | beat"
            interval = "90s"
            """,
            "estate.toml",
            TestChecks.All,
            problems));
        Snapshot.Match(problems.ToString(), "every-mistake-of-an-estate");
    }

    [Fact]
    public void What_only_passes_on_is_no_check_of_a_role()
    {
        var problems = new Problems();
        Facts relay = TestChecks.Create(TimeSpan.FromSeconds(1)) with { Name = "check_relay", Relays = true };
        Assert.Null(EstateModel.Parse(SoundEstate.Text.Replace("\"check_car\"", "\"check_relay\"", StringComparison.Ordinal), "f", [.. TestChecks.All, relay], problems));
        Assert.Contains("given \"check_relay\"; accepted: \"check_car\"", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_told_everything_that_it_must_hold()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse("", "estate.toml", TestChecks.All, problems));
        Snapshot.Match(problems.ToString(), "empty-estate");
    }

    [Fact]
    public void What_differs_on_a_host_wins_over_its_datacenter_and_that_over_its_role()
    {
        EstateModel estate = SoundEstate.Accept(SoundEstate.Text
            .Replace("[roles.car]\n", "[roles.car]\ncommands = [\"load\", \"port\"]\n", StringComparison.Ordinal)
            .Replace("check = \"check_car\"\n", "check = \"check_car\"\nwarning = { heat = \"1\", wear = \"1\" }\noptions = { wheel = [\"left-{datacenter}\"], plate = \"{host} {address} {x\" }\n", StringComparison.Ordinal)
            .Replace("[datacenters.atl]\n", """
                [commands.load]
                plugin = "check_load"
                on = "host"
                arguments = ["-w", "1"]
                [commands.port]
                plugin = "check_tcp"
                on = "scheduler"
                arguments = ["-p", "1"]
                [datacenters.atl]
                [datacenters.atl.overrides.check_car]
                warning = { heat = "2" }
                timeout = "12s"
                [datacenters.atl.overrides.load]
                arguments = ["-w", "2"]

                """, StringComparison.Ordinal)
            .Replace("os = \"redhat\"\n", """
                os = "redhat"
                [hosts.a.overrides.check_car]
                warning = { wear = "3" }
                critical = { wear = "4" }
                options = { plate = "A {datacenter}" }
                [hosts.a.overrides.port]
                arguments = ["-p", "3"]
                [hosts.b]
                address = "192.0.2.3"
                datacenter = "atl"
                roles = ["car"]
                transport = "ssh"
                os = "redhat"

                """, StringComparison.Ordinal)
            .Replace("plugins = \"/usr/lib/nagios/plugins\"\n", $"plugins = \"/usr/lib/nagios/plugins\"\n[scheduler.ssh]\npublic_keys = [\"{SoundEstate.PublicKey}\"]\n", StringComparison.Ordinal));
        var ofA = (ConcernService)estate.Hosts[0].Services[0];
        Assert.Equal(["heat=2", "wear=3"], ofA.Check.Warnings.Select(threshold => $"{threshold.Metric.Name}={threshold.Range}"));
        Assert.Equal(["wear=4"], ofA.Check.Criticals.Select(threshold => $"{threshold.Metric.Name}={threshold.Range}"));
        Assert.Equal(["--wheel", "left-atl", "--plate", "A atl"], ofA.Check.Arguments);
        Assert.Equal(12, ofA.Check.Deadline.TotalSeconds);
        var ofB = (ConcernService)estate.Hosts[1].Services[0];
        Assert.Equal(["--wheel", "left-atl", "--plate", "b 192.0.2.3 {x"], ofB.Check.Arguments);
        Assert.Equal(["heat=2", "wear=1"], ofB.Check.Warnings.Select(threshold => $"{threshold.Metric.Name}={threshold.Range}").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["load -w 2 True", "port -p 3 True", "load -w 2 True", "port -p 1 False"],
            estate.Hosts.SelectMany(host => host.Services.OfType<CommandService>()).Select(service => $"{service.Command.Name} {string.Join(' ', service.Command.Arguments)} {service.IsOverridden}"));
    }

    private static (string User, string Group, int Port, string Plugins, string PidFile, string Unit) Words(Agent agent) =>
        (agent.User, agent.Group, agent.Port, agent.PluginFolder, agent.PidFile, agent.Unit);
}
