namespace Ringfree.Monitoring.Estate;

/// <summary>Who runs a stock command.</summary>
public enum Runner
{
    /// <summary>The agent of the host that it is about: load, disk, swap.</summary>
    Agent,

    /// <summary>The scheduler's machine, from outside: ports, certificates, ping.</summary>
    Scheduler,
}

/// <summary>
/// A plugin that is not ours (of the Monitoring Plugins, mostly) with its argument line. It never runs as root: sudo would need to allow
/// its arguments.
/// </summary>
public sealed record StockCommand
{
    /// <summary>The name that roles refer to; it names the command at the agent and at the scheduler too.</summary>
    public required string Name { get; init; }

    /// <summary>The service's name at the scheduler. Default: the name.</summary>
    public required string Title { get; init; }

    /// <summary>A file in the plugin folder of the machine that runs it, or an absolute path.</summary>
    public required string Plugin { get; init; }

    /// <summary>Who runs it.</summary>
    public required Runner Runner { get; init; }

    /// <summary>
    /// Whether a host whose agent is dead explains its failure, such as that of the login to a host that hangs or boots: nobody is told
    /// then. Default: false. The agent's own commands depend on it anyway.
    /// </summary>
    public required bool IsExplainedByAgent { get; init; }

    /// <summary>
    /// The arguments, as the plugin gets them; run by the scheduler, still with the placeholders <c>{address}</c>, <c>{host}</c> and
    /// <c>{datacenter}</c>, and with <c>-H ADDRESS</c> in front unless one of them holds <c>{address}</c>.
    /// </summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its page below the site's runbooks. Default: the name.</summary>
    public required string RunbookPage { get; init; }

    /// <summary>What its page says.</summary>
    public required Step Step { get; init; }

    /// <summary>What its page below the site's runbooks says, Markdown; empty when that page is written elsewhere. Default:
    /// empty.</summary>
    public required string RunbookText { get; init; }

    /// <summary>The plugin's path where it runs.</summary>
    /// <param name="folder">The plugin folder there.</param>
    /// <returns>An absolute path.</returns>
    public string PathIn(string folder) => Plugin[0] == '/' ? Plugin : $"{folder}/{Plugin}";
}
