using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>The text of a host's file for /etc/sudoers.d: one literal line for each call that runs as root.</summary>
internal static class Sudoers
{
    internal static string Text(EstateHost host, Agent agent, IEnumerable<PluginCall> calls)
    {
        List<string> rules = [.. calls.Where(call => call.AsRoot).Select(call => $"{agent.User} ALL=(root) NOPASSWD: {call.SudoersCommand}\n")];
        string about = $"# /etc/sudoers.d/ringfree-monitoring of {host.Name}: root:root, mode 0440.\n";
        return rules.Count == 0
            ? $"{about}# No check of this host runs as root.\n"
            : $"{about}Defaults:{agent.User} !requiretty\n{string.Concat(rules)}";
    }
}
