using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>
/// The text of a drop-in for NRPE's unit, which keeps it from starting at boot whatever enables the unit: a package's upgrade may. The file
/// that it asks for lies on a file system that every boot empties.
/// </summary>
internal static class BootCondition
{
    /// <summary>While it exists, NRPE starts and run-check answers. RHEL 6 has no /run; /var/run is /run on newer systems.</summary>
    internal const string MayStart = "/var/run/ringfree-checks-may-start";

    internal static string Text(EstateHost host, Agent agent) => $"""
        # NRPE of {host.Name} does not start at boot, on purpose: a refused connection says that the host rebooted. Whoever knows why starts it:
        #   touch {MayStart} && systemctl start {agent.Unit}
        [Unit]
        ConditionPathExists={MayStart}

        """;
}
