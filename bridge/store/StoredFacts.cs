namespace Ringfree.Monitoring.Bridge;

/// <summary>Single moments that must survive a restart, by name.</summary>
internal sealed class StoredFacts(Database database)
{
    /// <summary>When PagerDuty last accepted anything, the canary included.</summary>
    public const string LastSuccess = "last_success";

    /// <summary>Since when no call of the API succeeded.</summary>
    public const string ApiFailingSince = "api_failing_since";

    /// <summary>When the estate's heartbeat notification last came.</summary>
    public const string Heartbeat = "heartbeat";

    /// <summary>Since when it is awaited, before the first one came.</summary>
    public const string HeartbeatAwaited = "heartbeat_awaited";

    /// <summary>When the storm's page was last written.</summary>
    public const string StormPagedAt = "storm_paged";

    /// <summary>When the mail of last resort was last sent.</summary>
    public const string LastResortSent = "last_resort_sent";

    /// <summary>When serve's loops last ran.</summary>
    public const string Alive = "alive";

    /// <summary>When scheduler and incidents were last compared.</summary>
    public const string Reconciled = "reconciled";

    public DateTimeOffset? Get(string name) =>
        database.Scalar("SELECT value FROM facts WHERE name = $name", ("$name", name)) is > 0 and var value
            ? DateTimeOffset.FromUnixTimeMilliseconds(value)
            : null;

    /// <summary>
    /// True when a moment lies less than a time behind. One that lies ahead was noted before the wall clock was set back.
    /// </summary>
    public bool IsWithin(string name, TimeSpan most, DateTimeOffset now) => now - Get(name) is { } age && age >= TimeSpan.Zero && age < most;

    public void Set(string name, DateTimeOffset? value)
    {
        if (value is { } moment)
        {
            database.Execute(
                "INSERT INTO facts VALUES ($name, $value) ON CONFLICT(name) DO UPDATE SET value = $value",
                ("$name", name),
                ("$value", moment.ToUnixTimeMilliseconds()));
        }
        else
        {
            database.Execute("DELETE FROM facts WHERE name = $name", ("$name", name));
        }
    }
}
