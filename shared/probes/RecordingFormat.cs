using System.Globalization;

namespace Ringfree.Monitoring.Probes;

/// <summary>A recording cannot answer what the check asks; the message says which file lacks what.</summary>
/// <param name="message">One sentence for the person who replays.</param>
public sealed class ReplayException(string message) : Exception(message);

/// <summary>
/// A recording is a folder of plain files that a person can read, compare and edit, or one file with the same parts (see RecordingText):
/// <code>
/// about               check, version and options file of the run, a word and its value a line
/// arguments           the options in force, one a line, in the form of an options file
/// clock               when the run began, ISO 8601, UTC
/// user                who ran it, where that was asked
/// program             the path of the program, where that was asked
/// elapsed             seconds since the start of the run, a line for each time that was asked
/// paths               what stood at each path that was looked at: path, kind, mode, owner, group, tab between
/// KIND/N/question     what was asked, a number for each question of a kind (sockets, commands, files, folders, mounts, pages, handshakes, bundles): of a socket the
///                     address and the text that was sent, of a command the program and an argument a line, of files their patterns
/// KIND/N/outcome      answered, missing, refused, denied, silent, toolong, unresolved, failed or busy; then the system's words
/// KIND/N/answer       the bytes that came
/// KIND/N/errors       what a command wrote on its standard error, where it wrote there
/// KIND/N/code         its exit code, or a page's HTTP status, where it is not 0
/// memory/...          what the check remembered before the run, where it remembers at all
/// </code>
/// It holds what the probes read and no more. A question names the file of a secret, never the secret, so none can be in a recording.
/// </summary>
internal static class RecordingFormat
{
    internal const string About = "about";
    internal const string Arguments = "arguments";
    internal const string Clock = "clock";
    internal const string User = "user";
    internal const string Program = "program";
    internal const string Elapsed = "elapsed";
    internal const string Paths = "paths";
    internal const string Question = "question";
    internal const string Outcome = "outcome";
    internal const string Answer = "answer";
    internal const string Errors = "errors";
    internal const string Code = "code";

    /// <summary>Times are written with all their digits.</summary>
    internal static string Print(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    internal static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    internal static string Print(TimeSpan elapsed) => Math.Round(elapsed.TotalSeconds, 4).ToString(CultureInfo.InvariantCulture);

    internal static TimeSpan? ParseSeconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds < 86400 ? TimeSpan.FromSeconds(seconds) : null;

    internal static string Print(string path, PathStatus status) => string.Join(
        '\t', Escape(path), status.Kind.ToString().ToLowerInvariant(), Convert.ToString(status.Mode, 8), Escape(status.Owner), Escape(status.Group));

    internal static (string Path, PathStatus Status)? ParsePath(string line)
    {
        string[] fields = line.Split('\t');
        return fields.Length == 5 && Enum.TryParse(fields[1], ignoreCase: true, out PathKind kind) && ParseOctal(fields[2]) is { } mode
            ? (Unescape(fields[0]), new PathStatus(kind, mode, Unescape(fields[3]), Unescape(fields[4])))
            : null;
    }

    internal static string Print(Probes.Answer answer) => $"{answer.Outcome.ToString().ToLowerInvariant()} {answer.Reason}".TrimEnd() + "\n";

    internal static Probes.Answer? ParseAnswer(string outcome, byte[] bytes)
    {
        string[] words = outcome.TrimEnd('\n').Split(' ', 2);
        return words[0].Length > 0 && Enum.TryParse(words[0], ignoreCase: true, out Outcome known) && !char.IsAsciiDigit(words[0][0])
            ? new Probes.Answer(known, bytes, words.Length > 1 ? words[1] : "")
            : null;
    }

    private static int? ParseOctal(string text)
    {
        int mode = 0;
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7' || mode > 0x1FF)
            {
                return null;
            }

            mode = (mode * 8) + digit - '0';
        }

        return text.Length > 0 ? mode : null;
    }

    internal static string Escape(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\t", "%09", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal).Replace("\0", "%00", StringComparison.Ordinal);

    internal static string Unescape(string text) => text.Replace("%00", "\0", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal).Replace("%09", "\t", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
