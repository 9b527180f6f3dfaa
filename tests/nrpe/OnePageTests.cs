namespace Ringfree.Monitoring.Nrpe.Tests;

/// <summary>One failure, one page, at the example's own rhythm and at any moment between two checks; the script is one-page.sh.</summary>
public sealed class OnePageTests
{
    // Seconds for a minute of the example.
    private const int Unit = 2;

    private static readonly string[] Faults = ["dies", "rules", "tty"];

    [Fact]
    public void A_dead_agent_with_a_dead_daemon_is_one_page_and_so_is_a_sudo_that_refuses()
    {
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/lib/nagios/plugins/check_dummy", "monitoring-plugins-basic");
        Needs.File("/usr/sbin/haproxy", "haproxy");

        // Tenths of the unit, two at a time: the machine must stay quick enough for checks of every two seconds.
        int[][] moments = Soak.Times(1) == 1 ? [[0, 6]] : [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]];
        Assert.All(moments, at =>
        {
            using var folder = new TestFolder();
            ProcessResult run = PrivateMachine.Run(
                "nrpe/one-page.sh",
                TimeSpan.FromSeconds(400),
                folder.Write("estate.toml", Estate(at)),
                Path.GetDirectoryName(Repository.Program("shinken-objects"))!,
                $"{Unit}");
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal(Expected(at), run.Output);
        });
    }

    private static string Expected(int[] at) =>
        "the heartbeat is told once with each result\n"
        + string.Concat(at.Select(moment => Pages($"dies-{moment}", "NRPE agent", "nrpe-debian", "(No output on stdout) stderr: connect to address {0} port 5666: Connection refused", "NRPE v4.1.0")))
        + string.Concat(at.Select(moment => Pages($"rules-{moment}", "sudo", "sudo", Refused("sudo: a password is required"), Allowed)))

        // Behind the plugin's words what became of a first step that travelled in a custom variable: only the key arrives whole.
        + "PROBLEM shinken/Hostile CRITICAL (step host-down, stock-hostile): CRITICAL: it's `id` $(id) \"q\" & a; touch /run/x  "
        + "service nrpe start; its HOME id  cat\n"
        + string.Concat(at.Select(moment => Pages($"tty-{moment}", "sudo", "sudo", Refused("sudo: sorry, you must have a tty to run sudo"), Allowed)));

    private const string Allowed = "SUDO OK - sudo lets nagios run all 3 commands";

    private static string Refused(string words) => $"SUDO CRITICAL - sudo lets nagios run none of 3 commands: {words}";

    private static string Pages(string host, string service, string step, string problem, string recovery) =>
        $"PROBLEM {host}/{service} CRITICAL (step host-down, {step}): "
            + $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, problem, Address(host))}\n"
        + $"RECOVERY {host}/{service} OK (step host-down, {step}): {recovery}\n";

    private static string Address(string host) => $"192.0.2.{10 + (Array.IndexOf(Faults, host[..host.IndexOf('-', StringComparison.Ordinal)]) * 10) + (host[^1] - '0')}";

    private static string Estate(int[] at) => $$"""
        [site]
        example = true
        runbooks = "https://runbooks.example"
        [timing]
        interval_length = "1s"
        check_interval = "{{3 * Unit}}s"
        retry_interval = "{{Unit}}s"
        max_check_attempts = 4
        notification_interval = "30m"
        [timing.agent]
        check_interval = "{{Unit}}s"
        retry_interval = "{{Unit}}s"
        max_check_attempts = 2
        [scheduler]
        addresses = ["203.0.113.10"]
        plugins = "/usr/lib/nagios/plugins"
        host_check = { plugin = "check_dummy", arguments = ["0", "{address}"] }
        [commands.hostile]
        title = "Hostile"
        plugin = "check_dummy"
        on = "scheduler"
        arguments = ["2", "it's `id` $(id) \"q\" & a | b; $HOME of {address}"]
        meaning = "it's \"broken\" & `id` | $HOME; {host}"
        first = "touch /run/x && service nrpe start; it's \"$HOME\" `id` | cat <{address}>"
        [datacenters.atl]
        [roles.proxy]
        [[roles.proxy.checks]]
        check = "check_haproxy"
        title = "HAProxy"
        sudo = true
        only = ["proxies", "traffic", "process"]
        options = { socket = ["/run/{host}/haproxy.sock"] }
        [roles.monitoring]
        commands = ["hostile"]
        [hosts.shinken]
        address = "203.0.113.10"
        datacenter = "atl"
        roles = ["monitoring"]
        transport = "none"
        [heartbeat]
        host = "shinken"
        interval = "{{Unit}}s"
        [routes.pagerduty]
        [ways.page]
        route = "pagerduty"
        [contacts.pagerduty]
        ways = ["page"]

        """ + string.Concat(Faults.SelectMany(fault => at.Select(moment => $"""
        [hosts.{fault}-{moment}]
        address = "{Address($"{fault}-{moment}")}"
        datacenter = "atl"
        roles = ["proxy"]
        transport = "nrpe"
        os = "debian"

        """)));
}
