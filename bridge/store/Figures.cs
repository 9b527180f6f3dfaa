namespace Ringfree.Monitoring.Bridge;

/// <summary>The store in numbers, for status and metrics.</summary>
/// <param name="Pending">Incidents that a call is due for.</param>
/// <param name="OldestPending">How long the oldest of them waits; zero when none does.</param>
/// <param name="DeadLetters">Incidents that PagerDuty refused for good.</param>
/// <param name="Open">Incidents that are bad.</param>
/// <param name="Suppressed">Incidents that nothing is sent for.</param>
/// <param name="Commands">Commands that the scheduler's pipe has not taken yet.</param>
internal sealed record FigureSet(long Pending, TimeSpan OldestPending, long DeadLetters, long Open, long Suppressed, long Commands);

/// <summary>Counts what the store holds.</summary>
internal sealed class Figures(Database database, TimeProvider time)
{
    public FigureSet Read()
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long oldest = database.Scalar("SELECT MIN(waiting_since) FROM incidents WHERE due_at IS NOT NULL");
        return new FigureSet(
            database.Scalar("SELECT COUNT(*) FROM incidents WHERE due_at IS NOT NULL"),
            oldest > 0 ? TimeSpan.FromMilliseconds(Math.Max(0, now - oldest)) : TimeSpan.Zero,
            DeadLetters(),
            database.Scalar("SELECT COUNT(*) FROM incidents WHERE is_bad"),
            database.Scalar("SELECT COUNT(*) FROM incidents WHERE suppressed IS NOT NULL AND is_bad"),
            database.Scalar("SELECT COUNT(*) FROM commands"));
    }

    public long DeadLetters() => database.Scalar("SELECT COUNT(*) FROM incidents WHERE is_dead");
}
