using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// The expected sensors (the table <c>sensors</c> and <c>--sensor</c>) against those that are seen: connected, where the manager tells it;
/// else by a CDR of the last two days. The table has no time at which a sensor was last seen.
/// </summary>
internal sealed class SensorsEvaluation(VoipmonSettings settings, ManagerReading manager, DatabaseReading database, ReportBuilder report)
{
    private readonly ConcernReport sensors = report.For(VoipmonCheck.Sensors);

    internal static string Name(SensorRow sensor) => sensor.Name.Length > 0 ? $"{sensor.Id} ({sensor.Name})" : $"{sensor.Id}";

    internal void Evaluate()
    {
        if (database.Sensors is not { } known)
        {
            (int code, string words) = database.FailureOf(DatabaseProbe.SensorsPart) ?? (0, "no answer");
            sensors.Problem(
                Status.Unknown,
                VoipmonHeadlines.SensorsUnread,
                $"the sensors cannot be read: {code} {words}; cure: the GRANT in this check's README");
            return;
        }

        SensorRow[] expected = [.. known.Where(sensor => !settings.IgnoredSensors.Contains(sensor.Id))];
        if (expected.Length == 0)
        {
            SayNoneExpected(known.Count);
            return;
        }

        int missing = 0;
        foreach (SensorRow sensor in expected)
        {
            missing += Evaluate(sensor) ? 0 : 1;
        }

        SayVersions(expected);
        Measure(expected.Length, missing);
        if (manager.Answers && manager.ConnectedSensors is null)
        {
            report.Note(
                "connected sensors are not told by this manager (AES): sensors are judged by their CDRs; its UNIX socket tells them "
                    + "(--manager PATH)");
        }

        sensors.Summary($"{expected.Length - missing} of {Words.Count(expected.Length, "sensor")} seen");
    }

    /// <returns>True while the sensor is seen.</returns>
    private bool Evaluate(SensorRow sensor)
    {
        string name = $"sensor {Name(sensor)}";

        // A sensor that the options name may be the server itself, which never connects to itself.
        bool mayConnect = manager.ConnectedSensors is not null && !settings.NamedSensors.Contains(sensor.Id);
        if (database.Starts?.FirstOrDefault(start => start.Id == sensor.Id)?.StoppedAt is { } stopped)
        {
            sensors.Problem(
                Status.Critical,
                VoipmonHeadlines.SensorStopped.About(name),
                $"{name} was stopped at {stopped:yyyy-MM-dd HH:mm:ss} and has not started again; if for good: --ignore-sensor {sensor.Id}");
        }
        else if (mayConnect && !manager.ConnectedSensors!.Contains(sensor.Id))
        {
            sensors.Problem(Status.Critical, VoipmonHeadlines.SensorGone.About(name), $"{name} is not connected");
        }
        else if (sensor.NewestId is null && !mayConnect)
        {
            sensors.Problem(
                Status.Critical,
                VoipmonHeadlines.SensorSilent.About(name),
                $"{name} has brought no CDR in the last two days; if it is gone for good: --ignore-sensor {sensor.Id}");
        }
        else
        {
            sensors.Ok($"{name} is {(mayConnect ? "connected" : "seen by its CDRs")}");
            return true;
        }

        return false;
    }

    /// <summary>The usual server has no sensor but itself, which is not in the table.</summary>
    private void SayNoneExpected(int known)
    {
        string why = known > 0 ? "--ignore-sensor names every one" : "the table sensors is empty and no --sensor names one";
        sensors.Ok($"no sensor is expected: {why}");
        report.Note($"sensors not watched: {why}");
        Measure(0, 0);
    }

    private void Measure(int expected, int missing)
    {
        sensors.Measure(VoipmonCheck.SensorsExpected, expected);
        sensors.Measure(VoipmonCheck.SensorsMissing, missing, maximum: expected);
    }

    private void SayVersions(SensorRow[] expected)
    {
        string[] versions =
        [
            .. (database.Starts ?? [])
                .Where(start => start.StoppedAt is null && expected.Any(sensor => sensor.Id == start.Id))
                .Select(start => start.Version)
                .Where(version => version.Length > 0)
                .Distinct(),
        ];
        if (versions.Length > 1)
        {
            report.Note($"the sensors run different versions: {string.Join(", ", versions)}");
        }
        else if (database.FailureOf(DatabaseProbe.StartsPart) is { } failure)
        {
            report.Note($"stopped sensors are not told: {failure.Code} {failure.Words}");
        }
    }
}
