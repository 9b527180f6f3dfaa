namespace Ringfree.Monitoring.Lab.Tests;

/// <summary>
/// The whole example estate, deployed on healthy hosts under a real Nagios: nobody is paged. The scene is scenes/healthy.
/// </summary>
public sealed class EstateLabTests
{
    [Fact]
    public void The_example_estate_is_quiet_on_healthy_hosts() =>
        LabRun.Play(
            "healthy",
            TimeSpan.FromMinutes(Soak.IsOn ? 20 : 8),
            ("INTERVALS", Soak.IsOn ? "100" : "5"),
            ("SHARED", Soak.IsOn ? "" : "1"));

    [Fact]
    public void The_lab_changes_nothing_in_the_estate_but_this()
    {
        string estate = Repository.PathOf("shared", "estate.toml");
        ProcessResult changed = ProcessRun.Shell("sed -f \"$1\" \"$2\" | diff \"$2\" - | grep '^[<>]'", Repository.PathOf("tests", "lab", "overlay.sed"), estate);
        Assert.Equal((0, ""), (changed.ExitCode, changed.Error));
        Snapshot.Match(changed.Output, "overlay");
    }
}
