using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>One service of one host at the scheduler. Both generators take its names from here, so that they cannot differ.</summary>
/// <param name="Role">The role that brought it.</param>
/// <param name="Prefix">What the names of generated objects begin with.</param>
public abstract record HostService(Role Role, string Prefix)
{
    /// <summary>The service's name at the scheduler.</summary>
    public abstract string Description { get; }

    /// <summary>What the service is about, the same for every host that has it: <c>haproxy_proxies</c>, <c>load</c>.</summary>
    public abstract string Subject { get; }

    /// <summary>Its page below the site's runbooks: <c>check_haproxy#proxies</c>, <c>load</c>.</summary>
    public abstract string RunbookPage { get; }

    /// <summary>Whether the host's agent runs it; else the scheduler's machine does.</summary>
    public abstract bool IsBehindAgent { get; }

    /// <summary>Whether the scheduler's machine runs it and a dead agent explains its failure. Default: false.</summary>
    public virtual bool IsExplainedByAgent => false;

    /// <summary>The names of the groups that are told of it. Default: the role's.</summary>
    public virtual IReadOnlyList<string> ContactGroups => Role.ContactGroups;

    /// <summary>The command's name in nrpe.cfg or run-check.</summary>
    public string CommandName => $"{Prefix.Replace('-', '_')}{Subject}";
}

/// <summary>One concern of one of our checks: one command of the host's agent, one instance of the check.</summary>
/// <param name="Check">The check as it is deployed on this host.</param>
/// <param name="Concern">The concern.</param>
/// <param name="Role">The role that brought it.</param>
/// <param name="Prefix">What the names of generated objects begin with.</param>
public record ConcernService(RoleCheck Check, Concern Concern, Role Role, string Prefix) : HostService(Role, Prefix)
{
    /// <inheritdoc/>
    public override string Description => $"{Check.Title} {Concern.Name}";

    /// <inheritdoc/>
    public override string Subject => $"{ShortName(Check.Facts)}_{Instance}";

    /// <inheritdoc/>
    public override string RunbookPage => $"{Check.Facts.Name}#{Concern.Name}";

    /// <inheritdoc/>
    public override bool IsBehindAgent => true;

    /// <summary>The check's <c>--instance</c>: sudo allows it literally, and it selects the options file.</summary>
    public virtual string Instance => Check.Instance is null ? Concern.Name : $"{Check.Instance}-{Concern.Name}";

    /// <summary>
    /// The incident that it shares with the same concern of other hosts, such as <c>storage/bricks</c>; null for one of its own.
    /// </summary>
    public string? SharedIncident => Concern.IsShared && Check.Group is { } group ? $"{group}/{Concern.Name}" : null;

    /// <summary>Arguments of this concern beside those of the check. Default: none.</summary>
    public IReadOnlyList<string> MoreArguments { get; init; } = [];

    /// <summary>The options file's name in <c>/etc/ringfree/monitoring</c>.</summary>
    public string OptionsFile => $"{Check.Facts.Name}.{Instance}.options";

    internal static string ShortName(Facts facts) => facts.Name["check_".Length..];
}

/// <summary>A stock plugin with its argument line.</summary>
/// <param name="Command">The command as it is deployed on this host.</param>
/// <param name="IsOverridden">Whether its arguments are this host's alone; its line at the scheduler is then too.</param>
/// <param name="Role">The role that brought it.</param>
/// <param name="Prefix">What the names of generated objects begin with.</param>
public sealed record CommandService(StockCommand Command, bool IsOverridden, Role Role, string Prefix) : HostService(Role, Prefix)
{
    /// <inheritdoc/>
    public override string Description => Command.Title;

    /// <inheritdoc/>
    public override string Subject => Command.Name;

    /// <inheritdoc/>
    public override string RunbookPage => Command.RunbookPage;

    /// <inheritdoc/>
    public override bool IsBehindAgent => Command.Runner == Runner.Agent;

    /// <inheritdoc/>
    public override bool IsExplainedByAgent => Command.IsExplainedByAgent;
}

/// <summary>
/// Whether sudo lets the agent's user run what the host's checks need. Without it each of them would say only that NRPE read no output:
/// sudo complains where NRPE does not listen.
/// </summary>
/// <param name="Checks">The services whose checks run through sudo; never empty.</param>
/// <param name="Prefix">What the names of generated objects begin with.</param>
public sealed record SudoService(IReadOnlyList<ConcernService> Checks, string Prefix) : HostService(Checks[0].Role, Prefix)
{
    /// <inheritdoc/>
    public override string Description => "sudo";

    /// <inheritdoc/>
    public override string Subject => "sudo";

    /// <inheritdoc/>
    public override string RunbookPage => "sudo";

    /// <inheritdoc/>
    public override bool IsBehindAgent => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ContactGroups =>
        [.. Checks.SelectMany(check => check.ContactGroups).Distinct(StringComparer.Ordinal)];
}
