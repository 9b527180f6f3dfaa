namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Writes into the history what notify delivered without serve, and notes it as a failure when that happens while serve runs: then notify
/// does not see that it does.
/// </summary>
internal sealed class TakeMarks(Store store, Spool spool, TimeProvider time) : IHousekeepingJob
{
    private const int MostAtOnce = 200;

    private static readonly TimeSpan FailsFor = TimeSpan.FromMinutes(10);

    private readonly long servedSince = KernelClock.BootNanoseconds();
    private readonly string boot = new Moment(0, 0, Moment.CurrentBootId()).Boot;
    private long? pastServeAt;

    public TimeSpan Interval => TimeSpan.FromSeconds(2);

    public bool Run()
    {
        foreach (string id in DeliveryMark.Names(spool.Path, MostAtOnce))
        {
            if (store.History.KeyOf(id) is { } key && DeliveryMark.Read(spool.Path, id) is { } words)
            {
                store.Table.Record(key, "delivered", $"by notify, which saw no serve: {words}");
                DeliveryMark.Remove(spool.Path, id);
                NotePastServe(id, words);
            }
            else if (DeliveryMark.IsForgotten(spool.Path, id, time.GetUtcNow()))
            {
                DeliveryMark.Remove(spool.Path, id);
            }
        }

        if (pastServeAt is { } at && time.GetElapsedTime(at) > FailsFor)
        {
            pastServeAt = null;
            store.Failures.Succeeded(StoredFailures.PastServe);
        }

        return false;
    }

    private void NotePastServe(string id, string words)
    {
        if (Moment.IsAfter(id, boot, servedSince))
        {
            pastServeAt = time.GetTimestamp();
            store.Failures.Failed(
                StoredFailures.PastServe,
                $"{words} (ls -ld {spool.Path} {spool.Path}/serving: both must belong to serve's user)");
        }
    }
}
