using System.Diagnostics;
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
        [contacts.oncall]
        route = "pagerduty"

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
        Assert.Equal(new Labelled("atl", "atl"), estate.Datacenters[0]);
        EstateHost host = estate.Hosts[0];
        Assert.Equal("a", host.Alias);
        Assert.Equal((0, "/etc/ringfree/ssh/identity", "/etc/ringfree/ssh/known_hosts"), (estate.Scheduler.Ssh.PublicKeys.Count, estate.Scheduler.Ssh.Identity, estate.Scheduler.Ssh.KnownHosts));
        Assert.Equal(new Agent(Transport.Nrpe, 5666, "nrpe", "nrpe", "/usr/lib64/nagios/plugins", "/var/run/nrpe/nrpe.pid"), host.Agent);
        Assert.Equal(["car engine", "car brakes"], host.Services.Select(service => service.Description));
        Assert.Equal(["rf_car_engine", "rf_car_brakes"], host.Services.Select(service => service.CommandName));
        Assert.Equal(["check_car.engine.options", "check_car.brakes.options"], host.Services.Select(service => service.OptionsFile));
        Assert.False(host.Services[0].Check.Sudo);
        Assert.Equal(10, host.Services[0].Check.Deadline.TotalSeconds);
        Assert.Equal(new Route("pagerduty", "/usr/local/bin/pagerduty-bridge", "/etc/ringfree/pagerduty-bridge.toml"), estate.Contacts[0].Route);
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
        AgentService service = Assert.Single(estate.Hosts[0].Services);
        Assert.Equal(("two-brakes", "car two brakes", "rf_car_two-brakes"), (service.Instance, service.Description, service.CommandName));
        Assert.Equal(new Agent(Transport.Nrpe, 5667, "watch", "watch", "/usr/lib/nagios/plugins", "/run/nagios/nrpe.pid"), estate.Hosts[0].Agent);
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
            [roles.twice]
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
            [routes.pagerduty]
            bridge = "bridge --now"
            [contacts.oncall]
            route = "telepathy"
            [contacts.oncall]
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
    public void Ten_thousand_hosts_are_read_in_linear_time()
    {
        var text = new StringBuilder(Sound);
        for (int i = 0; i < 10_000; i++)
        {
            text.Append($"[hosts.node{i}]\naddress = \"192.0.2.3\"\ndatacenter = \"atl\"\nroles = [\"car\"]\nparents = [\"{(i == 0 ? "a" : $"node{i - 1}")}\"]\ntransport = \"nrpe\"\nos = \"redhat\"\n");
        }

        var clock = Stopwatch.StartNew();
        Assert.Equal(10_001, Accept(text.ToString()).Hosts.Count);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(4), $"{clock.Elapsed}");
    }

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
