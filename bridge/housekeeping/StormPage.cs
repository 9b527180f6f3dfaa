using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The one incident of a storm: it lists the members, each leaves when it recovers, and it resolves with the last. Criticals also page on
/// their own, before it.
/// </summary>
internal sealed class StormPage(Store store, OwnIncidents own, TimeProvider time) : IHousekeepingJob
{
    private const int MaxListed = 500;

    private static readonly TimeSpan RewriteInterval = TimeSpan.FromMinutes(1);

    public TimeSpan Interval => TimeSpan.Zero;

    /// <summary>Writes the page again when its members changed, at most once a minute.</summary>
    public bool Run()
    {
        Incident[] members = [.. store.Table.Query(IncidentFilter.StormMembers).OrderByDescending(member => member.Severity)];
        if (members.Length == 0)
        {
            own.Clear(OwnIncidents.Storm);
            return false;
        }

        DateTimeOffset now = time.GetUtcNow();
        if (own.IsBad(OwnIncidents.Storm) && store.Facts.IsWithin(StoredFacts.StormPagedAt, RewriteInterval, now))
        {
            return false;
        }

        store.Facts.Set(StoredFacts.StormPagedAt, now);
        own.Raise(OwnIncidents.Storm, Headline(members), Details(members), IncidentKind.Storm);
        return true;
    }

    private static bool HasOwnPage(Incident member) => member.Suppression is not { Reason: SuppressionReason.Storm };

    private static string Headline(Incident[] members)
    {
        int hosts = members.Select(member => member.Host).Distinct(StringComparer.Ordinal).Count();
        int paged = members.Count(HasOwnPage);
        string states = string.Join(", ", members.CountBy(member => member.State, StringComparer.Ordinal).Select(state => $"{state.Value} {state.Key}"));
        return $"{members.Length} problems on {hosts} {(hosts == 1 ? "host" : "hosts")} at once ({states}), {paged} of them paged on their own; first of them: {Describe.Name(members[0])}";
    }

    private static string Details(Incident[] members)
    {
        var lines = new StringBuilder("still bad:\n");
        foreach (Incident member in members.Take(MaxListed))
        {
            lines.Append($"{member.State,-11} {Describe.Name(member)}{(HasOwnPage(member) ? "" : " (no page of its own)")}\n");
        }

        return members.Length > MaxListed ? lines.Append($"and {members.Length - MaxListed} more: pagerduty-bridge list\n").ToString() : lines.ToString();
    }
}
