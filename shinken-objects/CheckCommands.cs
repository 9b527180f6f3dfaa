using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// The commands: one for hosts, one for each kind of agent and each command of theirs, one for each stock plugin that the scheduler runs.
/// None takes an argument, so none can be injected.
/// </summary>
internal static class CheckCommands
{
    internal static string Text(EstateModel estate, ObjectNames names) =>
        HostCheck(estate, names)
        + (estate.Heartbeat is null ? "" : Heartbeat(estate, names))
        + string.Concat(estate.Hosts
            .Where(host => host.Agent is not null)
            .GroupBy(host => names.AgentCheck(host.Agent!), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => OfAgents(estate, [.. group], names)))
        + OfScheduler(estate, names)
        + OfContainers(estate, names);

    // The node is asked in the name of the container's host, so that its address and port stand here as they are.
    private static string OfContainers(EstateModel estate, ObjectNames names)
    {
        List<EstateHost> hosts = [.. estate.Hosts.Where(host => host.Container is not null)];
        return string.Concat(hosts.Select(host => host.Container!.Node).Distinct().Select(node =>
                Command(names.HostCheckOf(node), AboutNode(HostCheckLine(estate), node))))
            + string.Concat(hosts.SelectMany(host => host.Services.OfType<ContainerService>().Select(service => Command(
                names.Check(host, service), AboutNode(AskFor(estate, host.Container!.Node.Agent!, service), host.Container.Node)))));
    }

    private static string AboutNode(string line, EstateHost node) => line
        .Replace(ObjectText.HostAddress, node.Address, StringComparison.Ordinal)
        .Replace("$HOSTNAME$", node.Name, StringComparison.Ordinal)
        .Replace(Hosts.DatacenterMacro, node.Datacenter.Name, StringComparison.Ordinal)
        .Replace(Hosts.NrpePortMacro, Port(node), StringComparison.Ordinal)
        .Replace(Hosts.SshPortMacro, Port(node), StringComparison.Ordinal)
        .Replace(Hosts.SshUserMacro, node.Agent!.User, StringComparison.Ordinal);

    private static string Port(EstateHost node) => node.Agent!.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string AskFor(EstateModel estate, Agent agent, HostService service) =>
        $"{AskAgent(estate, agent)} {Naming(agent)}{ObjectText.Word(service.CommandName)}";

    private static string Naming(Agent agent) => agent.Transport == Transport.Ssh ? "" : "-u -c ";

    private static string OfAgents(EstateModel estate, List<EstateHost> hosts, ObjectNames names)
    {
        Agent agent = hosts[0].Agent!;
        string asked = AskAgent(estate, agent);
        (string daemon, string option) = agent.Transport == Transport.Ssh ? ("sshd", "a name") : ("NRPE", "-u");
        string behind = string.Concat(hosts
            .SelectMany(host => host.ServicesBehindAgent.Select(service => (Name: names.Check(host, service), service.CommandName)))
            .Distinct()
            .OrderBy(command => command.Name, StringComparer.Ordinal)
            .Select(command => Command(command.Name, $"{asked} {Naming(agent)}{ObjectText.Word(command.CommandName)}")));
        return $"# Without {option}: a refused connection is CRITICAL, because the host has rebooted or its {daemon} died.\n"
            + Command(names.AgentCheck(agent), asked)
            + (behind.Length == 0 ? "" : $"# With {option}: a connection that fails is UNKNOWN here, and the agent's own service pages.\n{behind}");
    }

    private static string AskAgent(EstateModel estate, Agent agent)
    {
        long wait = (long)estate.Timing.AgentTimeout.TotalSeconds;
        SchedulerSsh ssh = estate.Scheduler.Ssh;
        TlsFiles tls = estate.Scheduler.NrpeCertificate;
        return agent.Transport == Transport.Ssh
            ? $"{Plugin(estate, "check_over_ssh")} -H {Hosts.SshUserMacro}@{ObjectText.HostAddress} -p {Hosts.SshPortMacro} -t {wait}"
                + $" --identity {ObjectText.Word(ssh.Identity)} --known-hosts {ObjectText.Word(ssh.KnownHosts)}"
            : $"{Plugin(estate, "check_nrpe")} -H {ObjectText.HostAddress} -p {Hosts.NrpePortMacro} -t {wait}"
                + (agent.Certificates is null ? "" : $" -A {ObjectText.Word(tls.Authority)} -C {ObjectText.Word(tls.Certificate)} -K {ObjectText.Word(tls.Key)}");
    }

    private static string OfScheduler(EstateModel estate, ObjectNames names) => string.Concat(estate.Hosts
        .SelectMany(host => host.Services.OfType<CommandService>().Where(service => !service.IsBehindAgent).Select(service => (Name: names.Check(host, service), service.Command)))
        .DistinctBy(run => run.Name)
        .OrderBy(run => run.Name, StringComparer.Ordinal)
        .Select(run => Command(run.Name, Line(estate, run.Command.Plugin, run.Command.Arguments))));

    private static string HostCheck(EstateModel estate, ObjectNames names) =>
        Command(names.HostCheck, HostCheckLine(estate));

    private static string HostCheckLine(EstateModel estate) =>
        Line(estate, estate.Scheduler.HostCheck.Plugin, estate.Scheduler.HostCheck.Arguments);

    private static string Heartbeat(EstateModel estate, ObjectNames names) =>
        "# CRITICAL at every run, on purpose: see the template of the heartbeat.\n"
        + Command(names.HeartbeatCheck, $"{Plugin(estate, "check_dummy")} 2 {ObjectText.Word("always bad, on purpose: that this is told proves the way to PagerDuty")}");

    private static string Line(EstateModel estate, string plugin, IReadOnlyList<string> arguments)
    {
        bool isAddressed = arguments.Any(argument => argument.Contains(Placeholders.Address, StringComparison.Ordinal));
        return string.Join(' ', [Plugin(estate, plugin), .. isAddressed ? [] : new[] { "-H", ObjectText.HostAddress }, .. arguments.Select(ObjectText.WordWithMacros)]);
    }

    private static string Command(string name, string line) => ObjectText.Define("command", ("command_name", name), ("command_line", line));

    private static string Plugin(EstateModel estate, string name) => ObjectText.Word(name[0] == '/' ? name : $"{estate.Scheduler.PluginFolder}/{name}");
}
