using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>The worst that became of each backend of a process within the latch time, from run to run.</summary>
internal sealed class WorstOfBackends
{
    private const string Word = "worst";

    private readonly ProcessChanges change;
    private readonly DateTimeOffset now;
    private readonly Dictionary<string, (Status Status, DateTimeOffset At)> known = [];

    /// <param name="change">What is remembered of the process.</param>
    /// <param name="now">The moment of the reading.</param>
    /// <param name="latch">How long something counts.</param>
    internal WorstOfBackends(ProcessChanges change, DateTimeOffset now, TimeSpan latch)
    {
        this.change = change;
        this.now = now;
        foreach ((string backend, string text) in change.PastOf(Word))
        {
            if (text.Split(' ') is [var word, var time]
                && StatusOrder.Parse(word) is { } status && MemoryTime.Parse(time) is { } at && at <= now && now - at <= latch)
            {
                known[backend] = (status, at);
            }
        }
    }

    /// <summary>Notes what is so of a backend now.</summary>
    /// <param name="backend">Its name.</param>
    /// <param name="status">WARNING or CRITICAL.</param>
    internal void Add(string backend, Status status)
    {
        if (Of(backend).Status.Or(status) == status)
        {
            known[backend] = (status, now);
        }
    }

    /// <summary>The worst of a backend, and when it was; OK when nothing is known.</summary>
    internal (Status Status, DateTimeOffset At) Of(string backend) => known.GetValueOrDefault(backend, (Status.Ok, now));

    /// <summary>Keeps it for the next run.</summary>
    internal void Remember()
    {
        foreach ((string backend, (Status status, DateTimeOffset at)) in known)
        {
            change.Keep(Word, backend, string.Create(CultureInfo.InvariantCulture, $"{status.Word} {at.UtcDateTime:s}"));
        }
    }
}
