using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The verb notify, the scheduler's notification command: environment macros in, one spool file, exit 0. It runs for every notification,
/// so it touches nothing of what serve needs, unless no serve lives or the spool takes nothing: then it delivers by itself.
/// </summary>
internal static class Notify
{
    public static int Run(string configFile)
    {
        Dictionary<string, byte[]> macros = Macros.FromEnvironment();
        string[] missing = [.. new[] { Macros.NotificationType, Macros.HostName }
            .Where(name => macros.GetValueOrDefault(name) is not { Length: > 0 })];
        if (missing.Length > 0)
        {
            return Fail(
                ExitCode.Usage,
                $"{string.Join(" and ", missing.Select(name => $"NAGIOS_{name}"))} not in the environment: "
                + "set enable_environment_macros 1 on this notification command (Shinken) or in nagios.cfg (Nagios)");
        }

        var problems = new Problems();
        if (Config.LoadSpoolPath(configFile, problems) is not { } path)
        {
            return Fail(ExitCode.Usage, problems.ToString());
        }

        var moment = Moment.Now();
        string? refusal = Spool(new Spool(path), macros, moment, out bool isServed);
        if (refusal is null && isServed)
        {
            return ExitCode.Done;
        }

        var @event = new SchedulerEvent(moment.FileName(Environment.ProcessId), moment, macros);
        if (refusal is null && Meaning.Of(@event.Type, @event.IsBad) == IncidentState.Triggered
            && new MaintenanceFile(path).CoveredUntil(@event.Host, @event.Service, moment.Wall) is { } until)
        {
            Syslog.Error(
                $"pagerduty-bridge notify: serve does not run; spooled, and not delivered: in maintenance until {Words.Minute(until)}");
            return ExitCode.Done;
        }

        Answer answer = DirectDelivery.Send(configFile, @event);
        if (refusal is null && answer.Verdict == Verdict.Delivered && answer != DirectDelivery.Nothing)
        {
            DeliveryMark.Leave(path, @event.Id, answer.Text);
        }

        return answer.Verdict == Verdict.Delivered ? Delivered(refusal, answer.Text)
            : refusal is null
                ? Fail(ExitCode.Failed, $"the notification is spooled, but serve does not run and it is not delivered: {answer.Text}")
            : Fail(ExitCode.Failed, $"the notification is not spooled: {refusal}; and not delivered: {answer.Text}");
    }

    /// <returns>Why it is not spooled; null when it is.</returns>
    private static string? Spool(Spool spool, Dictionary<string, byte[]> macros, Moment moment, out bool isServed)
    {
        isServed = false;
        try
        {
            spool.Add(macros, moment, Environment.ProcessId);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return refused.Message;
        }

        try
        {
            isServed = spool.Lock.IsHeld();
        }
        catch (IOException)
        {
            // Who cannot ask delivers: once too often does no harm.
        }

        return null;
    }

    // It arrived, and yet something is broken that a person must know of.
    private static int Delivered(string? refusal, string how)
    {
        Syslog.Error(refusal is null
            ? $"pagerduty-bridge notify: serve does not run; delivered without it: {how}"
            : $"pagerduty-bridge notify: the notification is not spooled: {refusal}; delivered without it: {how}");
        return ExitCode.Done;
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
