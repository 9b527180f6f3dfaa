using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>What hosts and services have in common, and the settings that the scheduler's main file must have for it.</summary>
internal static class Templates
{
    internal static string Text(EstateModel estate, ObjectNames names, Dialect dialect) =>
        MainFileSettings(estate.Timing, dialect)
        + Host(estate.Timing, names)
        + Service(estate.Timing, names)
        + Agent(estate.Timing, names)
        + Foundation(estate.Timing, names);

    private static string MainFileSettings(Timing timing, Dialect dialect) => $"""
        # {(dialect == Dialect.Shinken ? "shinken.cfg" : "nagios.cfg")} must have:
        #   interval_length={(long)timing.Unit.TotalSeconds}
        #   service_check_timeout={(long)timing.ServiceCheckTimeout.TotalSeconds}
        {(dialect == Dialect.Shinken
            ? "# Environment macros stay off there: the notification commands switch them on for themselves."
            : "#   enable_environment_macros=1 (Nagios has this switch for all commands only; the notification commands read the environment)\n"
            + "#   soft_state_dependencies=1 (as Shinken does: what a failure depends on need not be believed yet to keep it quiet)")}


        """;

    // u is missing on purpose: a notification for UNREACHABLE would defeat the parents.
    private static string Host(Timing timing, ObjectNames names) => ObjectText.Define(
        "host",
        ("name", names.HostTemplate),
        ("register", "0"),
        ("check_command", names.HostCheck),
        ("check_period", names.Always),
        ("notification_period", names.Always),
        ("notification_options", "d,r,f,s"),
        ("notification_interval", Units(timing, timing.NotificationInterval)),
        ("contact_groups", names.OnCall),
        ("check_interval", Units(timing, timing.Checks.Interval)),
        ("retry_interval", Units(timing, timing.Checks.Retry)),
        ("max_check_attempts", Text(timing.Checks.Attempts)),
        ("flap_detection_enabled", "1"));

    private static string Service(Timing timing, ObjectNames names) => ObjectText.Define(
        "service",
        ("name", names.ServiceTemplate),
        ("register", "0"),
        ("check_period", names.Always),
        ("notification_period", names.Always),
        ("notification_options", "w,u,c,r,f,s"),
        ("notification_interval", Units(timing, timing.NotificationInterval)),
        ("contact_groups", names.OnCall),
        ("check_interval", Units(timing, timing.Checks.Interval)),
        ("retry_interval", Units(timing, timing.Checks.Retry)),
        ("max_check_attempts", Text(timing.Checks.Attempts)),
        ("flap_detection_enabled", "1"));

    private static string Agent(Timing timing, ObjectNames names) =>
        "# Quicker than the services that depend on it: believed dead before any of them can page.\n"
        + ObjectText.Define(
            "service",
            ("name", names.AgentTemplate),
            ("register", "0"),
            ("use", names.ServiceTemplate),
            ("check_command", names.AgentCheck(Transport.Nrpe)),
            ("check_interval", Units(timing, timing.Agent.Interval)),
            ("retry_interval", Units(timing, timing.Agent.Retry)),
            ("max_check_attempts", Text(timing.Agent.Attempts)));

    private static string Foundation(Timing timing, ObjectNames names) =>
        "# Asked as often as the agent: found bad before the services beside it are believed, so that a dead daemon is one page.\n"
        + ObjectText.Define(
            "service",
            ("name", names.FoundationTemplate),
            ("register", "0"),
            ("use", names.ServiceTemplate),
            ("check_interval", Units(timing, timing.Agent.Interval)));

    private static string Units(Timing timing, TimeSpan duration) => Text(timing.Units(duration));

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
