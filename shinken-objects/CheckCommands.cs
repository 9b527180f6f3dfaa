using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>A command for hosts, one for the agents, and one for each NRPE command: none takes an argument, so none can be injected.</summary>
internal static class CheckCommands
{
    internal static string Text(EstateModel estate, ObjectNames names)
    {
        string asked = $"{Plugin(estate, "check_nrpe")} -H {ObjectText.HostAddress} -p {Hosts.PortMacro} -t {(long)estate.Timing.AgentTimeout.TotalSeconds}";
        IEnumerable<AgentService> distinct = estate.Hosts
            .SelectMany(host => host.Services)
            .DistinctBy(service => service.NrpeCommand)
            .OrderBy(service => service.NrpeCommand, StringComparer.Ordinal);
        return HostCheck(estate, names)
            + "# Without -u: a refused connection is CRITICAL, because the host has rebooted or its NRPE died.\n"
            + ObjectText.Define("command", ("command_name", names.AgentCheck), ("command_line", asked))
            + "# With -u: a connection that fails is UNKNOWN here, and the agent's own service pages.\n"
            + string.Concat(distinct.Select(service => ObjectText.Define(
                "command",
                ("command_name", names.Check(service)),
                ("command_line", $"{asked} -u -c {ObjectText.Word(service.NrpeCommand)}"))));
    }

    private static string HostCheck(EstateModel estate, ObjectNames names)
    {
        HostCheck check = estate.Scheduler.HostCheck;
        IEnumerable<string> words = [Plugin(estate, check.Plugin), "-H", ObjectText.HostAddress, .. check.Arguments.Select(ObjectText.Word)];
        return ObjectText.Define("command", ("command_name", names.HostCheck), ("command_line", string.Join(' ', words)));
    }

    private static string Plugin(EstateModel estate, string name) => ObjectText.Word($"{estate.Scheduler.PluginFolder}/{name}");
}
