using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What was read of time zones.</summary>
internal sealed record TimezonesReading
{
    /// <summary>Why the files of the containers could not be read; null when they were.</summary>
    internal ProbeError? Error { get; init; }

    /// <summary>By container, the zone of its system; null where the file is no zone, missing where there is no file.</summary>
    internal IReadOnlyDictionary<string, ZoneRules?> Systems { get; init; } = new Dictionary<string, ZoneRules?>();

    /// <summary>By container, the files that set a zone for PHP, and what they set.</summary>
    internal IReadOnlyDictionary<string, List<(string File, string Zone)>> Phps { get; init; } =
        new Dictionary<string, List<(string File, string Zone)>>();

    /// <summary>By name, the zones that a PHP names and UTC, where the node knows them.</summary>
    internal IReadOnlyDictionary<string, ZoneRules> Known { get; init; } = new Dictionary<string, ZoneRules>();
}

/// <summary>
/// Reads the time zone of the system and of the PHP of every running container. The container controls both files: they are read inside
/// its root.
/// </summary>
internal sealed class TimezonesProbe
{
    internal const string Localtime = "/etc/localtime";
    internal const string ZoneFolder = "/usr/share/zoneinfo";

    private static readonly string[] PhpSettings = ["/etc/php.ini", "/etc/php5/*/php.ini", "/etc/php/*/*/php.ini"];

    private readonly IWorld world;
    private readonly OpenvzSettings settings;
    private readonly NodeReading reading;
    private readonly Dictionary<string, ZoneRules?> systems = [];
    private readonly Dictionary<string, List<(string File, string Zone)>> phps = [];
    private readonly Dictionary<string, ZoneRules?> parsed = [];

    private TimezonesProbe(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        this.world = world;
        this.settings = settings;
        this.reading = reading;
    }

    /// <summary>Reads.</summary>
    /// <returns>Null when no container runs.</returns>
    internal static TimezonesReading? Read(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        string[] running = [.. reading.Running(settings).Select(container => container.Id)];
        return running.Length == 0 ? null : new TimezonesProbe(world, settings, reading).Read(running);
    }

    private TimezonesReading Read(string[] running) => ReadContainers(running) is { } error
        ? new TimezonesReading { Error = error }
        : new TimezonesReading { Systems = systems, Phps = phps, Known = ReadKnownZones() };

    private ProbeError? ReadContainers(string[] running)
    {
        Dictionary<string, string> idByRoot = [];
        foreach (string id in running)
        {
            idByRoot[reading.RootOf(id, settings)] = id;
        }

        // One question for each folder that holds roots: /vz/root, most often.
        foreach (string parent in idByRoot.Keys.Select(root => root[..root.LastIndexOf('/')]).Distinct().ToArray())
        {
            string? unreadable = null;
            FilesQuestion question = new([Localtime, .. PhpSettings])
            {
                Within = parent + "/*",
                MayHang = true,
                LargestFile = 256 * 1024,
            };
            Answer answer = world.Read(question, (path, content, failure) =>
            {
                string file = Encoding.UTF8.GetString(path);
                int slash = file.Length > parent.Length ? file.IndexOf('/', parent.Length + 1) : -1;
                if (slash > 0 && idByRoot.GetValueOrDefault(file[..slash]) is { } id)
                {
                    unreadable ??= failure == "Permission denied" ? id : null;
                    Add(id, file[slash..], content, failure);
                }
            });
            if (unreadable is not null)
            {
                string subject = $"the files of container {reading.Label(unreadable)}";
                return new ProbeError(subject, ProbeErrorKind.Denied, "Permission denied") { Caller = Caller.Of(world) };
            }

            if (answer.Outcome != Outcome.Answered)
            {
                return ProbeError.Of($"the roots of containers in {parent}", answer);
            }
        }

        return null;
    }

    private void Add(string id, string file, ReadOnlySpan<byte> content, string? failure)
    {
        if (file == Localtime)
        {
            systems[id] = failure is null ? Parse(content) : null;
        }
        else if (failure is null && PhpZone(content) is { } zone)
        {
            if (!phps.TryGetValue(id, out List<(string File, string Zone)>? files))
            {
                phps[id] = files = [];
            }

            files.Add((file, zone));
        }
    }

    /// <summary>The zone of the last <c>date.timezone</c> line of a php.ini that is no comment; null when there is none.</summary>
    private static string? PhpZone(ReadOnlySpan<byte> settings)
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

    /// <summary>The rules of every zone that a PHP names, from the node's own copy.</summary>
    private Dictionary<string, ZoneRules> ReadKnownZones()
    {
        Dictionary<string, ZoneRules> known = [];
        string folder = settings.Root + ZoneFolder;
        IEnumerable<string> named = phps.Values.SelectMany(files => files.Select(file => file.Zone));
        string[] wanted = [.. named.Append("UTC").Distinct().Where(IsZoneName)];
        FilesQuestion question = new([.. wanted.Select(zone => $"{folder}/{zone}")]) { FollowsLinks = true };
        world.Read(question, (path, content, failure) =>
        {
            if (failure is null && ZoneRules.Parse(content) is { } rules)
            {
                known[Encoding.UTF8.GetString(path)[(folder.Length + 1)..]] = rules;
            }
        });
        return known;
    }

    private static bool IsZoneName(string text) =>
        text.Length is > 0 and <= 64 && text[0] != '/'
        && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("//", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
}
