namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Whether the scheduler's user may run every program that the objects in force name: checks, event handlers, notifications; and whether
/// the checks' programs start as that user.
/// </summary>
internal static class SchedulerPlugins
{
    private const int MostNamed = 3;

    private const string CheckCommand = "check_command";
    private static readonly string[] Single = [CheckCommand, "event_handler"];
    private static readonly string[] Listed = ["service_notification_commands", "host_notification_commands"];

    /// <param name="diagnosis">Takes what is found.</param>
    /// <param name="files">The scheduler's configuration.</param>
    /// <param name="user">Its user; null when not known.</param>
    /// <param name="look">Looks at a path.</param>
    /// <param name="tries">Starts plugins as the user: what is wrong with each, or null when that cannot be tried here.</param>
    public static void Judge(
        Diagnosis diagnosis, SchedulerFiles files, Account? user, Func<string, PathLook> look,
        Func<Account, IReadOnlyList<string>, IReadOnlyList<string>?> tries)
    {
        if (user is null)
        {
            diagnosis.AddUnknown("the programs of the scheduler's commands: its user is not known before the spool exists");
            return;
        }

        HashSet<string> used = [.. files.InForce().SelectMany(one => Single.Select(key => one[key]).Concat(Listed.SelectMany(one.Names)))
            .Where(text => text.Length > 0).Select(text => text.Split('!')[0].Trim())];
        List<(string Name, string Line)> commands = [.. files.Objects
            .Where(one => one.Kind == "command" && used.Contains(one["command_name"]))
            .Select(one => (one["command_name"], one["command_line"]))];
        int before = diagnosis.Wrong.Count;
        HashSet<string> checks = [.. files.InForce().Select(one => one[CheckCommand].Split('!')[0].Trim())];
        List<string> plugins = [];
        foreach (IGrouping<string?, (string Name, string Line)> program in commands
            .GroupBy(command => files.ProgramOf(command.Line)).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            string needed = $"needed by {string.Join(", ", program.Take(MostNamed).Select(command => command.Name))}"
                + (program.Count() > MostNamed ? $" and {program.Count() - MostNamed} more commands" : "");
            if (program.Key is null)
            {
                diagnosis.AddUnknown($"the program {program.First().Line.Split(' ')[0]}: its folder is not known; {needed}");
            }
            else if (ProgramAccess.Complaint(program.Key, user, look) is var (finding, cure))
            {
                diagnosis.AddWrong($"{finding}; {needed}", cure.Length > 0 ? cure : Install(program.Key));
            }
            else if (program.Any(command => checks.Contains(command.Name)))
            {
                plugins.Add(program.Key);
            }
        }

        if (commands.Count > 0 && diagnosis.Wrong.Count == before)
        {
            diagnosis.AddGood($"{user.Name} may run the programs of {commands.Count} commands");
        }

        Try(diagnosis, user, plugins, tries);
    }

    // Event handlers act when they are started, and notification commands page: only checks are tried.
    private static void Try(
        Diagnosis diagnosis, Account user, List<string> plugins, Func<Account, IReadOnlyList<string>, IReadOnlyList<string>?> tries)
    {
        if (plugins.Count == 0)
        {
            return;
        }

        if (tries(user, plugins) is not { } complaints)
        {
            diagnosis.AddUnknown($"whether the check plugins start as {user.Name}: run doctor as root or as {user.Name}");
            return;
        }

        foreach ((string plugin, string complaint) in plugins.Zip(complaints).Where(tried => tried.Second.Length > 0))
        {
            diagnosis.AddWrong($"{plugin} {complaint}", $"try it: runuser -u {user.Name} -- {plugin} --version");
        }

        if (complaints.All(complaint => complaint.Length == 0))
        {
            diagnosis.AddGood($"{(plugins.Count == 1 ? "1 check plugin starts" : $"{plugins.Count} check plugins start")} as {user.Name}");
        }
    }

    private static string Install(string program) => Path.GetFileName(program) switch
    {
        "pagerduty-bridge" => "make install puts it there, or correct the path: bridge of [contacts] in the estate",
        "check_nrpe" => "install it there: Debian's nagios-nrpe-plugin has it",
        "check_over_ssh" or "check_sansay_ha" or "check_voipmon" or "check_haproxy" => "make install puts it there with PLUGINDIR",
        _ => "install it there: Debian's monitoring-plugins have the stock ones",
    };
}
