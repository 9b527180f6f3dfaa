using System.Globalization;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>What hosts and services have in common, and the settings that the scheduler's main file must have for it.</summary>
internal static class Templates
{
    internal static string Text(EstateModel estate, ObjectNames names, Dialect dialect) =>
        MainFileSettings(estate.Timing, dialect)
        + Host(estate.Timing, names)
        + Service(estate.Timing, names, dialect)
        + Agent(estate.Timing, names)
        + Foundation(estate.Timing, names)
        + (estate.Heartbeat is { } heartbeat ? Heartbeat(estate.Timing, heartbeat, names) : "");

    private static string MainFileSettings(Timing timing, Dialect dialect) => $"""
        # {(dialect == Dialect.Shinken ? "shinken.cfg" : "nagios.cfg")} must have:
        #   interval_length={(long)timing.Unit.TotalSeconds}
        #   service_check_timeout={(long)timing.ServiceCheckTimeout.TotalSeconds}
        {(dialect == Dialect.Shinken
            ? "# Environment macros stay off there: the notification commands switch them on for themselves."
            : "#   enable_environment_macros=1 (Nagios has this switch for all commands only; the notification commands read the environment)\n"
            + "#   soft_state_dependencies=1 (as Shinken does: what a failure depends on need not be believed yet to keep it quiet)\n"
            + "#   cached_host_check_horizon=0 (as Shinken does: a failed service asks its host anew, else the page of a lost link could come from behind it)")}


        """;

    private static string Host(Timing timing, ObjectNames names) =>
        "# No u: told of an UNREACHABLE, a lost gateway would be a page for each host behind it.\n"
        + ObjectText.Define(
            "host",
            [
                ("name", names.HostTemplate),
                ("register", "0"),
                ("check_command", names.HostCheck),
                ("notification_options", "d,r,f,s"),
                .. Common(timing, names),
            ]);

    private static string Service(Timing timing, ObjectNames names, Dialect dialect) => $"""
        # WARNING is told at every hour with the severity warning, which a PagerDuty service with urgency by severity makes low: nobody is woken.
        # UNKNOWN is told with the severity error, which is high: what nobody sees is as bad as what is broken. Behind a dead agent or beside a CRITICAL
        # foundation it is not told, because their own services are.
        {(dialect == Dialect.Shinken ? ShinkenSemantics : NagiosSemantics)}

        """
        + ObjectText.Define(
            "service",
            [
                ("name", names.ServiceTemplate),
                ("register", "0"),
                ("notification_options", "w,u,c,r,f,s"),
                .. Common(timing, names),

                // Shinken looks at the freshness of passive services alone.
                ("check_freshness", dialect == Dialect.Nagios ? "1" : null),
                ("freshness_threshold", dialect == Dialect.Nagios ? Freshness(timing) : null),
            ]);

    private const string ShinkenSemantics = """
        # What Shinken 2.4 does here and Nagios does not:
        # - a service that depends on another is kept quiet by a failure that is not believed yet (Nagios: soft_state_dependencies=1);
        # - a hard WARNING or CRITICAL that becomes UNKNOWN is not told again: the incident keeps its first words;
        # - an acknowledgement with sticky=2 holds until OK, also when WARNING turns CRITICAL: acknowledge with sticky=1;
        # - a service that recovers while its host is in downtime is never told: end the downtime, or resolve by hand.
        """;

    private const string NagiosSemantics = """
        # Results that stop arriving are asked for again (check_freshness); that none arrive at all, the heartbeat tells by staying away.
        """;

    private static string Agent(Timing timing, ObjectNames names) =>
        "# Quicker than the services that depend on it: believed dead before any of them can page. Its page says that a host rebooted, so it is never\n"
        + "# silenced as flapping.\n"
        + ObjectText.Define(
            "service",
            ("name", names.AgentTemplate),
            ("register", "0"),
            ("use", names.ServiceTemplate),
            ("check_interval", Units(timing, timing.Agent.Interval)),
            ("retry_interval", Units(timing, timing.Agent.Retry)),
            ("max_check_attempts", Text(timing.Agent.Attempts)),
            ("flap_detection_enabled", "0"));

    private static string Foundation(Timing timing, ObjectNames names) =>
        "# Asked as often as the agent: found bad before the services beside it are believed, so that a dead daemon is one page.\n"
        + ObjectText.Define(
            "service",
            ("name", names.FoundationTemplate),
            ("register", "0"),
            ("use", names.ServiceTemplate),
            ("check_interval", Units(timing, timing.Agent.Interval)));

    private static string Heartbeat(Timing timing, Heartbeat heartbeat, ObjectNames names) =>
        "# Always bad and volatile: told with each result of its check. Its notification_interval is that of its check and not 0, "
            + "with which Shinken would\n"
        + "# tell each contact once and never again; Nagios tells what is volatile at each result. When results stop arriving, or "
        + "notifications stop leaving,\n"
        + "# it stays away, and the bridge raises the alarm. On no account acknowledge it or put it into downtime.\n"
        + ObjectText.Define(
            "service",
            ("name", names.HeartbeatTemplate),
            ("register", "0"),
            ("use", names.ServiceTemplate),
            ("check_command", names.HeartbeatCheck),
            ("is_volatile", "1"),
            ("max_check_attempts", "1"),
            ("check_interval", Units(timing, heartbeat.Interval)),
            ("retry_interval", Units(timing, heartbeat.Interval)),
            ("notification_interval", Units(timing, heartbeat.Interval)),
            ("notification_options", "c"),
            ("flap_detection_enabled", "0"));

    private static IEnumerable<(string Directive, string? Value)> Common(Timing timing, ObjectNames names) =>
    [
        ("check_period", names.Always),
        ("notification_period", names.Always),
        ("notification_interval", Units(timing, timing.NotificationInterval)),
        ("contact_groups", names.ContactGroup(ContactGroup.OnCall)),
        ("check_interval", Units(timing, timing.Checks.Interval)),
        ("retry_interval", Units(timing, timing.Checks.Retry)),
        ("max_check_attempts", Text(timing.Checks.Attempts)),
        ("flap_detection_enabled", "1"),
        ("low_flap_threshold", Text(timing.Flapping.Low)),
        ("high_flap_threshold", Text(timing.Flapping.High)),
    ];

    // Three results missing, and the time that the last may take.
    private static string Freshness(Timing timing) => Text((long)((timing.Checks.Interval * 3) + timing.ServiceCheckTimeout).TotalSeconds);

    private static string Units(Timing timing, TimeSpan duration) => Text(timing.Units(duration));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
