using System.Collections.Immutable;
using System.Globalization;

namespace Ringfree.Monitoring.Plugin;

/// <summary>Reads the values of the options that every check takes. A value that is refused is quoted with what is accepted.</summary>
internal static class StandardValues
{
    private const double LongestTimeout = 3600;

    internal static bool IsInstanceName(string text) =>
        text.Length is >= 1 and <= 32 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    internal static Dictionary<string, Range> Ranges(Facts facts, string option, IReadOnlyList<string> given)
    {
        Dictionary<string, Range> ranges = [];
        foreach (string text in given)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            MetricFacts metric = equals < 0 ? facts.MainMetric : MetricNamed(facts, option, text, text[..equals]);
            try
            {
                string range = text[(equals + 1)..];
                ranges[metric.Name] = metric.ParseRange(range);
            }
            catch (UsageException exception)
            {
                string seconds = metric.Unit == Unit.Seconds ? "; numbers are seconds, or carry s, m, h or d" : "";
                throw new UsageException($"{option} '{text}': {UnitLeftIn(text[(equals + 1)..], metric) ?? exception.Message + seconds}");
            }
        }

        return ranges;
    }

    /// <summary>What is wrong with a range whose numbers carry a unit; null when that is not its only mistake.</summary>
    private static string? UnitLeftIn(string range, MetricFacts metric)
    {
        string unit = metric.UnitText.Length > 0 && range.Contains(metric.UnitText, StringComparison.Ordinal) ? metric.UnitText : "%";
        try
        {
            _ = Range.Parse(range.Replace(unit, "", StringComparison.Ordinal));
            return range.Contains(unit, StringComparison.Ordinal)
                ? $"leave the {unit} away: "
                    + $"{(metric.UnitText.Length > 0 ? $"the unit of {metric.Name} is {metric.UnitText}" : $"{metric.Name} has no unit")}"
                : null;
        }
        catch (UsageException)
        {
            return null;
        }
    }

    private static MetricFacts MetricNamed(Facts facts, string option, string text, string name) =>
        facts.Metrics.FirstOrDefault(metric => metric.Name == name)
        ?? throw new UsageException($"{option} '{text}': '{name}' is no metric; accepted are {string.Join(", ", facts.Metrics.Select(metric => metric.Name))}");

    internal static Dictionary<string, string> OtherServices(Facts facts, IReadOnlyList<string> given)
    {
        Dictionary<string, string> services = [];
        foreach (string text in given)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || equals == text.Length - 1)
            {
                throw new UsageException($"--judged-by '{text}' names no service: expected CONCERN=SERVICE, such as {facts.Concerns[0].Name}=NAME");
            }

            services[ConcernNamed(facts, "--judged-by", text[..equals]).Name] = text[(equals + 1)..];
        }

        return services;
    }

    private static Concern ConcernNamed(Facts facts, string option, string name) =>
        facts.Concerns.FirstOrDefault(concern => concern.Name == name)
        ?? throw new UsageException($"{option} '{name}' is no concern; accepted are {string.Join(", ", facts.Concerns.Select(concern => concern.Name))}");

    internal static ImmutableArray<Concern> Concerns(Facts facts, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            _ = ConcernNamed(facts, "--only", name);
        }

        return names.Count == 0 ? facts.Concerns : [.. facts.Concerns.Where(concern => names.Contains(concern.Name))];
    }

    internal static (TimeSpan Timeout, Status Status) Timeout(Facts facts, string? text)
    {
        if (text is null)
        {
            return (facts.Deadline, facts.TimeoutStatus);
        }

        string[] parts = text.Split(':', 2);
        Status? status = parts.Length == 1 ? facts.TimeoutStatus : StatusOrder.Parse(parts[1]);
        bool isNumber = double.TryParse(parts[0], NumberStyles.AllowDecimalPoint, null, out double seconds);
        return isNumber && seconds is > 0 and <= LongestTimeout && status is { } known
            ? (TimeSpan.FromSeconds(seconds), known)
            : throw new UsageException(
                $"--timeout '{text}' is not a timeout; accepted are SECONDS and SECONDS:STATUS with more than 0 and at most {LongestTimeout} seconds and OK, WARNING, CRITICAL or UNKNOWN");
    }

    internal static string? Zone(string? text) => text is null || LocalTimes.IsName(text)
        ? text
        : throw new UsageException($"--zone '{text}' is not the name of a time zone; expected one such as America/New_York");

    internal static TimeSpan Latch(Facts facts, string? text) => text is null
        ? facts.Latch
        : DurationText.Parse(text) ?? throw new UsageException($"--latch '{text}' is not a duration; accepted is {DurationText.Forms}");
}
