using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Evaluates whether the system and the PHP of a container mean the same time zone. Nothing of what a container writes is printed but the
/// name of a zone that the node knows too.
/// </summary>
internal sealed class TimezonesEvaluation
{
    private readonly OpenvzSettings settings;
    private readonly NodeReading node;
    private readonly TimezonesReading reading;
    private readonly ConcernReport concern;
    private readonly Dictionary<(ZoneRules System, ZoneRules Php), bool> compared = [];

    private TimezonesEvaluation(OpenvzSettings settings, NodeReading node, TimezonesReading reading, ConcernReport concern)
    {
        this.settings = settings;
        this.node = node;
        this.reading = reading;
        this.concern = concern;
    }

    internal static void Evaluate(OpenvzSettings settings, NodeReading node, BootEvaluation boot, ReportBuilder report)
    {
        if (node.Timezones is not { } reading)
        {
            boot.NothingRuns(OpenvzCheck.Timezone, "whose time zone could be judged");
            return;
        }

        TimezonesEvaluation evaluation = new(settings, node, reading, report.For(OpenvzCheck.Timezone));
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

    private void Tell(string why) => concern.Problem(Status.Unknown, OpenvzHeadlines.ZonesUnknown, $"time zones are not known: {why}");

    private void Evaluate()
    {
        List<(string Id, HeadlineKind Kind, string Sentence)> drifted = [];
        int settingsCompared = 0;
        foreach ((string id, List<(string File, string Zone)> files) in
            reading.Phps.OrderBy(entry => entry.Key, Comparer<string>.Create(ContainerId.Compare)))
        {
            foreach ((string file, string zone) in files)
            {
                settingsCompared++;
                if (Drift(id, file, zone) is var (kind, sentence))
                {
                    drifted.Add((id, kind, sentence));
                    break;
                }
            }
        }

        Metric metric = concern.Record(OpenvzCheck.TimezoneMismatches, drifted.Count);
        if (drifted.Count == 1)
        {
            concern.Problem(metric.Status, drifted[0].Kind.With("CTID", drifted[0].Id), drifted[0].Sentence);
        }
        else if (drifted.Count > 1)
        {
            string named = Sentences.Some([.. drifted.Select(one => node.Label(one.Id))]);
            concern.Problem(
                metric.Status,
                OpenvzHeadlines.ManyZones,
                $"{drifted.Count} containers have a PHP in another time zone than their system: {named}",
                children: [.. drifted.Select(one => new Finding(metric.Status, one.Sentence, OpenvzCheck.Timezone))]);
        }

        string summary = settingsCompared == 1
            ? "1 PHP setting agrees with its system's time zone"
            : $"{settingsCompared} PHP settings agree with their system's time zone";
        concern.Ok(summary);
        concern.Summary(summary);
    }

    private bool AreTheSame(ZoneRules system, ZoneRules php)
    {
        if (!compared.TryGetValue((system, php), out bool same))
        {
            compared[(system, php)] = same = system.MeansTheSameAs(php, concern.Now);
        }

        return same;
    }

    private (HeadlineKind Kind, string Sentence)? Drift(string id, string file, string zone)
    {
        string label = node.Label(id);
        if (!reading.Known.TryGetValue(zone, out ZoneRules? php))
        {
            string name = file[(file.LastIndexOf('/') + 1)..];
            return (OpenvzHeadlines.ZoneUnknown, $"container {label}: its {name} names a time zone that this node does not know");
        }

        return Difference(id, php) is { } difference
            ? (OpenvzHeadlines.ZoneDrift, $"container {label}: PHP means {zone} ({Offset(php)}), but {difference}")
            : null;
    }

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
