namespace Ringfree.Monitoring.Bridge;

/// <summary>The store in numbers, for status and metrics.</summary>
/// <param name="Pending">Incidents that a delivery is due for.</param>
/// <param name="OldestPending">How long the oldest of them waits; zero when none does.</param>
/// <param name="DeadLetters">Incidents that PagerDuty refused for good.</param>
/// <param name="Open">Incidents that are bad.</param>
/// <param name="Held">Incidents that wait for a reason.</param>
/// <param name="Commands">Commands that the scheduler's pipe has not taken yet.</param>
internal sealed record FigureSet(long Pending, TimeSpan OldestPending, long DeadLetters, long Open, long Held, long Commands);

/// <summary>Counts what the store holds.</summary>
internal sealed class Figures(Database database, TimeProvider time)
{
    public FigureSet Read()
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long oldest = database.Number($"SELECT MIN(wanted_at) FROM incidents WHERE {Deliveries.IsDue}");
        return new FigureSet(
            database.Number($"SELECT COUNT(*) FROM incidents WHERE {Deliveries.IsDue}"),
            oldest > 0 ? TimeSpan.FromMilliseconds(Math.Max(0, now - oldest)) : TimeSpan.Zero,
            DeadLetters(),
            database.Number("SELECT COUNT(*) FROM incidents WHERE desired <> 3"),
            database.Number("SELECT COUNT(*) FROM incidents WHERE held > 0"),
            database.Number("SELECT COUNT(*) FROM commands"));
    }

    public long DeadLetters() =>
        database.Number($"SELECT COUNT(*) FROM incidents WHERE {Deliveries.IsDeadLetter}");
}
