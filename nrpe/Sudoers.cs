using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>
/// The text of a host's file for /etc/sudoers.d: one literal line for each call that runs as root, and what holds for these commands
/// whatever the site's own Defaults are. An alias carries the commands, because Defaults take no arguments of a command.
/// Source: sudoers(5) of sudo 1.8.6, which is the one of RHEL 6.
/// </summary>
internal static class Sudoers
{
    /// <summary>The environment is not the caller's, files are root's alone, and no terminal of the caller can be typed into.</summary>
    private const string ForTheseCommands = "env_reset, !setenv, umask=0077, use_pty";

    internal static string Text(EstateHost host, Agent agent, IEnumerable<PluginCall> calls)
    {
        List<string> commands = [.. calls.Where(call => call.AsRoot).Select(call => call.SudoersCommand)];
        IEnumerable<string> rules = commands.Select(command => $"{agent.User} ALL=(root) NOPASSWD: {command}\n");
        string alias = AliasOf(host.Name);
        string about = $"# /etc/sudoers.d/ringfree-monitoring of {host.Name}: root:root, mode 0440.\n";
        return commands.Count == 0
            ? $"{about}# No check of this host runs as root.\n"
            : $"{about}Cmnd_Alias {alias} = {string.Join(", \\\n    ", commands)}\n"
                + $"Defaults:{agent.User} !requiretty\nDefaults!{alias} {ForTheseCommands}\n{string.Concat(rules)}";
    }

    /// <summary>Capitals, digits and underscores are all that an alias may have; no two hosts' files define the same.</summary>
    private static string AliasOf(string host) =>
        $"RINGFREE_{string.Concat(host.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'))}";
}
