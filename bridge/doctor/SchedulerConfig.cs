namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Judges the scheduler's own config: what notify, the acknowledgements, the reconciliation and the dependencies need of it.
/// </summary>
internal static class SchedulerConfig
{
    private const string Macros = "enable_environment_macros";

    public static void Judge(Diagnosis diagnosis, SchedulerFiles files, Config config)
    {
        int before = diagnosis.Wrong.Count;
        Demand(diagnosis, files, config, "enable_notifications", "1", "1", "nothing is notified");
        if (config.Scheduler == "nagios")
        {
            JudgeNagios(diagnosis, files, config);
        }
        else
        {
            JudgeShinken(diagnosis, files, config);
        }

        JudgeNotificationCommand(diagnosis, files, config);
        if (diagnosis.Wrong.Count == before)
        {
            diagnosis.AddGood($"main file {files.Path}");
        }
    }

    private static void JudgeNagios(Diagnosis diagnosis, SchedulerFiles files, Config config)
    {
        Demand(diagnosis, files, config, Macros, "1", "0", "notify gets no macros");
        Demand(diagnosis, files, config, "soft_state_dependencies", "1", "0", "what a failed foundation explains pages beside it");
        Demand(diagnosis, files, config, "cached_host_check_horizon", "0", "15", "the page of a lost link can come from behind it");
        if (config.Acknowledgements.CommandPipe is { } pipe)
        {
            Demand(diagnosis, files, config, "check_external_commands", "1", "1", "acknowledgements are not read");
            Same(diagnosis, files, "command_file", pipe, "command_pipe of [acknowledgements]");
        }

        if (config.Reconcile.StatusFile is { } status)
        {
            Same(diagnosis, files, "status_file", status, "status_file of [reconcile]");
        }

        if (config.Reconcile.ObjectsFile is { } objects)
        {
            Same(diagnosis, files, "object_cache_file", objects, "objects_file of [reconcile]");
        }
    }

    private static void JudgeShinken(Diagnosis diagnosis, SchedulerFiles files, Config config)
    {
        if (config.Acknowledgements.CommandPipe is { } pipe
            && Module(diagnosis, files, "named_pipe", ["arbiter", "receiver"], "acknowledgements are not read") is { } named
            && named["command_file"] is { Length: > 0 } file && file != pipe)
        {
            diagnosis.AddWrong(
                $"{named.File}:{named.Line}: command_file is {file}, but command_pipe of [acknowledgements] is {pipe}",
                $"set command_file {pipe} there, then systemctl restart shinken");
        }

        if (config.Reconcile.Livestatus is { } address
            && Module(diagnosis, files, "livestatus", ["broker"], "the reconciliation cannot ask") is { } live)
        {
            // Without a log store its process dies and is started again for ever.
            if (live.Names("modules").Length == 0)
            {
                diagnosis.AddWrong(
                    $"{live.File}:{live.Line}: livestatus has no log store and dies at its start",
                    "add modules logstore-null there, then systemctl restart shinken");
            }

            string said = address.StartsWith('/') ? live["socket"] : live["port"];
            string wanted = address.StartsWith('/') ? address : address[(address.LastIndexOf(':') + 1)..];
            if (said.Length > 0 && said != wanted)
            {
                diagnosis.AddWrong(
                    $"{live.File}:{live.Line}: livestatus listens at {said}, but livestatus of [reconcile] is {address}",
                    "let the two agree");
            }
        }
    }

    // The modules lie in modules/, and a daemon's file says which of them it loads.
    private static ObjectDefinition? Module(Diagnosis diagnosis, SchedulerFiles files, string type, string[] daemons, string effect)
    {
        ObjectDefinition? module = files.Objects.LastOrDefault(one => one.Kind == "module" && one["module_type"].Replace('-', '_') == type);
        if (module is null)
        {
            diagnosis.AddWrong(
                $"Shinken has no module of the type {type}: {effect}",
                $"shinken install {(type == "named_pipe" ? "named-pipe" : type)}, then name it in modules of the {daemons[0]}");
        }
        else if (!files.Objects.Any(one => daemons.Contains(one.Kind, StringComparer.Ordinal)
            && one.Names("modules").Contains(module["module_name"], StringComparer.Ordinal)))
        {
            diagnosis.AddWrong(
                $"no {string.Join(" or ", daemons)} of Shinken loads the module {module["module_name"]} ({module.File}): {effect}",
                $"add {module["module_name"]} to modules of the {daemons[0]}, then systemctl restart shinken");
        }

        return module;
    }

    private static void JudgeNotificationCommand(Diagnosis diagnosis, SchedulerFiles files, Config config)
    {
        if (files.Objects.Count == 0)
        {
            return;
        }

        List<ObjectDefinition> commands = [.. files.Objects.Where(one => one.Kind == "command" && IsNotify(files, one))];
        if (commands.Count == 0)
        {
            diagnosis.AddWrong(
                "no command of the scheduler runs pagerduty-bridge notify",
                "deploy the generated objects, rf-notifications.cfg is among them");
        }

        foreach (ObjectDefinition command in commands.Where(one =>
            config.Scheduler == "shinken" && one[Macros] != "1" && files.Last(Macros)?.Value != "1"))
        {
            diagnosis.AddWrong(
                $"{command.File}:{command.Line}: {command["command_name"]} gets no macros",
                $"add {Macros} 1 to it, then systemctl reload shinken");
        }

        HashSet<string> used = [.. files.InForce().Where(one => one.Kind is "contact" or "notificationway")
            .SelectMany(one => one.Names("service_notification_commands").Concat(one.Names("host_notification_commands")))
            .Select(name => name.Split('!')[0])];
        if (commands.Count > 0 && !commands.Exists(command => used.Contains(command["command_name"])))
        {
            diagnosis.AddWrong(
                $"no contact notifies by {commands[0]["command_name"]}",
                "name it in service_notification_commands and host_notification_commands of the contact");
        }
    }

    private static bool IsNotify(SchedulerFiles files, ObjectDefinition command) =>
        command["command_line"].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, .., var verb] && verb == "notify"
        && Path.GetFileName(files.ProgramOf(command["command_line"])) == "pagerduty-bridge";

    private static void Demand(
        Diagnosis diagnosis, SchedulerFiles files, Config config, string key, string demanded, string absent, string effect)
    {
        MainSetting? given = files.Last(key);
        if ((given?.Value ?? absent) == demanded)
        {
            return;
        }

        string edit = given is null ? $"echo {key}={demanded} >>{files.Path}"
            : $"sed -i 's/^ *{key} *=.*/{key}={demanded}/' {given.Place[..given.Place.LastIndexOf(':')]}";
        diagnosis.AddWrong(
            $"{given?.Place ?? files.Path}: {key} is {given?.Value ?? $"not given, which means {absent}"}: {effect}",
            $"{edit} && systemctl restart {Service(files, config)}");
    }

    private static void Same(Diagnosis diagnosis, SchedulerFiles files, string key, string ours, string name)
    {
        if (files.Last(key) is { } given && given.Value != ours)
        {
            diagnosis.AddWrong($"{given.Place}: {key} is {given.Value}, but {name} is {ours}", $"set {name} to {given.Value}");
        }
    }

    // Debian's folder has the service's name.
    private static string Service(SchedulerFiles files, Config config) =>
        Path.GetFileName(Path.GetDirectoryName(files.Path)) is { } folder && folder.StartsWith(config.Scheduler, StringComparison.Ordinal)
            ? folder
            : config.Scheduler;
}
