namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>The verdicts of visudo and Nagios on files.</summary>
internal static class RealPrograms
{
    public static void DemandVisudo(string sudoers)
    {
        ProcessResult run = ProcessRun.Run("/usr/sbin/visudo", ["-cf", sudoers]);
        Assert.True(run.ExitCode == 0 && !run.Error.Contains("Warning", StringComparison.Ordinal), $"{sudoers}: {run.Output}{run.Error}");
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
