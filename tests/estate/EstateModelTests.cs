using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate.Tests;

public sealed class EstateModelTests
{
    private const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJWj1qQQrbn/wgjSruSehOFYFowrV8Z2nHm6B9g+D3M a@b";

    private const string Sound = """
        [site]
        runbooks = "https://runbooks.example"
        [timing]
        check_interval = "3m"
        retry_interval = "1m"
        max_check_attempts = 4
        notification_interval = "30m"
        [timing.agent]
        check_interval = "1m"
        retry_interval = "1m"
        max_check_attempts = 2
        [scheduler]
        addresses = ["192.0.2.1"]
        plugins = "/usr/lib/nagios/plugins"
        [datacenters.atl]
        [roles.car]
        [[roles.car.checks]]
        check = "check_car"
        [hosts.a]
        address = "192.0.2.2"
        datacenter = "atl"
        roles = ["car"]
        transport = "nrpe"
        os = "redhat"
        [routes.pagerduty]
        [ways.page]
        route = "pagerduty"
        [contacts.oncall]
        ways = ["page"]

        """;

    [Fact]
    public void Defaults_are_those_that_the_documentation_states()
    {
        EstateModel estate = Accept(Sound);
        Assert.Equal("rf-", estate.Prefix);
        Assert.Equal(
            (60, 20, 30, 60),
            (estate.Timing.Unit.TotalSeconds, estate.Timing.CommandTimeout.TotalSeconds, estate.Timing.AgentTimeout.TotalSeconds, estate.Timing.ServiceCheckTimeout.TotalSeconds));
        Assert.Equal("check_icmp", estate.Scheduler.HostCheck.Plugin);
        Assert.Equal(("atl", "atl", 0), (estate.Datacenters[0].Name, estate.Datacenters[0].Alias, estate.Datacenters[0].Parents.Count));
        Assert.Equal(new Flapping(20, 40), estate.Timing.Flapping);
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
        EstateModel estate = Accept(Sound
            .Replace("[[roles.car.checks]]\n", "[[roles.car.checks]]\ninstance = \"two\"\nsudo = true\nonly = [\"brakes\"]\nwarning = { wear = \"@10:20\" }\ntimeout = \"15s\"\n"
                + "options = { wheel = [\"left\", \"right\"], plate = \"X 1\", strict = true }\n", StringComparison.Ordinal)
            .Replace("os = \"redhat\"", "os = \"debian\"\nnrpe = { port = 5667, user = \"watch\" }", StringComparison.Ordinal));
        RoleCheck check = estate.Roles[0].Checks[0];
        Assert.True(check.Sudo);
        Assert.Equal("car two", check.Title);
        Assert.Equal(["wear=@10:20"], check.Warnings.Select(threshold => $"{threshold.Metric.Name}={threshold.Range}"));
        Assert.Equal(["--wheel", "left", "--wheel", "right", "--plate", "X 1", "--strict"], check.Arguments);
        Assert.Equal(15, check.Deadline.TotalSeconds);
        var service = (ConcernService)Assert.Single(estate.Hosts[0].Services);
        Assert.Equal(("two-brakes", "car two brakes", "rf_car_two-brakes"), (service.Instance, service.Description, service.CommandName));
        Assert.Equal(("watch", "watch", 5667, "/usr/lib/nagios/plugins", "/run/nagios/nrpe.pid", "nagios-nrpe-server"), Words(estate.Hosts[0].Agent!));
    }

    [Fact]
    public void Every_mistake_of_an_estate_is_found_in_one_run()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(
            """
            colour = "red"
            [site]
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
            warning = "5"
            [commands.brakes]
            plugin = "check_dummy"
            on = "host"
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

    [Theory]
    [InlineData("", 22, "ringfree", "/usr/lib64/nagios/plugins")]
    [InlineData("ssh = { user = \"watch\", port = 2222, plugins = \"/opt/plugins\" }\n", 2222, "watch", "/opt/plugins")]
    public void Ssh_takes_the_place_of_nrpe(string settings, int port, string user, string plugins)
    {
        EstateModel estate = Accept(OverSsh(settings).Replace("[datacenters.atl]", $"[scheduler.ssh]\npublic_keys = [\"{PublicKey}\"]\n[datacenters.atl]", StringComparison.Ordinal));
        Agent agent = estate.Hosts[0].Agent!;
        Assert.Equal((Transport.Ssh, port, user, plugins, "SSH agent"), (agent.Transport, agent.Port, agent.User, agent.PluginFolder, agent.Description));
        Assert.Equal([PublicKey], estate.Scheduler.Ssh.PublicKeys);
    }

    [Fact]
    public void Ssh_without_a_key_is_refused()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(OverSsh(""), "f", TestChecks.All, problems));
        Assert.EndsWith("hosts.a.transport: is \"ssh\", but scheduler.ssh.public_keys is empty: no key could log in; accepted: the scheduler's public key there", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_passes_on_is_no_check_of_a_role()
    {
        var problems = new Problems();
        Facts relay = TestChecks.Create(TimeSpan.FromSeconds(1)) with { Name = "check_relay", Relays = true };
        Assert.Null(EstateModel.Parse(Sound.Replace("\"check_car\"", "\"check_relay\"", StringComparison.Ordinal), "f", [.. TestChecks.All, relay], problems));
        Assert.Contains("given \"check_relay\"; accepted: \"check_car\"", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_told_everything_that_it_must_hold()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse("", "estate.toml", TestChecks.All, problems));
        Snapshot.Match(problems.ToString(), "empty-estate");
    }

    [Theory]
    [InlineData("10s", "11s", "12s", "13s", true)]
    [InlineData("10s", "10s", "12s", "13s", false)]
    [InlineData("11s", "10s", "12s", "13s", false)]
    [InlineData("10s", "12s", "12s", "13s", false)]
    [InlineData("10s", "13s", "12s", "14s", false)]
    [InlineData("10s", "11s", "13s", "13s", false)]
    [InlineData("10s", "11s", "14s", "13s", false)]
    public void Each_part_waits_longer_than_the_one_below(string deadline, string command, string client, string service, bool holds)
    {
        string timeouts = $"nrpe_command_timeout = \"{command}\"\ncheck_nrpe_timeout = \"{client}\"\nservice_check_timeout = \"{service}\"\n";
        string withTimeouts = Sound.Replace("[timing]\n", "[timing]\n" + timeouts, StringComparison.Ordinal);
        foreach (string text in (string[])[withTimeouts, withTimeouts.Replace("check = \"check_car\"", $"check = \"check_car\"\ntimeout = \"{deadline}\"", StringComparison.Ordinal)])
        {
            var problems = new Problems();
            Assert.Equal(holds, EstateModel.Parse(text, "f", [TestChecks.Create(TimeSpan.FromSeconds(int.Parse(deadline[..^1])))], problems) is not null);
            Assert.All(problems.All, problem => Assert.Contains("deadline of each check < nrpe_command_timeout < check_nrpe_timeout < service_check_timeout", problem.Sentence, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("1m", "1m", 2, "1m", 4, true)]
    [InlineData("1m", "1m", 2, "1m", 3, false)]
    [InlineData("3m", "1m", 1, "1m", 4, false)]
    [InlineData("1m", "1m", 1, "1m", 1, false)]
    public void A_dead_agent_is_believed_before_what_depends_on_it(string interval, string retry, int attempts, string serviceRetry, int serviceAttempts, bool holds)
    {
        string text = Sound
            .Replace("retry_interval = \"1m\"\nmax_check_attempts = 4", $"retry_interval = \"{serviceRetry}\"\nmax_check_attempts = {serviceAttempts}", StringComparison.Ordinal)
            .Replace("check_interval = \"1m\"\nretry_interval = \"1m\"\nmax_check_attempts = 2", $"check_interval = \"{interval}\"\nretry_interval = \"{retry}\"\nmax_check_attempts = {attempts}", StringComparison.Ordinal);
        var problems = new Problems();
        Assert.Equal(holds, EstateModel.Parse(text, "f", TestChecks.All, problems) is not null);
        Assert.Equal(holds ? 0 : 1, problems.All.Count);
    }

    [Fact]
    public void A_half_interval_is_refused_because_shinken_makes_zero_of_it()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(Sound.Replace("check_interval = \"3m\"", "check_interval = \"90s\"", StringComparison.Ordinal), "f", TestChecks.All, problems));
        Assert.Equal(
            "f:4: timing.check_interval: given \"90s\"; accepted: a whole multiple of interval_length, 1m: Shinken cuts the rest off, and 0.5 becomes 0",
            problems.ToString());
    }

    [Theory]
    [InlineData("0s", true)]
    [InlineData("2m", false)]
    [InlineData("3m", true)]
    public void A_reminder_that_could_not_come_in_time_is_refused(string interval, bool holds)
    {
        var problems = new Problems();
        Assert.Equal(holds, EstateModel.Parse(Sound.Replace("notification_interval = \"30m\"", $"notification_interval = \"{interval}\"", StringComparison.Ordinal), "f", TestChecks.All, problems) is not null);
        Assert.Equal(
            holds ? "" : "f:7: timing.notification_interval: notification_interval is 2m and check_interval is 3m: a scheduler tells again only after a check; accepted: 0m for once, or at least check_interval",
            problems.ToString());
    }

    [Fact]
    public void Parents_that_lead_round_are_refused_and_their_children_with_them()
    {
        var text = new StringBuilder(Sound);
        foreach ((string host, string parents) in ((string, string)[])[("x", "\"y\""), ("y", "\"z\", \"a\""), ("z", "\"x\""), ("below", "\"z\""), ("self", "\"self\""), ("fine", "\"a\", \"a\"")])
        {
            text.Append($"[hosts.{host}]\naddress = \"192.0.2.3\"\ndatacenter = \"atl\"\ntransport = \"none\"\nparents = [{parents}]\n");
        }

        var problems = new Problems();
        Assert.Null(EstateModel.Parse(text.ToString(), "f", TestChecks.All, problems));
        Assert.Equal(
            ["hosts.x.parents", "hosts.y.parents", "hosts.z.parents", "hosts.below.parents", "hosts.self.parents"],
            problems.All.Select(problem => problem.Place.Key));
        Assert.Contains("given \"y\"; accepted: parents between x and the scheduler", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_on_a_host_wins_over_its_datacenter_and_that_over_its_role()
    {
        EstateModel estate = Accept(Sound
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
            .Replace("plugins = \"/usr/lib/nagios/plugins\"\n", $"plugins = \"/usr/lib/nagios/plugins\"\n[scheduler.ssh]\npublic_keys = [\"{PublicKey}\"]\n", StringComparison.Ordinal));
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

    [Fact]
    public void A_host_without_parents_of_its_own_stands_behind_its_datacenters_gateway()
    {
        EstateModel estate = Accept(Sound.Replace("[datacenters.atl]\n", "[datacenters.atl]\nparents = [\"gate\"]\n", StringComparison.Ordinal) + """
            [hosts.gate]
            address = "192.0.2.3"
            datacenter = "atl"
            transport = "none"
            [hosts.alone]
            address = "192.0.2.4"
            datacenter = "atl"
            transport = "none"
            parents = []
            [hosts.deep]
            address = "192.0.2.5"
            datacenter = "atl"
            transport = "none"
            parents = ["a"]
            """);
        Assert.Equal(["a: gate", "gate: ", "alone: ", "deep: a"], estate.Hosts.Select(host => $"{host.Name}: {string.Join(',', host.Parents)}"));
    }

    [Fact]
    public void A_gateway_that_is_no_host_is_said_once_at_its_datacenter()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(Sound.Replace("[datacenters.atl]\n", "[datacenters.atl]\nparents = [\"gate\"]\n", StringComparison.Ordinal), "f", TestChecks.All, problems));
        Assert.Equal("f:16: datacenters.atl.parents: given \"gate\"; accepted: the name of a table [hosts.NAME]", problems.ToString());
    }

    [Fact]
    public void Maintenance_is_of_hosts_of_roles_and_of_datacenters()
    {
        EstateModel estate = Accept(Sound + """
            [hosts.b]
            address = "192.0.2.3"
            datacenter = "atl"
            transport = "none"
            [maintenance.one]
            sunday = "03:00-05:00,04:00-06:30"
            monday = "23:00-24:00"
            roles = ["car"]
            [maintenance.two]
            alias = "Two"
            sunday = "00:00-03:00"
            datacenters = ["atl"]
            [maintenance.three]
            friday = "00:00-24:00"
            hosts = ["b"]
            """);
        Assert.Equal(["a: one two", "b: two three"], estate.Hosts.Select(host => $"{host.Name}: {string.Join(' ', host.Maintenance.Select(window => window.Name))}"));
        Week rest = Week.Union(estate.Hosts[0].Maintenance.Select(window => window.Hours)).Rest;
        Assert.Equal(("06:30-24:00", "00:00-23:00", "00:00-24:00"), (rest.RangesOf("sunday"), rest.RangesOf("monday"), rest.RangesOf("friday")));
        Assert.Null(Week.Union(estate.Hosts[1].Maintenance.Select(window => window.Hours)).Rest.RangesOf("friday"));
    }

    [Fact]
    public void Windows_that_fill_the_week_together_are_refused()
    {
        string days = string.Concat(Week.Days.Select(day => $"{day} = \"00:00-12:00\"\n"));
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(
            $"{Sound}[maintenance.am]\n{days}roles = [\"car\"]\n[maintenance.pm]\n{days.Replace("00:00-12:00", "12:00-24:00", StringComparison.Ordinal)}hosts = [\"a\"]\n", "f", TestChecks.All, problems));
        Assert.Contains("the windows am+pm fill the whole week together: a would never be checked", problems.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services = [\"warning\"]")]
    [InlineData("period = \"office\"\n[timeperiods.office]\nmonday = \"08:00-18:00\"")]
    public void A_heartbeat_that_would_not_be_told_is_refused(string way)
    {
        string withHeartbeat = Sound.Replace("[ways.page]\nroute = \"pagerduty\"\n", $"[ways.page]\nroute = \"pagerduty\"\n{way}\n", StringComparison.Ordinal) + "[heartbeat]\nhost = \"a\"\n";
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(withHeartbeat, "f", TestChecks.All, problems));
        Assert.Contains("heartbeat: would not be told at every hour", problems.ToString(), StringComparison.Ordinal);
        Assert.Equal(5, Accept(Sound + "[heartbeat]\nhost = \"a\"\n").Heartbeat!.Interval.TotalMinutes);
    }

    [Fact]
    public void A_heartbeat_must_be_the_only_service_of_its_name_on_a_host_that_is_always_checked()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(
            Sound + "[heartbeat]\nhost = \"a\"\nservice = \"NRPE agent\"\n[maintenance.m]\nsunday = \"00:00-01:00\"\nhosts = [\"a\"]\n", "f", TestChecks.All, problems));
        Assert.Contains("heartbeat.service: given \"NRPE agent\"; accepted: a name that no other service of a has", problems.ToString(), StringComparison.Ordinal);
        Assert.Contains("would stay away in the maintenance of a (m)", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_hosts_each_behind_the_one_before_are_read()
    {
        var text = new StringBuilder(Sound);
        for (int i = 0; i < 10_000; i++)
        {
            text.Append($"[hosts.node{i}]\naddress = \"192.0.2.3\"\ndatacenter = \"atl\"\nroles = [\"car\"]\nparents = [\"{(i == 0 ? "a" : $"node{i - 1}")}\"]\ntransport = \"nrpe\"\nos = \"redhat\"\n");
        }

        Assert.Equal(10_001, Accept(text.ToString()).Hosts.Count);
    }

    private static (string User, string Group, int Port, string Plugins, string PidFile, string Unit) Words(Agent agent) =>
        (agent.User, agent.Group, agent.Port, agent.PluginFolder, agent.PidFile, agent.Unit);

    private static string OverSsh(string settings) =>
        Sound.Replace("transport = \"nrpe\"\nos = \"redhat\"\n", $"transport = \"ssh\"\nos = \"redhat\"\n{settings}", StringComparison.Ordinal);

    private static EstateModel Accept(string text)
    {
        var problems = new Problems();
        EstateModel? estate = EstateModel.Parse(text, "estate.toml", TestChecks.All, problems);
        Assert.True(estate is not null, problems.ToString());
        return estate;
    }
}
