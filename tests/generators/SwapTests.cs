namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>The example's swap check, as it is generated for a host of Debian's family, with the real plugin; the script is swap.sh.</summary>
public sealed class SwapTests
{
    [Fact]
    public void A_machine_without_swap_is_fine_and_a_full_swap_is_critical()
    {
        Needs.File("/usr/lib/nagios/plugins/check_swap", "monitoring-plugins-basic");
        ProcessResult run = PrivateMachine.Run("generators/swap.sh", TimeSpan.FromMinutes(1), Path.Combine(Generators.CommittedNodes, "papal", "nrpe.cfg"));
        Assert.Equal(
            (0, """
            0 SWAP OK - 0% free (0MB out of 0MB) - Swap is either disabled, not present, or of zero size.
            0 SWAP OK - 100% free (976MB out of 976MB)
            2 SWAP CRITICAL - 10% free (97MB out of 976MB)

            """, ""),
            (run.ExitCode, run.Output, run.Error));
    }
}
