using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// What the pages of agents, hosts and stock commands say beside the plugin's words, in steps.toml, which the bridge reads. An object
/// carries only the key of its step: Nagios 4 takes <c>`~$&amp;|'"&lt;&gt;</c> out of custom variables, and of a command only harm would be
/// left. Concerns of our own checks have none: these checks print the first step of what they found.
/// </summary>
internal sealed class Steps
{
    private const string MayStart = "/var/run/ringfree-checks-may-start";

    private readonly List<(string Key, string Text)> tables = [];
    private readonly Dictionary<EstateHost, string> agents = [];
    private readonly Dictionary<string, string> commands = new(StringComparer.Ordinal);
    private readonly EstateModel estate;

    internal Steps(EstateModel estate)
    {
        this.estate = estate;
        HostDown = Add("host-down", new Step(
            "{host} does not answer the Shinken host",
            "from the Shinken host: ping -c 3 {address}; then its console, or that of the node or storage that carries it. A "
                + "gateway: all behind it is out of reach, and pages nothing",
            []));
        Sudo = Add("sudo", SudoStep);
        foreach (EstateHost host in estate.Hosts.Where(host => host.Agent is not null))
        {
            Agent agent = host.Agent!;
            bool isNode = host.Services.OfType<ConcernService>().Any(service => service.Check.Facts.Name == "check_openvz");
            string kind = agent.Transport == Transport.Ssh ? "ssh" : "nrpe";
            string key = $"{kind}-{agent.Family}{(isNode ? "-openvz" : "")}{(agent.Certificates is null ? "" : "-tls")}";
            agents[host] = Add(key, agent.Transport == Transport.Ssh ? OfSsh(agent, isNode) : OfNrpe(agent, isNode));
        }

        foreach (CommandService service in estate.Hosts.SelectMany(host => host.Services).OfType<CommandService>()
            .DistinctBy(service => service.Command.Name))
        {
            commands[service.Command.Name] = Add($"stock-{service.Command.Name.Replace('_', '-')}", OfCommand(service.Command));
        }

        Heartbeat = estate.Heartbeat is null ? "" : Add("heartbeat", new Step(
            "the heartbeat is CRITICAL on purpose, and the bridge should keep it from PagerDuty",
            "leave the service as it is: no acknowledgement, no downtime. On the Shinken host: [heartbeat] host and service in the "
                + "bridge's file must be this host's and this service's",
            []));
    }

    /// <summary>The key of every host.</summary>
    internal string HostDown { get; }

    /// <summary>The key of the heartbeat; empty when the estate has none.</summary>
    internal string Heartbeat { get; }

    private string Sudo { get; }

    /// <summary>The file.</summary>
    internal string Text =>
        "# /etc/ringfree/monitoring/steps.toml of the Shinken host: root:root, mode 0644. Objects name these keys in _STEP; {host} "
            + "and {address} are the host's.\n"
        + string.Concat(tables.OrderBy(table => table.Key, StringComparer.Ordinal).Select(table => $"\n[steps.{table.Key}]\n{table.Text}"));

    /// <summary>The key of the service of a host's agent.</summary>
    internal string OfAgent(EstateHost host) => agents[host];

    /// <summary>The key of a service; null for a concern of our own checks.</summary>
    internal string? Of(HostService service) => service switch
    {
        CommandService stock => commands[stock.Command.Name],
        SudoService => Sudo,
        _ => null,
    };

    // Two agents of one family may differ in their unit: the second text of a key gets a number.
    private string Add(string wanted, Step step)
    {
        string key = wanted;
        for (int number = 2; ; number++)
        {
            string text = Toml(key, step);
            string? there = tables.Find(table => table.Key == key).Text;
            if (there is null)
            {
                tables.Add((key, text));
            }

            if (there is null || there == text)
            {
                return key;
            }

            key = string.Create(CultureInfo.InvariantCulture, $"{wanted}-{number}");
        }
    }

    private static Step SudoStep { get; } = new(
        "sudo on {host} does not let the checks run, so that nothing that needs root is watched there",
        "as root on {host}: visudo -c; ls -l /etc/sudoers.d; then sh install in its generated folder, which puts "
            + "/etc/sudoers.d/ringfree-monitoring back",
        [
            new StepCase(
                "must have a tty",
                "a requiretty on {host} keeps the checks from sudo",
                "as root on {host}: grep -rn requiretty /etc/sudoers /etc/sudoers.d shows who set it; it must stand before "
                    + "Defaults:USER !requiretty of ringfree-monitoring"),
            new StepCase(
                "password is required",
                "the sudo rules of the checks on {host} are gone, or sudo does not read them",
                "as root on {host}: visudo -c; ls -l /etc/sudoers.d/ringfree-monitoring (root, 0440); then sh install in its "
                    + "generated folder puts it back"),
            new StepCase(
                "not found",
                "sudo is missing on {host}",
                "as root on {host}: ls -l /usr/bin/sudo; install the package sudo again"),
        ]);

    private Step OfNrpe(Agent agent, bool isNode)
    {
        string log = agent.Family == "redhat" ? "/var/log/messages" : "/var/log/syslog";
        string tls = agent.Certificates is { } files
            ? $"ssh {{host}} openssl x509 -noout -dates -in {files.Certificate}; on the Shinken host the same of "
                + $"{estate.Scheduler.NrpeCertificate.Certificate}"
            : "ssh {host} grep allowed_hosts /etc/nagios/nrpe.cfg: it must name the Shinken host "
                + $"({string.Join(", ", estate.Scheduler.Addresses)}); ssh {{host}} tail -n 20 {log}";
        TlsFiles ours = estate.Scheduler.NrpeCertificate;
        string slow = $"{Slow}. Up for minutes: it rebooted: touch {MayStart} && service {agent.Unit} start, once you know why";
        string shown = agent.Certificates is null ? "" : $" -A {ours.Authority} -C {ours.Certificate} -K {ours.Key}";
        string port = string.Create(CultureInfo.InvariantCulture, $"{agent.Port}");
        return new Step(
            "the NRPE agent of {host} does not answer",
            $"from the Shinken host: {estate.Scheduler.PluginFolder}/check_nrpe -H {{address}} -p {port}{shown}; ssh {{host}} service "
                + $"{agent.Unit} status",
            [
                new StepCase(
                    "refused",
                    "{host} rebooted, or its NRPE stopped: NRPE does not start at boot, on purpose",
                    $"ssh {{host}} uptime. Rebooted: find out why (last -x; {log}){Containers(isNode)}, then as root there: touch "
                        + $"{MayStart} && service {agent.Unit} start. "
                        + $"Up for days: service {agent.Unit} status; tail -n 20 {log}"),
                new StepCase("SSL handshake", "the NRPE of {host} and the Shinken host do not agree on TLS", tls),
                new StepCase("reset by peer", "the NRPE of {host} hangs up on the Shinken host", tls),
                new StepCase(
                    "no route",
                    "the Shinken host has no way to the NRPE of {host}",
                    $"from the Shinken host: ping -c 3 {{address}}. It answers: a firewall on {{host}} rejects port {port}; it does "
                        + "not: the network or its gateway"),
                new StepCase("timeout", "{host} is up, but NRPE does not answer in time: overloaded, hung, or a firewall drops", slow),
                new StepCase("timed out", "{host} is up, but NRPE does not answer in time: overloaded, hung, or a firewall drops", slow),
            ]);
    }

    private static string Slow =>
        "ssh {host} uptime; does that hang too: its console. High load: ps axo stat,pid,comm shows what waits; many in state D wait for storage";

    private static Step OfSsh(Agent agent, bool isNode)
    {
        string daemon = agent.Family == "redhat" ? "sshd" : "ssh";
        return new Step(
            "the checks of {host} cannot be run over SSH",
            $"ping -c 3 {{address}}; ssh {{host}} uptime; from its console: service {daemon} status",
            [
                new StepCase(
                    "ringfree-checks-may-start",
                    "{host} rebooted: its checks wait until somebody has looked, on purpose",
                    $"ssh {{host}} uptime; find out why it rebooted (last -x){Containers(isNode)}, then as root there: touch {MayStart}"),
                new StepCase(
                    "refuses the connection",
                    "{host} rebooted and its sshd is not up yet, or its sshd died",
                    $"ping -c 3 {{address}}; from its console: uptime; service {daemon} status"),
                new StepCase(
                    "host key",
                    "{host} shows another host key than the known one: nothing was sent",
                    "do not accept the key before its console shows the same one; then the commands of the output"),
                new StepCase(
                    "does not accept identity",
                    "{host} does not let the scheduler's key in",
                    "from its console: tail -n 20 of sshd's log says why; sh install in its generated folder puts authorized_keys back"),
                new StepCase("silent", "{host} takes the connection, but its sshd does not answer in time", Slow),
            ]);
    }

    private static string Containers(bool isNode) => isNode ? "; service vz status" : "";

    // What NRPE says in the plugin's place stands before the plugin's own cases.
    private Step OfCommand(StockCommand command) => command.Runner == Runner.Scheduler ? command.Step : command.Step with
    {
        Cases =
        [
            new StepCase(
                "NRPE: Command timed out",
                $"{command.Title} of {{host}} did not end within {(long)estate.Timing.CommandTimeout.TotalSeconds} s",
                Slow),
            new StepCase(
                "NRPE: Unable to read output",
                $"{command.Title} of {{host}} was not measured: the plugin said nothing",
                $"ssh {{host}} ls -l {(command.Plugin[0] == '/' ? command.Plugin : $"/usr/lib*/nagios/plugins/{command.Plugin}")}; "
                    + "run it there by hand as the agent's user"),
            new StepCase(
                "not defined",
                $"{command.Title} of {{host}} was not measured: its nrpe.cfg and the scheduler's objects come from different estates",
                "sh install in the generated folder of {host}, as root there"),
            .. command.Step.Cases,
        ],
    };

    private static string Toml(string key, Step step) => new StringBuilder()
        .Append($"meaning = {Quoted(step.Meaning)}\nfirst = {Quoted(step.First)}\n")
        .AppendJoin("", step.Cases.Select(found =>
            $"\n[[steps.{key}.cases]]\noutput = {Quoted(found.Output)}\nmeaning = {Quoted(found.Meaning)}\nfirst = "
                + $"{Quoted(found.First)}\n"))
        .ToString();

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
