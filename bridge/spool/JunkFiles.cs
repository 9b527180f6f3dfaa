namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The files of the spool that are not usable notifications. They are moved to rejected/ after the notifications, some at a time, so that
/// no number of them holds up a page. One that cannot be moved is left alone for a while.
/// </summary>
internal sealed class JunkFiles(Spool spool, Store store, FleetDriver fleet, Log log, TimeProvider time)
{
    private const int MaxAtOnce = 500;
    private const int MaxKnown = 200_000;
    private const int MaxLines = 20;

    private static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SumsUpAfter = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, string Refusal)> waiting = new();
    private long since = time.GetTimestamp();
    private long summedUp = time.GetTimestamp();
    private int lines;
    private int unsaid;

    /// <summary>True while some wait to be moved.</summary>
    public bool IsWaiting => waiting.Count > 0;

    /// <summary>True for a file that need not be read: it waits to be moved, or cannot be moved.</summary>
    public bool Holds(string name) => known.Contains(name);

    /// <summary>Takes a file to be moved.</summary>
    /// <param name="name">The file.</param>
    /// <param name="refusal">Why it is not usable.</param>
    public void Add(string name, string refusal)
    {
        if (known.Count < MaxKnown && known.Add(name))
        {
            waiting.Enqueue((name, refusal));
        }
    }

    /// <summary>Leaves a file alone that cannot be moved, though its event is in the store.</summary>
    public void Leave(string name)
    {
        if (known.Count < MaxKnown)
        {
            known.Add(name);
        }
    }

    /// <summary>Moves some.</summary>
    /// <param name="attempt">Does what is given with a file; false when it fails.</param>
    public void MoveSome(Func<string, Action<string>, bool> attempt)
    {
        if (waiting.Count > 0)
        {
            // The page first: a file that has moved is not looked at again.
            fleet.Raise(
                OwnConcern.RejectedFile,
                $"a file in the spool is not a usable notification, so that a problem may page nobody: {waiting.Peek().Refusal}",
                $"it lies in {spool.RejectedFolder} now\nfirst: who wrote it (ls -l)? compare pagerduty-bridge list with the scheduler; "
                + "owner and group of the spool as bridge/README.md says");
            int room = spool.RoomForRejected();
            for (int i = Math.Min(MaxAtOnce, waiting.Count); i > 0; i--)
            {
                (string name, string refusal) = waiting.Peek();
                bool isKept = room > 0;
                if (attempt(name, file => spool.Reject(file, isKept)))
                {
                    room--;
                    Say(name, refusal);
                    known.Remove(name);
                }

                waiting.Dequeue();
            }
        }

        if (waiting.Count == 0)
        {
            SayRest();
            if (time.GetElapsedTime(since) > LeftAlone)
            {
                known.Clear();
                lines = 0;
                since = time.GetTimestamp();
            }
        }
    }

    private void Say(string name, string refusal)
    {
        log.Counters.Add(Counters.RejectedFiles);
        if (lines == MaxLines)
        {
            unsaid++;
            return;
        }

        lines++;
        string shown = Spool.IsEventName(name) ? name : "a file";
        store.Table.Record(null, "rejected", $"{shown}: {refusal}");
        log.Rejected(shown, refusal);
    }

    private void SayRest()
    {
        if (unsaid > 0 && time.GetElapsedTime(summedUp) > SumsUpAfter)
        {
            summedUp = time.GetTimestamp();
            store.Table.Record(null, "rejected", $"{unsaid} more files");
            log.RejectedMore(unsaid);
            unsaid = 0;
        }
    }
}
