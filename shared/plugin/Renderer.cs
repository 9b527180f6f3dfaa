using System.Text;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// From a report to the bytes that Nagios, Shinken and NRPE read:
/// <code>
/// NAME STATUS - headline | perfdata      under 1,000 bytes, so that an old NRPE cuts nothing
/// [STATUS] further problem               -v: every finding; -vv: what was asked; -vvv: options in force
/// note: what is not watched
/// first: what to do first
/// do not: what would make it worse
/// | the perfdata that found no room in the first line
/// </code>
/// The whole stays under 8 KB, with <c>-v</c> under 60 KB (NRPE cuts at 65,504 bytes).
/// </summary>
public static class Renderer
{
    /// <summary>The longest first line, in bytes without its newline.</summary>
    public const int LongestFirstLine = 999;

    /// <summary>The longest output without <c>-v</c>, in bytes.</summary>
    public const int LongestOutput = 8000;

    /// <summary>The longest output with <c>-v</c>, in bytes.</summary>
    public const int LongestVerboseOutput = 60_000;

    private const int LongestHeadline = 600;
    private const int LongestDetail = 1000;
    private const int RoomForMore = 30;
    private const string Also = "; also ";

    /// <summary>Prints a report.</summary>
    /// <param name="lineName">The word at the start of the line, in capitals.</param>
    /// <param name="report">What the check has to say.</param>
    /// <param name="verbosity">0 to 3.</param>
    /// <returns>UTF-8 text that ends with a newline; what is relayed is returned as it is.</returns>
    public static byte[] Print(string lineName, Report report, int verbosity)
    {
        if (report.Relayed is { } relayed)
        {
            return relayed;
        }

        Finding worst = report.Worst ?? new Finding(Status.Unknown, "the check found nothing to judge");
        StringBuilder text = new(1024);
        text.Append(lineName).Append(' ').Append(worst.Status.Word).Append(" - ");
        text.Append(ForeignText.Clean(Headline(report, worst), LongestHeadline));
        int printed = AppendPerfdata(text, report.Metrics);
        text.Append('\n');
        AppendDetails(text, report, worst, verbosity, verbosity == 0 ? LongestOutput : LongestVerboseOutput);
        AppendRemainingPerfdata(text, report.Metrics, printed);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Headline(Report report, Finding worst)
    {
        if (worst.Status == Status.Ok && report.AllWell is { Length: > 0 } allWell)
        {
            return allWell;
        }

        StringBuilder headline = new(worst.Sentence);
        int left = 0;
        foreach (Finding finding in report.Findings.OrderByDescending(finding => finding.Status.Severity))
        {
            if (finding.Status == Status.Ok || ReferenceEquals(finding, worst))
            {
                continue;
            }

            if (left > 0 || headline.Length + Also.Length + finding.Sentence.Length > LongestHeadline - RoomForMore)
            {
                left++;
            }
            else
            {
                headline.Append(Also).Append(finding.Sentence);
            }
        }

        return left > 0 ? headline.Append($" (and {left} more {(left == 1 ? "problem" : "problems")})").ToString() : headline.ToString();
    }

    private static int AppendPerfdata(StringBuilder text, IReadOnlyList<Metric> metrics)
    {
        int room = LongestFirstLine - Encoding.UTF8.GetByteCount(text.ToString());
        int printed = 0;
        foreach (Metric metric in metrics)
        {
            string token = (printed == 0 ? " | " : " ") + metric.Perfdata;
            room -= token.Length;
            if (room < 0)
            {
                break;
            }

            text.Append(token);
            printed++;
        }

        return printed;
    }

    private static void AppendRemainingPerfdata(StringBuilder text, IReadOnlyList<Metric> metrics, int printed)
    {
        if (printed < metrics.Count)
        {
            text.Append('|');
            foreach (Metric metric in metrics.Skip(printed))
            {
                text.Append(' ').Append(metric.Perfdata);
            }

            text.Append('\n');
        }
    }

    private static void AppendDetails(StringBuilder text, Report report, Finding worst, int verbosity, int cap)
    {
        int room = cap - Encoding.UTF8.GetByteCount(text.ToString()) - 200;
        int left = 0;
        foreach (string line in Details(report, worst, verbosity))
        {
            string cleaned = ForeignText.Clean(line, LongestDetail);
            room -= Encoding.UTF8.GetByteCount(cleaned) + 1;
            if (room < 0)
            {
                left++;
            }
            else
            {
                text.Append(cleaned).Append('\n');
            }
        }

        if (left > 0)
        {
            text.Append($"... and {left} more {(left == 1 ? "line" : "lines")}{(verbosity == 0 ? ", shown with -v" : "")}\n");
        }
    }

    private static IEnumerable<string> Details(Report report, Finding worst, int verbosity)
    {
        if (verbosity == 0 && worst.Status == Status.Ok)
        {
            foreach (string note in report.Notes)
            {
                yield return "note: " + note;
            }

            yield break;
        }

        Finding[] bySeverity = [.. report.Findings.OrderByDescending(finding => finding.Status.Severity)];
        bool headlineSaysAll = verbosity == 0 && worst.Children.Count == 0 && (bySeverity.Length < 2 || bySeverity[1].Status == Status.Ok);
        if (!headlineSaysAll)
        {
            foreach (string line in bySeverity.SelectMany(finding => Lines(finding, 0, verbosity)))
            {
                yield return line;
            }
        }

        foreach (string note in report.Notes)
        {
            yield return "note: " + note;
        }

        HashSet<string> said = [""];
        foreach (Finding finding in bySeverity)
        {
            if (finding.Status == Status.Ok)
            {
                continue;
            }

            if ((finding.FirstStep ?? finding.Concern?.FirstStep) is { } step && said.Add(step))
            {
                yield return $"first: {step}";
            }

            if (said.Add(finding.DoNot))
            {
                yield return $"do not: {finding.DoNot}";
            }
        }

        if (verbosity >= 2)
        {
            foreach (string line in report.Trace)
            {
                yield return "trace: " + line;
            }
        }
    }

    private static IEnumerable<string> Lines(Finding finding, int depth, int verbosity)
    {
        if (finding.Status == Status.Ok && verbosity == 0)
        {
            yield break;
        }

        yield return $"{new string(' ', depth * 2)}[{finding.Status.Word}] {finding.Sentence}";
        foreach (string line in finding.Children.SelectMany(child => Lines(child, depth + 1, verbosity)))
        {
            yield return line;
        }
    }
}
