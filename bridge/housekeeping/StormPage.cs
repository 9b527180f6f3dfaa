using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The one incident of a storm: it lists the members, each leaves when it recovers, and it resolves with the last. Criticals also page on
/// their own, before it.
/// </summary>
internal sealed class StormPage(Store store, FleetDriver driver) : IHousekeepingJob
{
    private const int MaxListed = 500;

    public TimeSpan Interval => TimeSpan.Zero;

    /// <summary>Writes the page again when its members changed, at most once a minute.</summary>
    public bool Run()
    {
        bool hasMembers = store.Table.Any(IncidentFilter.StormMembers);
        bool isAnyDue = driver.Step(new FleetInput.StormRead(hasMembers, driver.Own.IsBad(OwnConcern.Storm)), out FleetOutcome outcome);
        if (!outcome.Effects.OfType<FleetEffect.StormListed>().Any())
        {
            return isAnyDue;
        }

        Listed[] members = [.. store.Table.Select(
            IncidentFilter.StormMembers,
            incident => new Listed(
                incident.Host,
                Describe.Name(incident),
                incident.State,
                incident.Severity,
                incident.Suppression is not { Reason: SuppressionReason.Storm }))
            .OrderByDescending(member => member.Severity)];
        driver.Raise(OwnConcern.Storm, Headline(members), Details(members));
        return true;
    }

    private static string Headline(Listed[] members)
    {
        int hosts = members.Select(member => member.Host).Distinct(StringComparer.Ordinal).Count();
        int paged = members.Count(member => member.HasOwnPage);
        string states = string.Join(
            ", ", members.CountBy(member => member.State, StringComparer.Ordinal).Select(state => $"{state.Value} {state.Key}"));
        return $"{members.Length} problems on {hosts} {(hosts == 1 ? "host" : "hosts")} at once ({states}), {paged} of them paged on their own; first of them: {members[0].Name}";
    }

    private static string Details(Listed[] members)
    {
        var lines = new StringBuilder("still bad:\n");
        foreach (Listed member in members.Take(MaxListed))
        {
            lines.Append($"{member.State,-11} {member.Name}{(member.HasOwnPage ? "" : " (no page of its own)")}\n");
        }

        return members.Length > MaxListed ? lines.Append($"and {members.Length - MaxListed} more: pagerduty-bridge list\n").ToString()
            : lines.ToString();
    }

    private sealed record Listed(string Host, string Name, string State, Severity Severity, bool HasOwnPage);
}
