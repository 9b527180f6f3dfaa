using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>How many of a backend's HTTP answers were 5xx.</summary>
/// <param name="Answers">All answers, 0 or more.</param>
/// <param name="Failed">Those with 5xx.</param>
/// <param name="Since">Since when they are counted.</param>
internal sealed record AnswerShare(long Answers, long Failed, DateTimeOffset Since)
{
    /// <summary>Reads what <see cref="Print"/> wrote.</summary>
    /// <returns>Null when the text is none, or null.</returns>
    internal static AnswerShare? Parse(string? text) =>
        text?.Split(' ') is [var all, var failed, var time]
        && long.TryParse(all, NumberStyles.None, CultureInfo.InvariantCulture, out long answers)
        && long.TryParse(failed, NumberStyles.None, CultureInfo.InvariantCulture, out long failures)
        && MemoryTime.Parse(time) is { } since
            ? new AnswerShare(answers, failures, since)
            : null;

    /// <summary>"4 4 2026-03-01T03:12:00.0000000Z".</summary>
    internal string Print() => string.Create(CultureInfo.InvariantCulture, $"{Answers} {Failed} {MemoryTime.Print(Since)}");
}
