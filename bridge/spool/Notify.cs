using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The verb notify, the scheduler's notification command: environment macros in, one spool file, exit 0. It runs for every notification,
/// so it touches nothing of what serve needs.
/// </summary>
internal static class Notify
{
    public static int Run(string configFile)
    {
        Dictionary<string, byte[]> macros = Macros.FromEnvironment();
        string[] missing = [.. new[] { Macros.NotificationType, Macros.HostName }.Where(name => macros.GetValueOrDefault(name) is not { Length: > 0 })];
        if (missing.Length > 0)
        {
            return Fail(
                ExitCode.Usage,
                $"{string.Join(" and ", missing.Select(name => $"NAGIOS_{name}"))} not in the environment: "
                + "set enable_environment_macros 1 on this notification command (Shinken) or in nagios.cfg (Nagios)");
        }

        var problems = new Problems();
        if (Config.LoadSpoolPath(configFile, problems) is not { } spool)
        {
            return Fail(ExitCode.Usage, problems.ToString());
        }

        try
        {
            new Spool(spool).Add(macros, Moment.Now(), Environment.ProcessId);
            return ExitCode.Done;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Failed, $"the notification is not spooled: {refused.Message}");
        }
    }

    // The scheduler logs standard output, a person's shell shows standard error, and syslog is there when nobody looks at either.
    private static int Fail(int exitCode, string reason)
    {
        var line = $"pagerduty-bridge notify: {reason}";
        StandardStreams.Output($"{line}\n");
        StandardStreams.Error($"{line}\n");
        Syslog.Error(line);
        return exitCode;
    }
}
