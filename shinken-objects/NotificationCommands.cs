using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// One command for each route to PagerDuty, for hosts and services alike. Its line is fixed: a macro in it would put plugin output before a
/// shell. The bridge reads the NAGIOS_ environment instead.
/// </summary>
internal static class NotificationCommands
{
    internal static string Text(EstateModel estate, ObjectNames names, Dialect dialect) =>
        (dialect == Dialect.Nagios ? "# Nagios has no switch for one command: nagios.cfg must have enable_environment_macros=1, or the bridge sees nothing.\n" : "")
        + string.Concat(estate.Routes.Select(route => ObjectText.Define(
            "command",
            ("command_name", names.Notify(route)),
            ("command_line", $"{ObjectText.Word(route.Bridge)} notify --config {ObjectText.Word(route.Config)}"),
            ("enable_environment_macros", dialect == Dialect.Shinken ? "1" : null))));
}
