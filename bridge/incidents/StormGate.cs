namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Decides for one batch of notifications whether a storm rages: more problems began within the window than one person can be paged for.
/// While it does, what is milder than critical waits in the storm's own incident.
/// </summary>
internal sealed class StormGate
{
    private readonly Database database;
    private readonly IncidentPolicy policy;
    private long began;

    public StormGate(Database database, IncidentPolicy policy, TimeProvider time)
    {
        this.database = database;
        this.policy = policy;
        began = database.Number(
            "SELECT COUNT(*) FROM incidents WHERE desired <> 3 AND problem_at > $since AND kind = 0 AND held <> 1",
            ("$since", (time.GetUtcNow() - policy.StormWindow).ToUnixTimeMilliseconds()));
        IsRaging = began >= policy.StormThreshold;
    }

    public bool IsRaging { get; private set; }

    /// <summary>Counts a problem that begins.</summary>
    /// <returns>True when the storm's incident speaks for it.</returns>
    public bool Admits(Severity severity, bool begins, Hold before)
    {
        if (begins && ++began >= policy.StormThreshold && !IsRaging)
        {
            IsRaging = true;
            TakeInWhatWaits();
        }

        return severity < Severity.Critical && (before == Hold.Storm || (begins && IsRaging));
    }

    // What has not been told yet is told by the storm; what has been stays an incident of its own.
    private void TakeInWhatWaits() => database.Run(
        """
        UPDATE incidents SET in_storm = 1, held = CASE WHEN severity < 3 AND delivered IN (0, 3) AND attempts = 0 THEN 2 ELSE held END,
            api_open = CASE WHEN severity < 3 AND delivered IN (0, 3) AND attempts = 0 AND version = 1 AND NOT mail_open THEN 0 ELSE api_open END
        WHERE kind = 0 AND desired <> 3 AND delivered_version < version AND held = 0
        """);
}
