using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Evaluates whether the system and the PHP of a container mean the same time zone. Nothing of what a container writes is printed but the
/// name of a zone that the node knows too.
/// </summary>
internal sealed class TimezonesEvaluation
{
    private const long LatestSecond = 253_402_300_799;

    // The boot's time and a process's ticks after it are each rounded.
    private static readonly TimeSpan ClockPrecision = TimeSpan.FromSeconds(2);

    private readonly OpenvzSettings settings;
    private readonly NodeReading node;
    private readonly TimezonesReading reading;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private readonly Dictionary<(ZoneRules System, ZoneRules Php), bool> compared = [];

    private TimezonesEvaluation(OpenvzSettings settings, NodeReading node, TimezonesReading reading, ReportBuilder report)
    {
        this.settings = settings;
        this.node = node;
        this.reading = reading;
        this.report = report;
        concern = report.For(OpenvzCheck.Timezone);
    }

    internal static void Evaluate(OpenvzSettings settings, NodeReading node, BootEvaluation boot, ReportBuilder report)
    {
        if (node.Timezones is not { } reading)
        {
            boot.NothingRuns(OpenvzCheck.Timezone, "whose time zone could be judged");
            return;
        }

        TimezonesEvaluation evaluation = new(settings, node, reading, report);
        if (reading.Error is { } error)
        {
            evaluation.Tell(error.Caller is { } caller
                ? $"user {caller.User} may not read {error.Subject}; cure: {Sudo.LineFor(caller, report.Options)}"
                : $"{error.Subject} cannot be read: {Sentences.Why(error)}");
        }
        else if (reading.Known.Count == 0)
        {
            evaluation.Tell($"the node has no {settings.Root}{TimezonesProbe.ZoneFolder}/UTC; cure: install tzdata on the node");
        }
        else
        {
            evaluation.Evaluate();
        }
    }

    private void Tell(string why) => concern.Problem(Status.Unknown, TimezoneHeadlines.ZonesUnknown, $"time zones are not known: {why}");

    private void Evaluate()
    {
        concern.RememberThisRun();
        TellUnread();
        List<(string Id, HeadlineKind Kind, string Sentence)> drifted = [];
        List<(string Id, string Sentence)> stale = [];
        int settingsCompared = 0;
        foreach ((string id, IReadOnlyList<PhpSetting> phps) in reading.Phps.Where(entry => !reading.Unread.Any(one => one.Id == entry.Key))
            .OrderBy(entry => entry.Key, ContainerId.InOrder))
        {
            settingsCompared += phps.Count;
            foreach (PhpSetting php in phps)
            {
                if (Drift(id, php) is var (kind, sentence))
                {
                    drifted.Add((id, kind, sentence));
                    break;
                }
            }

            if (Stale(id, phps) is { } changed)
            {
                stale.Add((id, changed));
            }
        }

        TellStale(stale);
        Metric metric = concern.Record(OpenvzCheck.TimezoneMismatches, settingsCompared == 0 ? null : drifted.Count);
        if (drifted.Count == 1)
        {
            concern.Problem(metric.Status, drifted[0].Kind.With("CTID", drifted[0].Id), drifted[0].Sentence);
        }
        else if (drifted.Count > 1)
        {
            string named = Sentences.Some([.. drifted.Select(one => node.Label(one.Id))]);
            concern.Problem(
                metric.Status,
                TimezoneHeadlines.ManyZones,
                $"{drifted.Count} containers have a PHP in another time zone than their system: {named}",
                children: [.. drifted.Select(one => new Finding(metric.Status, one.Sentence, OpenvzCheck.Timezone))]);
        }

        if (settingsCompared == 0 && reading.Unread.Count == 0)
        {
            concern.Problem(
                Status.Unknown,
                TimezoneHeadlines.NoZoneSet,
                "no container sets a time zone for PHP (date.timezone), so that there is none to compare with its system's");
            return;
        }

        NoteUnset();
        string summary = settingsCompared == 1
            ? "1 PHP setting agrees with its system's time zone"
            : $"{settingsCompared} PHP settings agree with their system's time zone";
        concern.Ok(summary);
        concern.Summary(summary);
    }

    private void TellUnread()
    {
        foreach ((string id, string why) in reading.Unread)
        {
            concern.Problem(
                Status.Unknown,
                TimezoneHeadlines.ZoneUnread.With("CTID", id),
                $"the time zone of container {node.Label(id)} is not known: {why}");
        }
    }

    /// <summary>A php.ini without a zone means UTC, or what PHP 5.3 guesses: nothing was set that could be compared.</summary>
    private void NoteUnset()
    {
        string[] unset = [.. reading.Phps.Where(entry => entry.Value.Count == 0).Select(entry => node.Label(entry.Key))];
        if (unset.Length > 0)
        {
            report.Note($"no time zone is set for PHP in {Words.Count(unset.Length, "container")}: {Sentences.Some(unset)}");
        }
    }

    /// <summary>
    /// What says that the web server of a container has settings of before a change of its zone; null when nothing does. A file that was
    /// written without that the zone became another one since an earlier run does not count.
    /// </summary>
    private string? Stale(string id, IReadOnlyList<PhpSetting> phps)
    {
        (long systemModified, string fingerprint) = reading.SystemFiles.GetValueOrDefault(id, (0, ""));
        string meaning = $"{fingerprint} {string.Join(' ', phps.Select(php => php.Zone))}";
        string key = $"zone {id}";
        string[] before = concern.Past.Text(key)?.Split(' ', 2) ?? [];
        DateTimeOffset since =
            before is [var time, var known] && known == meaning && MemoryTime.Parse(time) is { } first ? first : concern.Now;
        concern.Remember(key, $"{MemoryTime.Print(since)} {meaning}");
        if (!reading.WebServers.TryGetValue(id, out DateTimeOffset started))
        {
            return null;
        }

        (string what, long modified) = phps.Select(php => (Named(php), php.Modified))
            .Append(($"its {TimezonesProbe.Localtime}", systemModified)).MaxBy(one => one.Item2);
        DateTimeOffset changed = DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(modified, 0, LatestSecond));
        return changed > started + ClockPrecision && changed <= since
            ? $"{what} was changed {Words.Moment(changed)}, its web server has the settings of {Words.Moment(started)}"
            : null;
    }

    private void TellStale(List<(string Id, string Sentence)> stale)
    {
        const int OneByOne = 3;
        foreach ((string id, string sentence) in stale.Count > OneByOne ? [] : stale)
        {
            concern.Problem(
                Status.Warning,
                TimezoneHeadlines.ZoneStale.With("CTID", id),
                $"container {node.Label(id)} may still mean its old time zone: {sentence}");
        }

        if (stale.Count > OneByOne)
        {
            concern.Problem(
                Status.Warning,
                TimezoneHeadlines.ManyZonesStale,
                $"{stale.Count} containers may still mean their old time zones, because their web servers were not reloaded: "
                    + Sentences.Some([.. stale.Select(one => node.Label(one.Id))]),
                [.. stale.Select(one => new Finding(
                    Status.Warning, $"container {node.Label(one.Id)}: {one.Sentence}", OpenvzCheck.Timezone))]);
        }
    }

    private bool AreTheSame(ZoneRules system, ZoneRules php)
    {
        if (!compared.TryGetValue((system, php), out bool same))
        {
            compared[(system, php)] = same = system.MeansTheSameAs(php, concern.Now);
        }

        return same;
    }

    private (HeadlineKind Kind, string Sentence)? Drift(string id, PhpSetting setting)
    {
        string label = node.Label(id);
        if (!reading.Known.TryGetValue(setting.Zone, out ZoneRules? php))
        {
            return (TimezoneHeadlines.ZoneUnknown, $"container {label}: {Named(setting)} names a time zone that this node does not know");
        }

        string by = setting.Where.StartsWith("a file", StringComparison.Ordinal) ? $" by {setting.Where}" : "";
        return Difference(id, php) is { } difference
            ? (TimezoneHeadlines.ZoneDrift, $"container {label}: {setting.Php} means {setting.Zone} ({Offset(php)}){by}, but {difference}")
            : null;
    }

    private static string Named(PhpSetting setting) =>
        setting.Where.StartsWith("a ", StringComparison.Ordinal) ? setting.Where : $"its {setting.Where}";

    /// <summary>What the system means that the PHP does not; null when both mean the same.</summary>
    private string? Difference(string id, ZoneRules php)
    {
        if (!reading.Systems.TryGetValue(id, out ZoneRules? system))
        {
            // Without the file the C library means UTC.
            return reading.Known.TryGetValue("UTC", out ZoneRules? utc) && AreTheSame(utc, php)
                ? null
                : $"the system has no {TimezonesProbe.Localtime} and so means UTC";
        }

        return system is null ? $"{TimezonesProbe.Localtime} is no time zone file"
            : AreTheSame(system, php) ? null
            : $"{TimezonesProbe.Localtime} means {(NameOf(system) is { } name ? $"{name} ({Offset(system)})" : Offset(system))}";
    }

    private string? NameOf(ZoneRules system) => reading.Known.FirstOrDefault(zone => AreTheSame(system, zone.Value)).Key;

    private string Offset(ZoneRules rules)
    {
        int minutes = rules.OffsetAt(concern.Now) / 60;
        string sign = minutes < 0 ? "-" : "+";
        return string.Create(CultureInfo.InvariantCulture, $"UTC{sign}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00} now");
    }
}
