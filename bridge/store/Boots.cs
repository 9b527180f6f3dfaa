namespace Ringfree.Monitoring.Bridge;

/// <summary>The boots whose notifications the bridge has met, in the order in which it met them.</summary>
internal sealed class Boots(Database database)
{
    /// <summary>The boots met so far with their order.</summary>
    public Dictionary<string, long> Known() =>
        database.Query("SELECT boot, ordinal FROM boots", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToDictionary(
            StringComparer.Ordinal);

    /// <summary>The order of a boot, which is the newest when it is met for the first time.</summary>
    public long OrdinalOf(string boot)
    {
        database.Execute("INSERT OR IGNORE INTO boots(boot) VALUES ($boot)", ("$boot", boot));
        return database.Scalar("SELECT ordinal FROM boots WHERE boot = $boot", ("$boot", boot));
    }
}
