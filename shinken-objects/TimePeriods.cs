using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>Always, the hours of the estate's own periods, and what its maintenance leaves of the week, each set of windows once.</summary>
internal static class TimePeriods
{
    internal static string Text(EstateModel estate, ObjectNames names)
    {
        string outside = string.Concat(estate.Hosts
            .Where(host => host.Maintenance.Count > 0)
            .DistinctBy(host => names.Outside(host.Maintenance))
            .Select(host => Period(
                names.Outside(host.Maintenance),
                $"Outside {string.Join(", ", host.Maintenance.Select(window => window.Alias))}",
                Week.Union(host.Maintenance.Select(window => window.Hours)).Rest)));
        return Period(names.Always, "Always", Week.Always)
            + string.Concat(estate.TimePeriods.Select(period => Period(names.Period(period), period.Alias, period.Hours)))
            + (outside.Length == 0 ? "" : "# Hours of checks, not of notifications: a RECOVERY outside a notification_period is lost for good, and PagerDuty would keep the incident.\n" + outside);
    }

    private static string Period(string name, string alias, Week hours) => ObjectText.Define(
        "timeperiod",
        [("timeperiod_name", name), ("alias", alias), .. Week.Days.Select(day => (day, hours.RangesOf(day)))]);
}
