using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What doctor is asked for.</summary>
/// <param name="MainFile">The scheduler's main file; null to look for it.</param>
/// <param name="ObjectsFolder">Its objects; null for those that the main file names.</param>
/// <param name="Sends">Opens and closes test incidents by every channel.</param>
/// <param name="GoesThroughScheduler">Makes the scheduler notify and follows it.</param>
internal sealed record DoctorOptions(string? MainFile, string? ObjectsFolder, bool Sends, bool GoesThroughScheduler);

/// <summary>
/// The verb doctor: whether this installation can page. It judges config, secrets, folders, the unit, the scheduler and the ways out for
/// serve's user and the scheduler's, whoever runs it, and reports everything at once.
/// </summary>
internal static class Doctor
{
    /// <returns>0 all is good; 1 findings, or files that this user may not read; 2 the config cannot be read.</returns>
    public static int Run(string configFile, DoctorOptions options)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        var diagnosis = new Diagnosis();
        CheckConfig.JudgeFiles(diagnosis, config);
        string path = Path.GetFullPath(configFile);
        Installation installation = JudgeInstallation(diagnosis, config, path);
        UnitFile.Judge(diagnosis, config, path, installation);
        SchedulerFiles? files = installation.IsOnlyWatch ? null : JudgeScheduler(diagnosis, config, installation, options);
        if (!installation.IsOnlyWatch)
        {
            JudgeServe(diagnosis, config);
        }

        Network.Prepare();
        JudgeWayOutAsync(diagnosis, config, files, options).GetAwaiter().GetResult();
        StandardStreams.Output(diagnosis.Text(ProcessContext.User() == 0));
        return diagnosis.IsGood ? ExitCode.Done : ExitCode.Failed;
    }

    private static Installation JudgeInstallation(Diagnosis diagnosis, Config config, string path)
    {
        var installation = Installation.Judge(config, path, Secrets.Places(config), Diagnosis.Look, AccountFiles.OfThisMachine());
        foreach (string problem in installation.Problems)
        {
            diagnosis.AddWrong(problem);
        }

        foreach (string unknown in installation.Unknown)
        {
            diagnosis.AddUnknown(unknown);
        }

        foreach (string hidden in installation.Hidden)
        {
            diagnosis.AddHidden(hidden);
        }

        if (installation.IsOnlyWatch)
        {
            diagnosis.AddUnknown("spool and store: this host only runs watch");
        }
        else if (installation.Problems.Count == 0)
        {
            diagnosis.AddGood($"config, secrets, spool and store for {installation.Serve?.Name ?? "serve"} (serve) "
                + $"and {installation.Scheduler?.Name ?? "the scheduler's user"} (notify); access control lists are not looked at");
        }

        return installation;
    }

    private static SchedulerFiles? JudgeScheduler(Diagnosis diagnosis, Config config, Installation installation, DoctorOptions options)
    {
        var files = SchedulerFiles.Read(diagnosis, config.Scheduler, options.MainFile, options.ObjectsFolder);
        if (files is not null)
        {
            SchedulerConfig.Judge(diagnosis, files, config);
            SchedulerPlugins.Judge(diagnosis, files, installation.Scheduler, Diagnosis.Look, PluginTrial.Complaints);
        }

        return files;
    }

    private static void JudgeServe(Diagnosis diagnosis, Config config)
    {
        try
        {
            if (StoreAccess.Complaint(config.StorePath, out bool isClosed) is { } complaint)
            {
                if (isClosed)
                {
                    diagnosis.AddHidden(config.StorePath);
                }
                else if (Diagnosis.Look(Path.GetDirectoryName(config.StorePath)!).Facts is not null)
                {
                    diagnosis.AddWrong($"{config.StorePath}: {complaint}");
                }

                return;
            }

            using Store store = Store.OpenExisting(config.StorePath, TimeProvider.System, config.Policy);
            var steps = new StepsFile(config.StepsPath);
            Health health = Health.Read(config, store, steps, TimeProvider.System);
            foreach ((_, string sentence) in health.Complaints())
            {
                diagnosis.AddWrong(sentence);
            }

            if (health.Heartbeat is { } age)
            {
                diagnosis.AddGood(
                    $"the scheduler's last heartbeat came {Words.Duration(age)} ago (limit {Words.Duration(health.HeartbeatLimit)})");
            }
            else
            {
                diagnosis.AddUnknown($"the way from the scheduler: no notification of '{config.Heartbeat.Service}' has come yet");
            }
        }
        catch (Exception refused) when (
            refused is SqliteException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            diagnosis.AddWrong(
                $"cannot use {config.StorePath}: {refused.Message}", "systemctl restart pagerduty-bridge repairs a damaged store");
        }
    }

    private static async Task JudgeWayOutAsync(Diagnosis diagnosis, Config config, SchedulerFiles? files, DoctorOptions options)
    {
        var problems = new Problems();
        var secrets = Secrets.Load(config, problems);
        await Reachability.JudgeAsync(diagnosis, config, secrets);
        if (options.GoesThroughScheduler)
        {
            await ThroughScheduler.RunAsync(diagnosis, config, files);
        }

        if (options.Sends)
        {
            await SendBoth.RunAsync(diagnosis, config, secrets);
        }
        else
        {
            diagnosis.AddUnknown("whether PagerDuty takes the routing key, and with which urgency (pagerduty-bridge doctor --send)");
        }
    }
}
