using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Takes the spool's files into the store, in their order; a file goes when its event is committed.</summary>
internal sealed class Ingest(Spool spool, IncidentStore store, Log log, TimeProvider time, Signal arrived, Signal changed) : IDisposable
{
    private const int MaxBatch = 256;
    private const long MaxBatchBytes = 16L * 1024 * 1024;
    private const int MaxComplaints = 1_000;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromHours(1);

    private readonly HashSet<string> unreadable = new(StringComparer.Ordinal);
    private readonly string currentBoot = new Moment(0, 0, Moment.CurrentBootId()).Boot;
    private FileSystemWatcher? watcher;

    /// <summary>Runs until stopped. The kernel's notice of a new file only shortens the wait: the look each second is what counts.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        watcher = new FileSystemWatcher(spool.Path, "*" + Spool.EventSuffix) { NotifyFilter = NotifyFilters.FileName };
        watcher.Renamed += (_, _) => arrived.Raise();
        watcher.EnableRaisingEvents = true;
        DateTimeOffset housekeeping = DateTimeOffset.MinValue;
        while (true)
        {
            try
            {
                if (time.GetUtcNow() - housekeeping >= HousekeepingInterval)
                {
                    housekeeping = time.GetUtcNow();
                    spool.RemoveUnfinished(housekeeping);
                    store.Forget();
                }

                if (Once() > 0)
                {
                    changed.Raise();
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException)
            {
                log.IngestFailed(failure.Message);
            }

            await arrived.WaitAsync(PollInterval, stop);
        }
    }

    /// <summary>Takes in what is there.</summary>
    /// <returns>The number of events.</returns>
    public int Once()
    {
        var count = 0;
        var batch = new List<SchedulerEvent>();
        long bytes = 0;
        foreach (string name in InOrder(spool.Names(Rejected)))
        {
            if (Read(name) is not { } @event)
            {
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

        return count + Commit(batch);
    }

    public void Dispose() => watcher?.Dispose();

    private int Commit(List<SchedulerEvent> batch)
    {
        if (batch.Count == 0)
        {
            return 0;
        }

        List<string> outcomes = store.Ingest(batch, currentBoot);
        foreach ((SchedulerEvent @event, string outcome) in batch.Zip(outcomes))
        {
            spool.Remove(@event.Id);
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
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException denied) when (denied.HResult == Libc.PermissionDenied)
        {
            // Not the file's fault: it waits until a person has corrected the permissions.
            if (unreadable.Count < MaxComplaints && unreadable.Add(name))
            {
                log.IngestFailed(denied.Message);
            }

            return null;
        }
        catch (IOException unusable)
        {
            refusal = unusable.Message;
        }

        spool.Reject(name);
        Rejected(name, refusal);
        return null;
    }

    private void Rejected(string name, string reason)
    {
        store.RecordRejected(name, reason);
        log.Rejected(name, reason);
    }

    // Boots in the order in which they were met; the running one is the newest, and unknown ones before it count by their oldest file.
    private IEnumerable<string> InOrder(List<string> names)
    {
        Dictionary<string, long> known = store.Boots();
        return names
            .GroupBy(name => name[..8], StringComparer.Ordinal)
            .OrderBy(boot => known.TryGetValue(boot.Key, out long ordinal) ? ordinal : long.MaxValue)
            .ThenBy(boot => boot.Key == currentBoot)
            .ThenBy(boot => File.GetLastWriteTimeUtc(Path.Combine(spool.Path, boot.First())))
            .SelectMany(boot => boot);
    }
}
