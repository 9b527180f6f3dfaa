using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// One concern of one check on one host: one service at the scheduler, one command of the host's agent, one instance of the check. Both
/// generators take the names from here, so that they cannot differ.
/// </summary>
/// <param name="Check">The check as the host's role deploys it.</param>
/// <param name="Concern">The concern.</param>
/// <param name="Prefix">What the names of generated objects begin with.</param>
public sealed record AgentService(RoleCheck Check, Concern Concern, string Prefix)
{
    /// <summary>The check's <c>--instance</c>: sudo allows it literally, and it selects the options file.</summary>
    public string Instance => InstanceOf(Check.Instance, Concern);

    /// <summary>The service's name at the scheduler.</summary>
    public string Description => $"{Check.Title} {Concern.Name}";

    /// <summary>The command's name in nrpe.cfg or run-check.</summary>
    public string CommandName => $"{Prefix.Replace('-', '_')}{Subject}";

    /// <summary>What the service is about, the same for every host that has it: <c>haproxy_proxies</c>.</summary>
    public string Subject => $"{ShortName(Check.Facts)}_{Instance}";

    /// <summary>The options file's name in <c>/etc/ringfree/monitoring</c>.</summary>
    public string OptionsFile => $"{Check.Facts.Name}.{Instance}.options";

    internal static string InstanceOf(string? deployment, Concern concern) =>
        deployment is null ? concern.Name : $"{deployment}-{concern.Name}";

    internal static string ShortName(Facts facts) => facts.Name["check_".Length..];
}
