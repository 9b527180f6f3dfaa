using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>
/// One way in which a node runs a check. nrpe.cfg, run-check and sudoers are printed from the same words: sudo compares them literally, and
/// one character of difference is a check that never runs.
/// </summary>
/// <param name="CommandName">The name that check_nrpe or check_over_ssh asks for.</param>
/// <param name="AsRoot">Whether sudo stands before it.</param>
/// <param name="Words">The plugin's absolute path and its arguments; what runs as root has <c>--instance NAME</c> or none.</param>
public sealed record PluginCall(string CommandName, bool AsRoot, IReadOnlyList<string> Words)
{
    private const string Sudo = "/usr/bin/sudo -n ";

    /// <summary>What a shell runs, from nrpe.cfg and from run-check alike.</summary>
    public string ShellText => $"{(AsRoot ? Sudo : "")}{string.Join(' ', Words.Select(ShellWord.Quote))}";

    /// <summary>The command of the sudoers rule. Without arguments it ends in <c>""</c>: sudo would allow any otherwise.</summary>
    public string SudoersCommand => string.Join(' ', Words.Select(ForSudoers)) + (Words.Count == 1 ? " \"\"" : "");

    /// <summary>The call of a service.</summary>
    /// <param name="service">A service behind the agent.</param>
    /// <param name="agent">What runs it.</param>
    /// <returns>The call.</returns>
    public static PluginCall Of(HostService service, Agent agent) => service switch
    {
        ConcernService ours => new(ours.CommandName, ours.Check.Sudo, [$"{agent.PluginFolder}/{ours.Check.Facts.Name}", "--instance", ours.Instance]),
        CommandService stock => new(stock.CommandName, AsRoot: false, [stock.Command.PathIn(agent.PluginFolder), .. stock.Command.Arguments]),
        SudoService => new(service.CommandName, AsRoot: false, ["/bin/sh", AskSudo.Path]),
        _ => throw new ArgumentException($"{service.Description} is no service of a kind that an agent runs", nameof(service)),
    };

    // The characters that sudoers(5) reserves in a command and its arguments.
    private static string ForSudoers(string word) => string.Concat(word.Select(c => c is ',' or ':' or '=' or '\\' ? $"\\{c}" : c.ToString()));
}
