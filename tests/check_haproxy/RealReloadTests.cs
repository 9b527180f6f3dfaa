namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>What is a restart of a real HAProxy, and what is none.</summary>
public sealed class RealReloadTests
{
    /// <summary>A morning of renewed certificates is no series of crashes.</summary>
    [Fact]
    public async Task A_reload_is_not_a_restart()
    {
        Needs.File("/usr/sbin/haproxy", "haproxy");
        const string Backend = "backend pbx\n  server pbx1 127.0.0.1:9";
        using RealHaproxy reloaded = new(Backend), restarted = new(Backend);
        Assert.Equal(0, Check(reloaded).ExitCode);
        Assert.Equal(0, Check(restarted).ExitCode);

        // Sooner, two looks are not compared.
        await Task.Delay(TimeSpan.FromSeconds(11));
        reloaded.Reload();
        ProcessResult reload = Check(reloaded, "-w", "restarts=0");
        Assert.Equal(0, reload.ExitCode);
        Assert.Matches("^HAPROXY OK - HAProxy .* up for [0-9]+s \\(reloaded since the last run\\) \\|.* restarts=0;", reload.Output);
        restarted.Restart();
        ProcessResult restart = Check(restarted, "-w", "restarts=0");
        Assert.Equal(1, restart.ExitCode);
        Assert.StartsWith("HAPROXY WARNING - HAProxy restarted 1 times (limit: at most 0) ", restart.Output, StringComparison.Ordinal);
    }

    private static ProcessResult Check(RealHaproxy haproxy, params string[] arguments) => ProcessRun.Run(
        Repository.Program("check_haproxy"),
        ["--only", "process", "--socket", haproxy.Socket, "--state-dir", haproxy.Folder, "-w", "idle=0:", "-c", "idle=0:", .. arguments]);
}
