using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// Has the scheduler's own check judge the object files, with a main file that has nothing but them and what the templates ask for.
/// </summary>
internal static class VerifyObjects
{
    internal static IEnumerable<Verdict> Verdicts(string root, EstateModel estate, Dialect dialect) =>
        [dialect == Dialect.Nagios ? ByNagios(root, estate) : ByShinken(root, estate), SchedulerMachine.Judge(estate, SchedulerMachine.OwnAddresses())];

    private static Verdict ByNagios(string root, EstateModel estate)
    {
        if (ExternalProgram.Find("nagios4", "nagios") is not { } nagios)
        {
            return Verdict.Absent("nagios4", root);
        }

        using TemporaryFolder folder = new();
        string main = folder.Write(
            "nagios.cfg",
            $"""
            cfg_dir={Path.GetFullPath(root)}
            interval_length={(long)estate.Timing.Unit.TotalSeconds}
            log_file={folder.Path}/nagios.log
            object_cache_file={folder.Path}/objects.cache
            precached_object_file={folder.Path}/objects.precache
            status_file={folder.Path}/status.dat
            temp_file={folder.Path}/nagios.tmp
            temp_path={folder.Path}
            check_result_path={folder.Path}
            lock_file={folder.Path}/nagios.lock
            check_external_commands=0
            use_syslog=0
            {(Environment.IsPrivilegedProcess ? "nagios_user=root\nnagios_group=root" : "# Nagios stays the user that started it.")}
            enable_environment_macros=1
            soft_state_dependencies=1
            cached_host_check_horizon=0
            illegal_object_name_chars=`~!$%^&*|'"<>?,()=
            illegal_macro_output_chars=`~$&|'"<>

            """);
        (int exitCode, string said) = nagios.Run("-v", main);
        bool isGood = exitCode == 0 && said.Contains("Total Warnings: 0", StringComparison.Ordinal) && said.Contains("Total Errors:   0", StringComparison.Ordinal);
        return new Verdict(isGood, isGood ? $"{nagios.Path} -v accepts {root}: no error and no warning" : $"{nagios.Path} -v refuses {root}:\n{Complaints(said, "Error", "Warning")}");
    }

    private static Verdict ByShinken(string root, EstateModel estate)
    {
        if (ExternalProgram.Find("shinken-arbiter") is not { } arbiter)
        {
            return Verdict.Absent("shinken-arbiter", root);
        }

        using TemporaryFolder folder = new();
        string main = folder.Write(
            "shinken.cfg",
            $"""
            cfg_dir={Path.GetFullPath(root)}
            interval_length={(long)estate.Timing.Unit.TotalSeconds}
            workdir={folder.Path}
            lock_file={folder.Path}/arbiterd.pid
            local_log={folder.Path}/arbiterd.log
            enable_environment_macros=0

            """);
        (int exitCode, string said) = arbiter.Run("-v", "-c", main);
        return new Verdict(exitCode == 0, exitCode == 0 ? $"{arbiter.Path} -v accepts {root}" : $"{arbiter.Path} -v refuses {root}:\n{Complaints(said, "ERROR", "WARNING")}");
    }

    private static string Complaints(string said, params string[] words)
    {
        List<string> lines = [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        List<string> complaints = [.. lines.Where(line => words.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)))];
        return string.Join('\n', complaints.Count > 0 ? complaints : lines.TakeLast(10));
    }
}
