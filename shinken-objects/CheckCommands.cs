using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>A command for hosts, and for each transport one for the agents and one for each command of theirs: none takes an argument, so none can be injected.</summary>
internal static class CheckCommands
{
    internal static string Text(EstateModel estate, ObjectNames names)
    {
        long wait = (long)estate.Timing.AgentTimeout.TotalSeconds;
        SchedulerSsh ssh = estate.Scheduler.Ssh;
        string nrpe = $"{Plugin(estate, "check_nrpe")} -H {ObjectText.HostAddress} -p {Hosts.NrpePortMacro} -t {wait}";
        string overSsh = $"{Plugin(estate, "check_over_ssh")} -H {Hosts.SshUserMacro}@{ObjectText.HostAddress} -p {Hosts.SshPortMacro} -t {wait}"
            + $" --identity {ObjectText.Word(ssh.Identity)} --known-hosts {ObjectText.Word(ssh.KnownHosts)}";
        bool usesSsh = estate.Hosts.Any(host => host.Agent?.Transport == Transport.Ssh);
        return HostCheck(estate, names)
            + Agent(names, Transport.Nrpe, "# Without -u: a refused connection is CRITICAL, because the host has rebooted or its NRPE died.\n", nrpe)
            + "# With -u: a connection that fails is UNKNOWN here, and the agent's own service pages.\n"
            + Behind(estate, names, Transport.Nrpe, $"{nrpe} -u -c ")
            + (usesSsh ? Agent(names, Transport.Ssh, "# Without a name: a refused connection is CRITICAL, because the host has rebooted or its sshd died.\n", overSsh) : "")
            + (usesSsh ? "# With a name: a connection that fails is UNKNOWN here, and the agent's own service pages.\n" : "")
            + Behind(estate, names, Transport.Ssh, $"{overSsh} ");
    }

    private static string Agent(ObjectNames names, Transport transport, string comment, string asked) =>
        comment + ObjectText.Define("command", ("command_name", names.AgentCheck(transport)), ("command_line", asked));

    private static string Behind(EstateModel estate, ObjectNames names, Transport transport, string asked) => string.Concat(estate.Hosts
        .Where(host => host.Agent?.Transport == transport)
        .SelectMany(host => host.Services)
        .DistinctBy(service => service.CommandName)
        .OrderBy(service => service.CommandName, StringComparer.Ordinal)
        .Select(service => ObjectText.Define(
            "command",
            ("command_name", names.Check(transport, service)),
            ("command_line", asked + ObjectText.Word(service.CommandName)))));

    private static string HostCheck(EstateModel estate, ObjectNames names)
    {
        HostCheck check = estate.Scheduler.HostCheck;
        IEnumerable<string> words = [Plugin(estate, check.Plugin), "-H", ObjectText.HostAddress, .. check.Arguments.Select(ObjectText.Word)];
        return ObjectText.Define("command", ("command_name", names.HostCheck), ("command_line", string.Join(' ', words)));
    }

    private static string Plugin(EstateModel estate, string name) => ObjectText.Word($"{estate.Scheduler.PluginFolder}/{name}");
}
