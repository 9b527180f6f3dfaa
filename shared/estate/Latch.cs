namespace Ringfree.Monitoring.Estate;

/// <summary>
/// How long a finding that comes from a change stays raised. Shinken and Nagios page only what is bad in every attempt, and a change is
/// seen by one run alone: by hand just after a check, the next attempt is a whole interval away.
/// </summary>
internal static class Latch
{
    /// <summary>The shortest latch with which a change still pages.</summary>
    internal static TimeSpan Shortest(Rhythm checks) => checks.Interval + (checks.Retry * checks.Attempts);

    /// <summary>Null when a latch is long enough, else the complaint with the numbers.</summary>
    internal static string? Complaint(TimeSpan latch, Rhythm checks) => latch >= Shortest(checks)
        ? null
        : $"given {TomlText.Quoted(TomlText.Duration(latch))}, and a change would never page: it takes up to check_interval "
            + $"{TomlText.Duration(checks.Interval)} and "
            + $"{checks.Attempts} attempts of {TomlText.Duration(checks.Retry)} until it is believed; accepted: at least "
            + $"{TomlText.Duration(Shortest(checks))}";

    /// <summary>The role's latch, else the estate's, else the check's own, made long enough.</summary>
    internal static TimeSpan Of(RoleCheck check, Timing timing) =>
        check.Latch ?? timing.Latch ?? (check.Facts.Latch >= Shortest(timing.Checks) ? check.Facts.Latch : Shortest(timing.Checks));
}
