namespace Ringfree.Monitoring.Lab.Tests;

/// <summary>Plays a scene of the lab with a real Nagios; README.md says what a scene is.</summary>
internal static class LabRun
{
    private static readonly (string Path, string Package)[] Parts =
    [
        ("/usr/sbin/nagios4", "nagios4-core"),
        ("/usr/sbin/nrpe", "nagios-nrpe-server"),
        ("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin"),
        ("/usr/lib/nagios/plugins/check_icmp", "monitoring-plugins-basic"),
        ("/usr/sbin/haproxy", "haproxy"),
        ("/usr/sbin/sshd", "openssh-server"),
        ("/usr/sbin/mariadbd", "mariadb-server"),
        ("/usr/sbin/glusterd", "glusterfs-server"),
        ("/usr/bin/jq", "jq"),
        ("/usr/bin/curl", "curl"),
        ("/usr/sbin/ip", "iproute2"),
    ];

    /// <summary>Fails with the scene's table and timeline when a verdict does not hold.</summary>
    /// <param name="scene">A file of scenes/.</param>
    /// <param name="deadline">When it must have ended, on a machine that may be busy.</param>
    /// <param name="settings">Environment of the scene.</param>
    internal static void Play(string scene, TimeSpan deadline, params (string Name, string Value)[] settings)
    {
        Needs.Root();
        foreach ((string path, string package) in Parts)
        {
            Needs.File(path, package);
        }

        ProcessResult run = ProcessRun.Run(
            "/usr/bin/env",
            [.. settings.Select(setting => $"{setting.Name}={setting.Value}"), $"LAB_LIMIT={(int)deadline.TotalSeconds}", Repository.PathOf("tests", "lab", "lab"), scene],
            deadline: deadline + TimeSpan.FromSeconds(30));
        Assert.True(run.ExitCode == 0, $"{run.Output}\n{run.Error}");
        Assert.Matches("[1-9][0-9]* of [1-9][0-9]* hold\n$", run.Output);
    }
}
