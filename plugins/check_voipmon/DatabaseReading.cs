using System.Globalization;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>How the database met the check.</summary>
internal enum DatabaseState
{
    /// <summary>It answers.</summary>
    Answers,

    /// <summary>Nothing listens, or it takes no more connections: nobody can use it.</summary>
    Down,

    /// <summary>It accepts and does not answer in time.</summary>
    Silent,

    /// <summary>It answers, and refuses this user or what it asks for.</summary>
    Refuses,

    /// <summary>The way to it is not as it should be: option file, name, certificate.</summary>
    Unreadable,
}

/// <summary>The newest row of <c>cdr</c>.</summary>
internal sealed record NewestCdr(long Id, DateTime? Start, DateTime? End);

/// <summary>A sensor that the database knows or the options name.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="NewestId">The ID of its newest CDR of the last two days; null when there is none.</param>
internal sealed record SensorRow(long Id, string Name, long? NewestId);

/// <summary>The last start of a sensor process, as it wrote it down itself.</summary>
/// <param name="Id">The sensor's number; null for a sniffer without one.</param>
/// <param name="StoppedAt">When it stopped by itself; null while it runs, and after a violent end.</param>
/// <param name="Version">What it runs.</param>
internal sealed record SensorStart(long? Id, DateTime? StoppedAt, string Version);

/// <summary>The newest partition of a table.</summary>
internal sealed record NewestPartition(string Table, string Description);

/// <summary>Replication as the replica shows it; a part that is NULL is null.</summary>
internal sealed record Replica(string Connection, string ReceiverRuns, string ApplierRuns, long? SecondsBehind, string Error);

/// <summary>
/// What the database told, or why it did not. A part whose statement failed is null, and its failure is among <see cref="Failures"/>.
/// </summary>
/// <param name="Error">Why it did not answer; null when it did.</param>
internal sealed record DatabaseReading(ProbeError? Error)
{
    /// <summary>How it met the check.</summary>
    internal DatabaseState State => Error?.Kind switch
    {
        null => DatabaseState.Answers,
        ProbeErrorKind.Refused or ProbeErrorKind.Missing => DatabaseState.Down,
        ProbeErrorKind.Unresponsive => DatabaseState.Silent,
        ProbeErrorKind.Denied => DatabaseState.Refuses,
        _ => DatabaseState.Unreadable,
    };

    /// <summary>The words for a state other than <see cref="DatabaseState.Answers"/>; empty for that one.</summary>
    internal string Reason => Error?.Detail ?? "";

    /// <summary>What the statements took, in seconds.</summary>
    internal double Seconds { get; init; }

    internal string Version { get; init; } = "";

    internal bool IsReadOnly { get; init; }

    /// <summary>The database's local time.</summary>
    internal DateTime? LocalTime { get; init; }

    /// <summary>The database's idea of UTC.</summary>
    internal DateTime? UtcTime { get; init; }

    /// <summary>True when the newest CDR was asked for and the question succeeded, perhaps with none.</summary>
    internal bool KnowsNewest { get; init; }

    internal NewestCdr? Newest { get; init; }

    internal IReadOnlyList<SensorRow>? Sensors { get; init; }

    internal IReadOnlyList<SensorStart>? Starts { get; init; }

    internal IReadOnlyList<NewestPartition>? Partitions { get; init; }

    internal IReadOnlyList<Replica>? Replicas { get; init; }

    /// <summary>What could not be asked: the part's name and the server's words.</summary>
    internal IReadOnlyList<(string Part, int Code, string Words)> Failures { get; init; } = [];

    internal bool Answers => State == DatabaseState.Answers;

    internal (int Code, string Words)? FailureOf(string part)
    {
        foreach ((string name, int code, string words) in Failures)
        {
            if (name == part)
            {
                return (code, words);
            }
        }

        return null;
    }

    internal static DateTime? Time(IReadOnlyDictionary<string, string> row, string column) =>
        DateTime.TryParseExact(row.GetValueOrDefault(column, ""), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) ? time : null;

    internal static long? Number(IReadOnlyDictionary<string, string> row, string column) =>
        long.TryParse(row.GetValueOrDefault(column, ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
}
