using System.Globalization;

namespace Ringfree.Monitoring.Plugin;

/// <summary>Units of measurement of the plugin guidelines; only base units, so that a graph never changes its scale.</summary>
public enum Unit
{
    /// <summary>A plain number; no text.</summary>
    Count,

    /// <summary>Seconds; "s".</summary>
    Seconds,

    /// <summary>Per cent, 0 to 100; "%".</summary>
    Percent,

    /// <summary>Bytes; "B".</summary>
    Bytes,

    /// <summary>A counter that only grows until its source restarts; "c".</summary>
    Counter,
}

/// <summary>What a metric is, declared on the check.</summary>
/// <param name="Name">The perfdata label and the METRIC of <c>-w</c> and <c>-c</c>: lower-case letters, digits and underscores. Stable: it
/// is somebody's graph.</param>
/// <param name="Unit">The unit of measurement.</param>
/// <param name="Meaning">What is measured, as half a sentence.</param>
/// <param name="Concern">The concern that it belongs to.</param>
public sealed record MetricFacts(string Name, Unit Unit, string Meaning, Concern Concern)
{
    /// <summary>The warning range without any option. Default: null, no limit.</summary>
    public Range? Warning { get; init; }

    /// <summary>The critical range without any option. Default: null, no limit.</summary>
    public Range? Critical { get; init; }

    /// <summary>
    /// Whether the value is of one moment, such as the last second: a limit that it breaks is a problem from the second run in a row on.
    /// Default: false.
    /// </summary>
    public bool IsSample { get; init; }

    /// <summary>The text of the unit in perfdata and in sentences.</summary>
    public string UnitText => Unit switch
    {
        Unit.Seconds => "s",
        Unit.Percent => "%",
        Unit.Bytes => "B",
        Unit.Counter => "c",
        _ => "",
    };

    /// <summary>Reads a limit of this metric: numbers in its unit, those of seconds also with s, m, h or d.</summary>
    /// <param name="text">A range.</param>
    /// <returns>The range.</returns>
    /// <exception cref="UsageException">The text is no range.</exception>
    public Range ParseRange(string text) => Unit == Unit.Seconds ? Range.ParseSeconds(text) : Range.Parse(text);
}

/// <summary>One measured value with the limits that it is held against.</summary>
/// <param name="Facts">What it is.</param>
/// <param name="Value">The value in base units; null when it could not be read (never zero for that).</param>
/// <param name="Warning">The warning range in force; null is no limit.</param>
/// <param name="Critical">The critical range in force; null is no limit.</param>
/// <param name="Minimum">The least possible value; null when there is none.</param>
/// <param name="Maximum">The greatest possible value; null when there is none.</param>
public sealed record Metric(
    MetricFacts Facts,
    double? Value,
    Range? Warning,
    Range? Critical,
    double? Minimum = null,
    double? Maximum = null)
{
    /// <summary>
    /// The verdict of the limits alone. A value that could not be read is UNKNOWN when it has a limit and OK when nobody set one.
    /// </summary>
    public Status Status
    {
        get
        {
            if (Value is not { } value)
            {
                return Warning is null && Critical is null ? Status.Ok : Status.Unknown;
            }

            return Critical?.Alerts(value) == true ? Status.Critical
                : Warning?.Alerts(value) == true ? Status.Warning
                : Status.Ok;
        }
    }

    /// <summary>The threshold that decides the status, in words: "at most 90 %"; null while none is broken.</summary>
    public string? BrokenLimit => Status switch
    {
        Status.Critical => Critical!.Demand(Say),
        Status.Warning => Warning!.Demand(Say),
        _ => null,
    };

    /// <summary>
    /// Value and limit for a sentence: "93 % (limit: at most 90 %)", "32m (limit: at most 20m)"; without a broken limit the value alone.
    /// </summary>
    public string Spoken => (Value is { } number ? Say(number) : "not readable") + Limit;

    private string Limit => BrokenLimit is { } broken ? $" (limit: {broken})" : "";

    /// <summary>A value as a person says it: durations of a minute and more in their two greatest units.</summary>
    private string Say(double value) => Facts.Unit switch
    {
        Unit.Counter or Unit.Count => Number(Math.Round(value, 2)),
        Unit.Seconds when value >= 60 => Words.Duration((long)value),
        _ => $"{Number(Math.Round(value, 2))} {Facts.UnitText}",
    };

    /// <summary>
    /// The perfdata token: <c>'label'=value[UOM];warn;crit;min;max</c>, trailing semicolons dropped, <c>U</c> for a value that could not be
    /// read.
    /// </summary>
    public string Perfdata
    {
        get
        {
            string value = Value is { } number && double.IsFinite(number) ? Number(number) + Facts.UnitText : "U";
            string limits = string.Join(';', Warning?.ToString() ?? "", Critical?.ToString() ?? "", Optional(Minimum), Optional(Maximum));
            return $"{Facts.Name}={value};{limits}".TrimEnd(';');
        }
    }

    /// <summary>The shortest decimal text that reads back as the same number, never with an exponent.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Digits with at most one point and a leading minus.</returns>
    public static string Number(double value)
    {
        if (value == Math.Floor(value) && Math.Abs(value) < 1e15)
        {
            return ((long)value).ToString(CultureInfo.InvariantCulture);
        }

        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        int exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        return exponentAt < 0 || !double.IsFinite(value) ? shortest : WithoutExponent(shortest, exponentAt);
    }

    private static string WithoutExponent(string shortest, int exponentAt)
    {
        string sign = shortest[0] == '-' ? "-" : "";
        string[] parts = shortest[sign.Length..exponentAt].Split('.');
        string digits = string.Concat(parts);
        int point = parts[0].Length + int.Parse(shortest[(exponentAt + 1)..], CultureInfo.InvariantCulture);
        return sign + (point <= 0 ? "0." + new string('0', -point) + digits
            : point >= digits.Length ? digits.PadRight(point, '0')
            : digits[..point] + "." + digits[point..]);
    }

    private static string Optional(double? limit) => limit is { } number ? Number(number) : "";
}
