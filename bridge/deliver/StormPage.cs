using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The one incident of a storm: it lists the members, each leaves when it recovers, and it resolves with the last. Criticals also page on
/// their own, before it.
/// </summary>
internal sealed class StormPage(Store store, OwnIncidents own, TimeProvider time)
{
    private const int MaxListed = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Writes the page anew when its members changed, at most once a minute.</summary>
    public void Refresh()
    {
        List<StormMember> members = store.Storm.Bad();
        if (members.Count == 0)
        {
            own.Clear(OwnIncidents.Storm);
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        if (own.IsBad(OwnIncidents.Storm) && store.Facts.IsWithin(StoredFacts.StormTold, Interval, now))
        {
            return;
        }

        store.Facts.Set(StoredFacts.StormTold, now);
        own.Raise(OwnIncidents.Storm, Headline(members), Details(members));
    }

    private static string Headline(List<StormMember> members)
    {
        int hosts = members.Select(member => member.Host).Distinct(StringComparer.Ordinal).Count();
        int alone = members.Count(member => member.HasOwnPage);
        string states = string.Join(", ", members.CountBy(member => member.State, StringComparer.Ordinal).Select(state => $"{state.Value} {state.Key}"));
        return $"{members.Count} problems on {hosts} {(hosts == 1 ? "host" : "hosts")} at once ({states}), {alone} of them paged on their own; first of them: {Name(members[0])}";
    }

    private static string Details(List<StormMember> members)
    {
        var lines = new StringBuilder("still bad:\n");
        foreach (StormMember member in members.Take(MaxListed))
        {
            lines.Append($"{member.State,-11} {Name(member)}{(member.HasOwnPage ? "" : " (no page of its own)")}\n");
        }

        return members.Count > MaxListed ? lines.Append($"and {members.Count - MaxListed} more: pagerduty-bridge list\n").ToString() : lines.ToString();
    }

    private static string Name(StormMember member) => member.Service.Length > 0 ? $"{member.Host} / {member.Service}" : member.Host;
}
