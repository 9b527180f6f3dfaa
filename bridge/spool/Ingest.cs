using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Takes the spool's files into the store, in their order; a file moves to taken/ when its event is committed.</summary>
internal sealed class Ingest(
    Spool spool, Store store, HeartbeatSwitch heartbeat, FleetDriver fleet, DeliverWithoutStore withoutStore, Log log, Signal arrived, Signal changed) : IDisposable
{
    private const int MaxBatch = 256;
    private const long MaxBatchBytes = 16L * 1024 * 1024;
    private const int MaxComplaints = 20;
    private const int BootLetters = 8;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> complained = new(StringComparer.Ordinal);
    private readonly JunkFiles junk = new(spool, store, fleet, log, TimeProvider.System);
    private readonly string currentBoot = new Moment(0, 0, Moment.CurrentBootId()).Boot;
    private long servedSince = KernelClock.BootNanoseconds();
    private FileSystemWatcher? watcher;
    private volatile bool hasTakenAll;

    /// <summary>True when all that lay in the spool at the last look is in the store; false before the first look, and while the store takes nothing.</summary>
    public bool HasTakenAll => hasTakenAll;

    /// <summary>Runs until stopped. The kernel's notice of a new file only shortens the wait: the look each second is what counts.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop)
    {
        Watch();
        return PollingLoop.RunAsync(OnceAsync, token => arrived.WaitAsync(PollInterval, token), liveness, log, stop);
    }

    /// <summary>Takes in what is there.</summary>
    /// <returns>The number of events.</returns>
    public int Once()
    {
        var count = 0;
        var batch = new List<SchedulerEvent>();
        long bytes = 0;
        foreach (string name in InOrder(spool.Names()))
        {
            if (junk.Holds(name) || Read(name) is not { } @event)
            {
                continue;
            }

            if (heartbeat.Takes(@event))
            {
                Attempt(name, spool.Remove);
                log.Heartbeat();
                continue;
            }

            batch.Add(@event);
            bytes += @event.Macros.Values.Sum(value => (long)value.Length);
            if (batch.Count == MaxBatch || bytes > MaxBatchBytes)
            {
                count += Commit(batch);
                bytes = 0;
            }
        }

        count += Commit(batch);
        if (count > 0)
        {
            changed.Raise();
        }

        junk.MoveSome(Attempt);
        if (junk.IsWaiting)
        {
            arrived.Raise();
        }

        return count;
    }

    public void Dispose() => watcher?.Dispose();

    private async Task OnceAsync(CancellationToken stop)
    {
        try
        {
            Once();
            hasTakenAll = true;
        }
        catch (SqliteException failure) when (!Database.IsDamage(failure))
        {
            hasTakenAll = false;
            log.StoreFailed("notifications", failure.Message);
            await withoutStore.OnceAsync(stop);
            servedSince = KernelClock.BootNanoseconds();
        }
    }

    private int Commit(List<SchedulerEvent> batch)
    {
        if (batch.Count == 0)
        {
            return 0;
        }

        List<string> outcomes = store.Incidents.Ingest(batch, currentBoot, servedSince);
        foreach ((SchedulerEvent @event, string outcome) in batch.Zip(outcomes))
        {
            if (!Attempt(@event.Id, spool.Take))
            {
                junk.Leave(@event.Id);
            }

            if (outcome == Incidents.Known)
            {
                continue;
            }

            log.Ingested(@event.Type, @event.Host, @event.Service, outcome);
        }

        int count = batch.Count;
        batch.Clear();
        return count;
    }

    private SchedulerEvent? Read(string name)
    {
        string refusal;
        try
        {
            if (spool.Read(name, out refusal) is { } @event)
            {
                return @event;
            }
        }
        catch (IOException gone) when (gone.HResult == Libc.ENOENT)
        {
            return null;
        }
        catch (IOException unusable) when (unusable.HResult is Libc.ELOOP or Libc.ENXIO)
        {
            refusal = unusable.Message; // a link, or a socket
        }
        catch (IOException passing)
        {
            Complain(name, passing.Message); // not the file's fault: it waits until the disk or the permissions are well again
            return null;
        }

        junk.Add(name, refusal);
        return null;
    }

    // A file that cannot be moved or removed must not keep the others waiting; one that is in the store already changes nothing there.
    private bool Attempt(string name, Action<string> action)
    {
        try
        {
            action(name);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Complain(name, refused.Message);
            return false;
        }
    }

    private void Complain(string name, string reason)
    {
        if (complained.Count < MaxComplaints && complained.Add(name))
        {
            log.IngestFailed(Spool.IsEventName(name) ? reason : "a file whose name notify never gives cannot be set aside");
        }
    }

    private void Watch()
    {
        try
        {
            watcher = new FileSystemWatcher(spool.Path, "*" + Spool.EventSuffix) { NotifyFilter = NotifyFilters.FileName };
            watcher.Renamed += (_, _) => arrived.Raise();
            watcher.EnableRaisingEvents = true;
        }
        catch (IOException exhausted)
        {
            log.WatchFailed(exhausted.Message);
        }
    }

    // Boots in the order in which they were met; the running one is the newest, and unknown ones before it count by their oldest file.
    private IEnumerable<string> InOrder(List<string> names)
    {
        Dictionary<string, long> known = store.Boots.Known();
        return names
            .GroupBy(name => Spool.IsEventName(name) ? name[..BootLetters] : "", StringComparer.Ordinal)
            .OrderBy(boot => known.TryGetValue(boot.Key, out long ordinal) ? ordinal : long.MaxValue)
            .ThenBy(boot => boot.Key == currentBoot)
            .ThenBy(boot => File.GetLastWriteTimeUtc(Path.Combine(spool.Path, boot.First())))
            .SelectMany(boot => boot);
    }
}
