namespace Ringfree.Monitoring.Bridge;

/// <summary>A member of the storm that is still bad.</summary>
internal sealed record StormMember(string Host, string Service, string State, Severity Severity, bool HasOwnPage);

/// <summary>The members of the storm. Each leaves it when it recovers.</summary>
internal sealed class StormMembers(Database database)
{
    public List<StormMember> Bad() => database.All(
        "SELECT host, service, state, severity, held <> 2 FROM incidents WHERE in_storm = 1 AND desired <> 3 ORDER BY severity DESC, host, service",
        row => new StormMember(row.GetString(0), row.GetString(1), row.GetString(2), (Severity)row.GetInt64(3), row.GetBoolean(4)));
}
