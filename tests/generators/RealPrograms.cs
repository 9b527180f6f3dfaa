using Ringfree.Monitoring.NrpeConfig;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>The verdicts of visudo and Nagios on files.</summary>
internal static class RealPrograms
{
    public static void DemandVisudo(string sudoers)
    {
        ProcessResult run = ProcessRun.Run("/usr/sbin/visudo", ["-cf", sudoers]);
        Assert.True(run.ExitCode == 0 && !run.Error.Contains("Warning", StringComparison.Ordinal), $"{sudoers}: {run.Output}{run.Error}");
    }

    /// <summary>
    /// Demands that authorized_keys holds a key, and that run-check is shell that waits until checks may start, and refuses what it does
    /// not know.
    /// </summary>
    public static void DemandSshNode(string folder, string host)
    {
        ProcessResult keys = ProcessRun.Run("/usr/bin/ssh-keygen", ["-lf", Path.Combine(folder, "authorized_keys")]);
        Assert.True(keys.ExitCode == 0, keys.Error);
        string script = File.ReadAllText(Path.Combine(folder, "run-check"));
        using var copies = new TestFolder();
        string started = copies.Write("started", script.Replace(BootCondition.MayStart, "/", StringComparison.Ordinal));
        string waiting = copies.Write("waiting", script.Replace(BootCondition.MayStart, "/dev/null/x", StringComparison.Ordinal));
        foreach (string shell in new[] { "/bin/sh", "/bin/bash" })
        {
            DemandAnswer(shell, started, "sh", 3, $"RUN-CHECK UNKNOWN - {host} has no such command: ");
            DemandAnswer(shell, waiting, "sh", 3, $"RUN-CHECK UNKNOWN - {host} rebooted at ");
            DemandAnswer(shell, waiting, "", 2, $"RUN-CHECK CRITICAL - {host} rebooted at ");
        }
    }

    private static void DemandAnswer(string shell, string script, string command, int exitCode, string start)
    {
        ProcessResult run = ProcessRun.Run(shell, [script], new Dictionary<string, string> { ["SSH_ORIGINAL_COMMAND"] = command });
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        Assert.StartsWith(RunCheck.Mark + start, run.Output, StringComparison.Ordinal);
    }

    /// <summary>Demands zero errors and zero warnings, and returns what Nagios said.</summary>
    public static string DemandNagios(string objects)
    {
        using var folder = new TestFolder();
        string mainFile = folder.Write(
            "nagios.cfg",
            $"""
            cfg_dir={objects}
            log_file={folder.PathOf("nagios.log")}
            object_cache_file={folder.PathOf("objects.cache")}
            precached_object_file={folder.PathOf("objects.precache")}
            status_file={folder.PathOf("status.dat")}
            temp_file={folder.PathOf("nagios.tmp")}
            temp_path={folder.Root}
            check_result_path={folder.Root}
            lock_file={folder.PathOf("nagios.lock")}
            check_external_commands=0
            use_syslog=0
            nagios_user={Environment.UserName}
            nagios_group=root
            enable_environment_macros=1
            soft_state_dependencies=1
            cached_host_check_horizon=0
            illegal_object_name_chars=`~!$%^&*|'"<>?,()=
            illegal_macro_output_chars=`~$&|'"<>

            """);
        ProcessResult run = ProcessRun.Run("/usr/sbin/nagios4", ["-v", mainFile]);
        Assert.True(
            run.ExitCode == 0
            && run.Output.Contains("Total Warnings: 0", StringComparison.Ordinal)
            && run.Output.Contains("Total Errors:   0", StringComparison.Ordinal),
            run.Output + run.Error);
        return run.Output;
    }
}
