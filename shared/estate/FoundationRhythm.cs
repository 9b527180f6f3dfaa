namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Whether a failed foundation (the agent, a daemon) keeps quiet what depends on it. Nagios 4 with <c>soft_state_dependencies=1</c> looks
/// at the state that the foundation has when the last attempt of a dependent is bad, believed or not; Shinken asks the foundation anew at
/// that moment, so what holds on Nagios holds there.
/// <list type="bullet">
/// <item>The foundation is found bad <c>check_interval</c> after the failure at the latest, and a dependent is believed no earlier than
/// <c>(max_check_attempts - 1) × retry_interval</c> after it. The first must be shorter. How long an answer takes to fail counts on both
/// sides: both ask the same daemon with the same timeout. Intervals are whole units, so "shorter" leaves a unit for a scheduler that is
/// late.</item>
/// <item>Nobody is told more slowly because of the dependency: the foundation is believed no later than its dependents would be.</item>
/// </list>
/// </summary>
public static class FoundationRhythm
{
    /// <summary>Whether the dependency holds.</summary>
    /// <param name="foundation">The rhythm of the agent or daemon.</param>
    /// <param name="dependents">The rhythm of the services that depend on it.</param>
    /// <returns>Null when it does, else the complaint with the numbers.</returns>
    public static string? Complaint(Rhythm foundation, Rhythm dependents) =>
        foundation.Interval >= dependents.QuickestVerdict
            ? $"a failed agent or daemon is found after up to {TomlText.Duration(foundation.Interval)} (its check_interval), but what "
                + "depends on it is believed after "
                + $"{TomlText.Duration(dependents.QuickestVerdict)} ({dependents.Attempts - 1} times retry_interval "
                + $"{TomlText.Duration(dependents.Retry)}): each service of a rebooted host "
                + "would page; accepted: the first shorter than the second"
            : foundation.SlowestVerdict > dependents.SlowestVerdict
                ? $"a failed agent or daemon pages after up to {TomlText.Duration(foundation.SlowestVerdict)} ({Sum(foundation)}) and "
                    + "keeps quiet what depends on it, which would page "
                    + $"after up to {TomlText.Duration(dependents.SlowestVerdict)} ({Sum(dependents)}); accepted: the first no longer "
                    + "than the second"
                : null;

    private static string Sum(Rhythm rhythm) =>
        $"check_interval {TomlText.Duration(rhythm.Interval)} and {rhythm.Attempts - 1} times retry_interval "
            + $"{TomlText.Duration(rhythm.Retry)}";
}
