using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// What one concern remembers of each source: <c>WORD tab SOURCE tab NAME</c> to a text. A source that does not answer this time keeps what
/// is known of it.
/// </summary>
/// <param name="concern">The concern.</param>
/// <param name="sources">Every source that was asked, whether or not it answered.</param>
/// <param name="report">Takes notes of what is not compared.</param>
internal sealed class Changes(ConcernReport concern, IReadOnlyList<string> sources, ReportBuilder report)
{
    private readonly HashSet<string> renewed = [];

    /// <summary>Whether any source has an interval to compare.</summary>
    internal bool AnyInterval { get; private set; }

    /// <summary>The changes of the process that answered at a source.</summary>
    internal ProcessChanges Of(HaproxyStats stats)
    {
        ProcessChanges process = new(concern, stats);
        AnyInterval |= process.Seconds is not null;
        if (process.IsFirstLook)
        {
            report.Note($"first look at {stats.Source}: rates, flapping and restarts are judged from the next run on");
        }
        else if (process.IsTooSoon)
        {
            report.Note($"the last look at {stats.Source} was less than {ProcessChanges.ShortestInterval.TotalSeconds}s ago: rates, "
                + "flapping and restarts are not judged");
        }

        if (!process.IsTooSoon)
        {
            renewed.Add(stats.Source);
        }

        return process;
    }

    /// <summary>Replaces what is remembered with what this run has seen.</summary>
    internal void Remember() => concern.RememberAsBefore(
        key => key.Split('\t') is [_, var source, ..] && !renewed.Contains(source) && sources.Contains(source));
}

/// <summary>
/// What grew in one process since the last look. HAProxy counts from the start of its process: after a restart everything that it has
/// counted is new, and the time since the start is the interval. The first look is a baseline.
/// </summary>
internal sealed class ProcessChanges
{
    /// <summary>
    /// A shorter interval is not judged and leaves the memory as it is, so that a person's look does not disturb the rates.
    /// </summary>
    internal static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(10);

    private const double ClockSlack = 3;

    private readonly ConcernReport concern;
    private readonly string source;

    /// <param name="concern">Whose memory tells the last look.</param>
    /// <param name="stats">What the process told now.</param>
    internal ProcessChanges(ConcernReport concern, HaproxyStats stats)
    {
        this.concern = concern;
        source = stats.Source;
        DateTimeOffset now = concern.Now;
        ProcessInfo info = stats.Info;
        (long? pid, long? uptime, double? elapsed) = Parse(Past("process", ""), now);
        IsFirstLook = elapsed is null;
        IsTooSoon = elapsed < ShortestInterval.TotalSeconds;
        bool startedLater = info.UptimeSeconds + ClockSlack < uptime + elapsed;
        HasRestarted = startedLater && !IsTooSoon;

        // Another process that started at the same time is a sibling (nbproc): its counters say nothing about those of before.
        Seconds = IsTooSoon ? null
            : startedLater ? (info.UptimeSeconds > 0 ? info.UptimeSeconds : null)
            : pid == info.Pid ? elapsed
            : null;
        Keep("process", "", $"{info.Pid} {info.UptimeSeconds} {MemoryTime.Print(now)}");
    }

    /// <summary>Nothing is known of the source before this run.</summary>
    internal bool IsFirstLook { get; }

    /// <summary>The last look was so short ago that a rate would be noise.</summary>
    internal bool IsTooSoon { get; }

    /// <summary>Another process answers than at the last look, and it started since.</summary>
    internal bool HasRestarted { get; }

    /// <summary>The interval in which the counters grew; null when there is none to judge.</summary>
    internal double? Seconds { get; }

    /// <summary>What was remembered of the source.</summary>
    /// <param name="word">What it is.</param>
    /// <param name="name">Of which proxy or server; may be empty.</param>
    internal string? Past(string word, string name) => concern.Past.Text(Key(word, name));

    /// <summary>All that was remembered of the source under a word, by name.</summary>
    /// <param name="word">What it is.</param>
    internal Dictionary<string, string> PastOf(string word)
    {
        string prefix = Key(word, "");
        Dictionary<string, string> found = [];
        foreach ((string key, string text) in concern.Past.Values)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                found[key[prefix.Length..]] = text;
            }
        }

        return found;
    }

    /// <summary>Remembers a text for the next look.</summary>
    /// <param name="word">What it is.</param>
    /// <param name="name">Of which proxy or server; may be empty.</param>
    /// <param name="value">The text.</param>
    internal void Keep(string word, string name, string value)
    {
        if (!IsTooSoon)
        {
            concern.Remember(Key(word, name), value);
        }
    }

    /// <summary>How much a counter grew; null without an interval, and when it was set to zero by hand.</summary>
    /// <param name="counter">Which counter, a word.</param>
    /// <param name="name">Of which proxy or server.</param>
    /// <param name="now">Its value; null when HAProxy does not tell.</param>
    internal long? Growth(string counter, string name, long? now)
    {
        if (now is not { } value)
        {
            return null;
        }

        if (value != 0)
        {
            Keep(counter, name, value.ToString(CultureInfo.InvariantCulture));
        }

        long before = HasRestarted ? 0 : Number(Past(counter, name)) ?? 0;
        return Seconds is null || value < before ? null : value - before;
    }

    private static (long? Pid, long? Uptime, double? Elapsed) Parse(string? text, DateTimeOffset now) =>
        text?.Split(' ') is [var pid, var uptime, var at]
        && MemoryTime.Parse(at) is { } time
        && now >= time
            ? (Number(pid), Number(uptime), (now - time).TotalSeconds)
            : (null, null, null);

    private static long? Number(string? word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private string Key(string word, string name) => $"{word}\t{source}\t{name}";
}
