using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>
/// One way in which NRPE runs a check. nrpe.cfg and sudoers are printed from the same words: sudo compares them literally, and one
/// character of difference is a check that never runs.
/// </summary>
/// <param name="NrpeCommand">The name that check_nrpe asks for.</param>
/// <param name="AsRoot">Whether sudo stands before it.</param>
/// <param name="Words">The plugin's absolute path and its arguments; an instance's are <c>--instance NAME</c>, else there are none.</param>
public sealed record PluginCall(string NrpeCommand, bool AsRoot, IReadOnlyList<string> Words)
{
    private const string Sudo = "/usr/bin/sudo -n ";

    /// <summary>The line of nrpe.cfg.</summary>
    public string CommandLine => $"command[{NrpeCommand}]={(AsRoot ? Sudo : "")}{string.Join(' ', Words)}";

    /// <summary>The command of the sudoers rule. Without arguments it ends in <c>""</c>: sudo would allow any otherwise.</summary>
    public string SudoersCommand => string.Join(' ', Words.Select(ForSudoers)) + (Words.Count == 1 ? " \"\"" : "");

    /// <summary>The call of a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="agent">The NRPE daemon that runs it.</param>
    /// <returns>The call.</returns>
    public static PluginCall Of(AgentService service, Agent agent) => new(
        service.NrpeCommand,
        service.Check.Sudo,
        [$"{agent.PluginFolder}/{service.Check.Facts.Name}", "--instance", service.Instance]);

    // The characters that sudoers(5) reserves in a command and its arguments.
    private static string ForSudoers(string word) => string.Concat(word.Select(c => c is ',' or ':' or '=' or '\\' ? $"\\{c}" : c.ToString()));
}
