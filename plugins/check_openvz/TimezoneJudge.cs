using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Judges whether the system and the PHP of a container mean the same time zone. The container controls both files: they are read inside
/// its root, and nothing of them is printed but the name of a zone that the node knows too.
/// </summary>
internal sealed class TimezoneJudge
{
    private const string Localtime = "/etc/localtime";
    private const string ZoneFolder = "/usr/share/zoneinfo";
    private static readonly string[] PhpSettings = ["/etc/php.ini", "/etc/php5/*/php.ini", "/etc/php/*/*/php.ini"];

    private readonly Judgement judgement;
    private readonly NodeReading reading;
    private readonly Dictionary<string, ZoneRules?> systems = [];
    private readonly Dictionary<string, List<(string File, string Zone)>> phps = [];
    private readonly Dictionary<string, ZoneRules> known = [];
    private readonly Dictionary<string, ZoneRules?> parsed = [];
    private readonly Dictionary<(ZoneRules System, ZoneRules Php), bool> compared = [];

    private TimezoneJudge(Judgement judgement)
    {
        this.judgement = judgement;
        reading = judgement.Reading;
    }

    internal static void Judge(Judgement judgement) => new TimezoneJudge(judgement).JudgeAll();

    /// <summary>The zone of the last <c>date.timezone</c> line of a php.ini that is no comment; null when there is none.</summary>
    internal static string? PhpZone(ReadOnlySpan<byte> settings)
    {
        string? zone = null;
        foreach (string line in Encoding.UTF8.GetString(settings).Split('\n'))
        {
            string[] parts = line.Split('=', 2);
            if (parts.Length == 2 && parts[0].Trim() == "date.timezone")
            {
                string value = parts[1].Split(';')[0].Trim().Trim('"', '\'');
                zone = value.Length > 0 ? value : null;
            }
        }

        return zone;
    }

    private void JudgeAll()
    {
        string[] running = [.. reading.Scan!.Containers.Values.Where(container => container.Init > 0 && !judgement.Ignored.Contains(container.Id)).Select(container => container.Id)];
        if (running.Length == 0)
        {
            judgement.NothingRuns(OpenvzCheck.Timezone, "whose time zone could be judged");
            return;
        }

        if (!ReadContainers(running) || !ReadKnownZones())
        {
            return;
        }

        List<string> drifted = [];
        List<Finding> children = [];
        int settingsCompared = 0;
        foreach ((string id, List<(string File, string Zone)> settings) in phps.OrderBy(entry => entry.Key, Comparer<string>.Create(ContainerId.Compare)))
        {
            foreach ((string file, string zone) in settings)
            {
                settingsCompared++;
                if (Drift(id, file, zone) is { } sentence)
                {
                    drifted.Add(reading.Label(id));
                    children.Add(new Finding(Status.Warning, sentence, OpenvzCheck.Timezone));
                    break;
                }
            }
        }

        Metric metric = judgement.Measure(OpenvzCheck.ZonesDrifted, drifted.Count);
        if (drifted.Count == 1)
        {
            judgement.Add(metric.Status, children[0].Sentence, OpenvzCheck.Timezone);
        }
        else if (drifted.Count > 1)
        {
            judgement.Add(
                metric.Status,
                $"{drifted.Count} containers have a PHP in another time zone than their system: {Judgement.Some(drifted)}",
                OpenvzCheck.Timezone,
                [.. children.Select(child => child with { Own = metric.Status })]);
        }

        judgement.Well(
            settingsCompared == 1
                ? "1 PHP setting agrees with its system's time zone"
                : $"{settingsCompared} PHP settings agree with their system's time zone",
            OpenvzCheck.Timezone);
    }

    private bool ReadContainers(string[] running)
    {
        Dictionary<string, string> idByRoot = [];
        foreach (string id in running)
        {
            idByRoot[judgement.Options.Root + (reading.Configs.GetValueOrDefault(id)?.Root ?? $"/vz/root/{id}")] = id;
        }

        // One question for each folder that holds roots: /vz/root, most often.
        foreach (string parent in idByRoot.Keys.Select(root => root[..root.LastIndexOf('/')]).Distinct().ToArray())
        {
            string? unreadable = null;
            Answer answer = judgement.Run.World.Read(
                new FilesQuestion([Localtime, .. PhpSettings]) { Within = parent + "/*", MayHang = true, LargestFile = 256 * 1024 },
                (path, content, failure) =>
                {
                    string file = Encoding.UTF8.GetString(path);
                    int slash = file.Length > parent.Length ? file.IndexOf('/', parent.Length + 1) : -1;
                    if (slash > 0 && idByRoot.GetValueOrDefault(file[..slash]) is { } id)
                    {
                        unreadable ??= failure == "Permission denied" ? id : null;
                        Add(id, file[slash..], content, failure);
                    }
                });
            if (answer.Outcome != Outcome.Answered || unreadable is not null)
            {
                string why = unreadable is null ? $"the roots of containers in {parent} cannot be read: {NodeProbe.Said(answer)}" : $"user {judgement.Run.World.UserName} may not read the files of container {reading.Label(unreadable)}; cure: {Sudo.LineFor(judgement.Run)}";
                judgement.Add(Status.Unknown, $"time zones are not known: {why}", OpenvzCheck.Timezone, firstStep: "");
                return false;
            }
        }

        return true;
    }

    private void Add(string id, string file, ReadOnlySpan<byte> content, string? failure)
    {
        if (file == Localtime)
        {
            systems[id] = failure is null ? Parse(content) : null;
        }
        else if (failure is null && PhpZone(content) is { } zone)
        {
            if (!phps.TryGetValue(id, out List<(string File, string Zone)>? settings))
            {
                phps[id] = settings = [];
            }

            settings.Add((file, zone));
        }
    }

    /// <summary>Most containers hold one of a few files.</summary>
    private ZoneRules? Parse(ReadOnlySpan<byte> content)
    {
        string key = Convert.ToHexString(content);
        if (!parsed.TryGetValue(key, out ZoneRules? rules))
        {
            parsed[key] = rules = ZoneRules.Parse(content);
        }

        return rules;
    }

    private bool AreTheSame(ZoneRules system, ZoneRules php)
    {
        if (!compared.TryGetValue((system, php), out bool same))
        {
            compared[(system, php)] = same = system.MeansTheSameAs(php, judgement.Run.World.Now);
        }

        return same;
    }

    /// <summary>The rules of every zone that a PHP names, from the node's own copy.</summary>
    private bool ReadKnownZones()
    {
        string folder = judgement.Options.Root + ZoneFolder;
        string[] wanted = [.. phps.Values.SelectMany(settings => settings.Select(setting => setting.Zone)).Append("UTC").Distinct().Where(IsZoneName)];
        judgement.Run.World.Read(new FilesQuestion([.. wanted.Select(zone => $"{folder}/{zone}")]) { FollowsLinks = true }, (path, content, failure) =>
        {
            if (failure is null && ZoneRules.Parse(content) is { } rules)
            {
                known[Encoding.UTF8.GetString(path)[(folder.Length + 1)..]] = rules;
            }
        });
        if (known.Count == 0)
        {
            string sentence = $"time zones are not known: the node has no {folder}/UTC; cure: install tzdata on the node";
            judgement.Add(Status.Unknown, sentence, OpenvzCheck.Timezone, firstStep: "");
        }

        return known.Count > 0;
    }

    private string? Drift(string id, string file, string zone)
    {
        DateTimeOffset now = judgement.Run.World.Now;
        string label = reading.Label(id);
        if (!known.TryGetValue(zone, out ZoneRules? php))
        {
            return $"container {label}: its {file[(file.LastIndexOf('/') + 1)..]} names a time zone that this node does not know";
        }

        if (!systems.TryGetValue(id, out ZoneRules? system))
        {
            // Without the file the C library means UTC.
            return known.TryGetValue("UTC", out ZoneRules? utc) && AreTheSame(utc, php) ? null : $"container {label}: PHP means {zone} ({Offset(php, now)}), but the system has no {Localtime} and so means UTC";
        }

        return system is null ? $"container {label}: PHP means {zone} ({Offset(php, now)}), but {Localtime} is no time zone file"
            : AreTheSame(system, php) ? null
            : $"container {label}: PHP means {zone} ({Offset(php, now)}), but {Localtime} means {(NameOf(system) is { } name ? $"{name} ({Offset(system, now)})" : Offset(system, now))}";
    }

    private string? NameOf(ZoneRules system) => known.FirstOrDefault(zone => AreTheSame(system, zone.Value)).Key;

    private static string Offset(ZoneRules rules, DateTimeOffset now)
    {
        int minutes = rules.OffsetAt(now) / 60;
        return string.Create(CultureInfo.InvariantCulture, $"UTC{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00} now");
    }

    private static bool IsZoneName(string text) =>
        text.Length is > 0 and <= 64 && text[0] != '/' && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("//", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
}
