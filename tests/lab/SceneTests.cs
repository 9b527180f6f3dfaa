namespace Ringfree.Monitoring.Lab.Tests;

/// <summary>A server behind HAProxy dies and comes back; what a responder does reaches Nagios.</summary>
public sealed class MainSceneTests
{
    [Fact]
    public void A_fault_pages_once_and_resolves() => LabRun.Play("main", TimeSpan.FromMinutes(8), ("UNIT", "2"));
}

/// <summary>One failure, one page.</summary>
public sealed class OnePageSceneTests
{
    [Fact]
    public void One_failure_is_one_page() => LabRun.Play("one-page", TimeSpan.FromMinutes(Soak.IsOn ? 30 : 8), ("OFFSETS", Soak.IsOn ? "10" : "1"));
}

/// <summary>
/// A node reboots at night. Where a host dies, the scheduler must learn it before its agent's retry, a unit later, has failed: with units of two
/// seconds a busy machine is too late for that, in production there is a minute.
/// </summary>
public sealed class RebootNightSceneTests
{
    [Fact]
    public void A_reboot_is_one_page_and_what_stays_down_is_another() => LabRun.Play("reboot-night", TimeSpan.FromMinutes(8));
}

/// <summary>Faults of the storage servers' pool, each one page.</summary>
public sealed class GlusterSceneTests
{
    [Fact(Explicit = true)]
    public void A_fault_of_the_pool_is_one_page() => LabRun.Play("gluster", TimeSpan.FromMinutes(45));

    [Fact(Explicit = true)]
    public void A_storage_server_or_the_line_between_two_is_one_page() => LabRun.Play("gluster-network", TimeSpan.FromMinutes(45));
}
