namespace Ringfree.Monitoring.Programs.Tests;

/// <summary>The cures for a memory folder, followed as they are printed on a private machine: see memory-cures.sh.</summary>
public sealed class MemoryCureTests
{
    [Fact]
    public void A_memory_folder_is_mended_by_the_printed_command()
    {
        Needs.File("/usr/bin/sudo", "sudo");
        Needs.File("/usr/sbin/runuser", "util-linux");
        ProcessResult cures = PrivateMachine.Run("programs/memory-cures.sh", TimeSpan.FromMinutes(1), Repository.Program("check_gluster_split"));
        Snapshot.Match(cures.Output + cures.Error, "memory-cures");
    }
}
