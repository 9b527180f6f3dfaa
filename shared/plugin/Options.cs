using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>What one run was asked for: the options file and the command line together.</summary>
public sealed class Options
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> values;
    private readonly IReadOnlyDictionary<string, Range> warnings;
    private readonly IReadOnlyDictionary<string, Range> criticals;

    internal Options(
        Facts facts,
        IReadOnlyDictionary<string, IReadOnlyList<string>> values,
        IReadOnlyDictionary<string, Range> warnings,
        IReadOnlyDictionary<string, Range> criticals)
    {
        this.values = values;
        this.warnings = warnings;
        this.criticals = criticals;
        Facts = facts;
        Timeout = facts.Deadline;
        TimeoutStatus = facts.TimeoutStatus;
        Latch = facts.Latch;
        Concerns = facts.Concerns;
    }

    /// <summary>The concerns to judge, in their declared order. Default: all.</summary>
    public IReadOnlyList<Concern> Concerns { get; internal init; }

    /// <summary>The names of the services that judge concerns which this run does not judge. Default: none.</summary>
    internal IReadOnlyDictionary<string, string> OtherServices { get; init; } = new Dictionary<string, string>();

    /// <summary>0 to 3. Default: 0.</summary>
    public int Verbosity { get; internal init; }

    /// <summary>The time that the run may take: more than zero, at most an hour. Default: the facts' deadline.</summary>
    public TimeSpan Timeout { get; internal init; }

    /// <summary>The status of a run that did not end in time. Default: the facts'.</summary>
    public Status TimeoutStatus { get; internal init; }

    /// <summary>The name of this deployment of the check; null for the only one.</summary>
    public string? Instance { get; internal init; }

    /// <summary>Where memory is kept; null for the default folder of the user.</summary>
    public string? StateFolder { get; internal init; }

    /// <summary>Whether memory is written. Default: true.</summary>
    public bool WritesMemory { get; internal init; } = true;

    /// <summary>The time zone of the site, by its name. Default: null, UTC.</summary>
    public string? Zone { get; init; }

    /// <summary>
    /// The wall clock of the site at a moment. Null without <c>--zone</c>, or where this machine does not have the zone.
    /// </summary>
    public Func<DateTimeOffset, DateTime>? SiteClock =>
        Zone is { } name && LocalTimes.Find(name) is { } zone ? moment => TimeZoneInfo.ConvertTime(moment, zone).DateTime : null;

    /// <summary>How long a finding that comes from a change stays raised. Default: the facts' latch.</summary>
    public TimeSpan Latch { get; internal init; }

    /// <summary>The options file that was read; null when there was none.</summary>
    public string? OptionsFile { get; internal init; }

    /// <summary>The word beside the options; null when there was none.</summary>
    public string? Argument { get; internal init; }

    /// <summary>The folder or file of the recording to make; null for none.</summary>
    internal string? RecordTo { get; init; }

    /// <summary>The recording to judge instead of this machine; null for none.</summary>
    internal RecordingParts? Replay { get; init; }

    internal Facts Facts { get; }

    /// <summary>
    /// What was given, file and command line together, one <c>--name=value</c> each, without what is about files of this machine.
    /// </summary>
    internal IReadOnlyList<string> Given { get; init; } = [];

    /// <summary>Whether a concern is to be judged.</summary>
    /// <param name="concern">One of the facts' concerns.</param>
    /// <returns>True without <c>--only</c>, or when it names the concern.</returns>
    public bool Judges(Concern concern) => Concerns.Contains(concern);

    /// <summary>
    /// The service that judges a concern which this run does not judge. Where there is one, what cannot be judged only because of that
    /// concern is OK here, with a sentence that names the service: one failure is one page.
    /// </summary>
    /// <param name="concern">One of the facts' concerns.</param>
    /// <returns>The service's name, foreign text; null when this run judges the concern or no <c>--judged-by</c> names it.</returns>
    public string? JudgedBy(Concern concern) => Judges(concern) ? null : OtherServices.GetValueOrDefault(concern.Name);

    /// <summary>Every value of an option, those of the options file first.</summary>
    /// <param name="option">One of the facts' options.</param>
    /// <returns>The values; empty when it was not given.</returns>
    public IReadOnlyList<string> Values(CheckOption option) => values.GetValueOrDefault(option.Name, []);

    /// <summary>The value in force of an option that is not repeatable.</summary>
    /// <param name="option">One of the facts' options.</param>
    /// <returns>The command line's value, else the options file's, else null.</returns>
    public string? Value(CheckOption option) => Values(option) is { Count: > 0 } given ? given[^1] : null;

    /// <summary>The value of an option that is a duration, such as <c>90s</c>, <c>15m</c>, <c>2h</c> or <c>1d</c>.</summary>
    /// <param name="option">One of the facts' options.</param>
    /// <param name="fallback">The duration when it was not given.</param>
    /// <returns>More than zero.</returns>
    /// <exception cref="UsageException">The text is none of these.</exception>
    public TimeSpan Duration(CheckOption option, TimeSpan fallback) => Value(option) is not { } text ? fallback
        : DurationText.Parse(text) ?? throw new UsageException($"{option.Name} '{text}' is not a duration; accepted is {DurationText.Forms}");

    /// <summary>The value of an option that is a duration and, behind a colon, a status: <c>20m</c>, <c>20m:WARNING</c>.</summary>
    /// <param name="option">One of the facts' options.</param>
    /// <param name="fallback">The duration when it was not given.</param>
    /// <param name="otherwise">The status when none was given.</param>
    /// <returns>A duration of more than zero, and the status.</returns>
    /// <exception cref="UsageException">The text is none of these.</exception>
    public (TimeSpan Duration, Status Status) DurationAndStatus(CheckOption option, TimeSpan fallback, Status otherwise)
    {
        string[] parts = (Value(option) ?? "").Split(':', 2);
        TimeSpan? duration = parts[0].Length == 0 && parts.Length == 1 ? fallback : DurationText.Parse(parts[0]);
        Status? status = parts.Length == 1 ? otherwise : StatusOrder.Parse(parts[1]);
        return duration is { } length && status is { } known
            ? (length, known)
            : throw new UsageException(
                $"{option.Name} '{Value(option)}' is not accepted; accepted are DURATION and DURATION:STATUS with "
                    + $"{DurationText.Forms}, and OK, WARNING, CRITICAL or UNKNOWN");
    }

    /// <summary>What is in force, for <c>-vvv</c>: one line each.</summary>
    internal IEnumerable<string> Describe()
    {
        yield return $"options file: {OptionsFile ?? "none"}";
        yield return $"concerns: {string.Join(", ", Concerns.Select(concern => concern.Name))}";
        foreach ((string concern, string service) in OtherServices)
        {
            yield return $"{concern} is judged by: {service}";
        }

        yield return $"deadline: {Metric.Number(Timeout.TotalSeconds)} s, then {TimeoutStatus.Word}";
        foreach ((string name, IReadOnlyList<string> given) in values)
        {
            yield return $"{name}: {string.Join(", ", given)}";
        }

        foreach ((string metric, Range range) in warnings)
        {
            yield return $"warning {metric}: {range}";
        }

        foreach ((string metric, Range range) in criticals)
        {
            yield return $"critical {metric}: {range}";
        }
    }

    /// <summary>
    /// Joins a measured value with the limits in force. What was computed is rounded to six significant digits before it is judged and
    /// printed. A value that could not be read is held against the operator's limits only: what
    /// nobody asked for is not UNKNOWN when this version of the watched program does not tell it.
    /// </summary>
    /// <param name="metric">What was measured.</param>
    /// <param name="value">The value; null when it could not be read.</param>
    /// <param name="minimum">The least possible value, if any.</param>
    /// <param name="maximum">The greatest possible value, if any.</param>
    /// <returns>The metric.</returns>
    public Metric Measure(MetricFacts metric, double? value, double? minimum = null, double? maximum = null) => new(
        metric,
        value is { } number ? Rounded(number, metric.Unit) : null,
        warnings.GetValueOrDefault(metric.Name) ?? (value is null ? null : metric.Warning),
        criticals.GetValueOrDefault(metric.Name) ?? (value is null ? null : metric.Critical),
        minimum,
        maximum);

    /// <summary>Counts, bytes and whole seconds stay exact.</summary>
    private static double Rounded(double value, Unit unit)
    {
        const int Digits = 6;
        if (unit is Unit.Bytes or Unit.Counter || value == Math.Floor(value) || !double.IsFinite(value))
        {
            return value;
        }

        int decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return decimals is >= 0 and <= 15 ? Math.Round(value, decimals) : value;
    }
}
