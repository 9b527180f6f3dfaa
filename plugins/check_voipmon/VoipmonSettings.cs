using System.Collections.Immutable;
using System.Globalization;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// What the options say of the server. A part that is not named is not watched, and is needed when its concern is asked for by name.
/// </summary>
internal sealed record VoipmonSettings
{
    internal static readonly CheckOption ManagerOption = new("--manager", "ADDRESS", "the sniffer's manager: HOST:PORT, or the path of its managersocket (default 127.0.0.1:5029)");
    internal static readonly CheckOption DatabaseOption = new("--mysql-options", "FILE", "the database, as a MySQL option file with [client] host, port or socket, user, password, database, ssl-ca; mode 0600");
    internal static readonly CheckOption SpoolOption = new("--spool", "DIR", "the sniffer's spool folder, when it is on this machine");
    internal static readonly CheckOption SensorOption = new("--sensor", "ID", "a sensor that is expected beside those that the database knows, repeatable", Repeatable: true);
    internal static readonly CheckOption IgnoredOption = new("--ignore-sensor", "ID", "a sensor that is not expected any more, repeatable", Repeatable: true);

    internal static readonly CheckOption QuietHoursOption = new(
        "--quiet-hours",
        "SPAN",
        "when no calls are expected, in the time zone of --zone, else in the database's local time: [DAYS/]HH:MM-HH:MM or none, "
            + $"repeatable (default {QuietHours.DefaultWords})",
        Repeatable: true);

    internal static readonly CheckOption LongestCallOption = new("--longest-call", "DURATION", "how long calls may be active without any CDR (default 4h)");
    internal static readonly CheckOption CleanOption = new("--clean-min-gb", "GB", "autocleanmingb of voipmonitor.conf: below it the sniffer deletes recordings early (default 5)");

    internal static readonly ImmutableArray<CheckOption> Declared =
    [
        ManagerOption, DatabaseOption, SpoolOption, SensorOption, IgnoredOption, QuietHoursOption, LongestCallOption, CleanOption,
    ];

    private const string UsualManager = "127.0.0.1:5029";

    internal required SocketAddress Manager { get; init; }

    /// <summary>The MySQL option file; null when the database is not to be asked.</summary>
    internal required string? DatabaseOptions { get; init; }

    internal required string? Spool { get; init; }

    internal required IReadOnlyList<long> NamedSensors { get; init; }

    internal required IReadOnlyList<long> IgnoredSensors { get; init; }

    internal required QuietHours Quiet { get; init; }

    internal required TimeSpan LongestCall { get; init; }

    /// <summary>Gigabytes of 2^30 bytes.</summary>
    internal required double CleanMinimum { get; init; }

    /// <summary>The concerns to judge.</summary>
    internal required IReadOnlyList<Concern> Judged { get; init; }

    /// <summary>True when concerns were chosen by name, so that each of them must be judged.</summary>
    internal required bool IsChosen { get; init; }

    /// <exception cref="UsageException">A value is not of its form, or a concern was chosen without what it needs.</exception>
    internal static VoipmonSettings Parse(Options options)
    {
        string manager = options.Value(ManagerOption) ?? UsualManager;
        VoipmonSettings settings = new()
        {
            Manager = SocketAddress.TryParse(manager) ?? throw new UsageException($"--manager '{manager}' is no socket; accepted are {SocketAddress.AcceptedForms}"),
            DatabaseOptions = Absolute(DatabaseOption, options),
            Spool = Absolute(SpoolOption, options),
            NamedSensors = Numbers(SensorOption, options),
            IgnoredSensors = Numbers(IgnoredOption, options),
            Quiet = new QuietHours(options.Values(QuietHoursOption)),
            LongestCall = options.Duration(LongestCallOption, TimeSpan.FromHours(4)),
            CleanMinimum = options.Value(CleanOption) is { } limit ? Gigabytes(limit) : 5,
            Judged = options.Concerns,
            IsChosen = options.Concerns.Count < VoipmonCheck.Facts.Concerns.Length,
        };
        foreach (Concern concern in settings.IsChosen ? options.Concerns : [])
        {
            CheckOption? missing = concern == VoipmonCheck.Spool && settings.Spool is null ? SpoolOption
                : settings.DatabaseOptions is null && (concern == VoipmonCheck.Database || concern == VoipmonCheck.Freshness || concern == VoipmonCheck.Sensors) ? DatabaseOption
                : null;
            if (missing is not null)
            {
                throw new UsageException($"--only {concern.Name} needs {missing.Name} {missing.ValueName}: {missing.Meaning}");
            }
        }

        return settings;
    }

    internal bool Judges(Concern concern) => Judged.Contains(concern);

    private static string? Absolute(CheckOption option, Options options) => options.Value(option) switch
    {
        null => null,
        { } path when path.StartsWith('/') => path,
        { } path => throw new UsageException($"{option.Name} '{path}' is no absolute path; accepted is a path that begins with /"),
    };

    private static IReadOnlyList<long> Numbers(CheckOption option, Options options) =>
    [
        .. options.Values(option).Select(text => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id is > 0 and <= 65535
            ? (long)id
            : throw new UsageException($"{option.Name} '{text}' is no sensor; accepted is its id_sensor, a number from 1 to 65535")),
    ];

    private static double Gigabytes(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is > 0 and < 1_000_000
            ? number
            : throw new UsageException($"--clean-min-gb '{text}' is no number of gigabytes; accepted is more than 0 and less than 1000000");
}
