using System.Buffers.Text;
using System.Globalization;
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

    /// <summary>By container, when the file of its zone was last written, or the link to it made; seconds since 1970.</summary>
    internal IReadOnlyDictionary<string, (long Modified, string Fingerprint)> SystemFiles { get; init; } =
        new Dictionary<string, (long Modified, string Fingerprint)>();

    /// <summary>By container that has a php.ini, the zones that its PHPs are set to; empty when no file sets one.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<PhpSetting>> Phps { get; init; } =
        new Dictionary<string, IReadOnlyList<PhpSetting>>();

    /// <summary>By container, since when its web server has not been told to read its settings again; missing where none runs.</summary>
    internal IReadOnlyDictionary<string, DateTimeOffset> WebServers { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>The containers whose files could not be read whole, and why.</summary>
    internal IReadOnlyList<(string Id, string Why)> Unread { get; init; } = [];

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

    private readonly IWorld world;
    private readonly OpenvzSettings settings;
    private readonly NodeReading reading;
    private readonly Dictionary<string, ZoneRules?> systems = [];
    private readonly Dictionary<string, (long Modified, string Fingerprint)> systemFiles = [];
    private readonly Dictionary<string, List<PhpFile>> files = [];
    private readonly List<(string Id, string Why)> unread = [];
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

    private TimezonesReading Read(string[] running)
    {
        if (ReadContainers(running) is { } error)
        {
            return new TimezonesReading { Error = error };
        }

        Dictionary<string, IReadOnlyList<PhpSetting>> phps = files.ToDictionary(entry => entry.Key, entry => PhpSettings.Of(entry.Value));
        return new TimezonesReading
        {
            Systems = systems,
            SystemFiles = systemFiles,
            Phps = phps,
            WebServers = WebServersProbe.Read(world, settings, reading),
            Known = ReadKnownZones(phps.Values),
            Unread = unread,
        };
    }

    private ProbeError? ReadContainers(string[] running)
    {
        Dictionary<string, string> idByRoot = [];
        foreach (string id in running)
        {
            idByRoot[reading.RootOf(id, settings)] = id;
        }

        // Two questions for each folder that holds roots: /vz/root, most often.
        foreach (string parent in idByRoot.Keys.Select(root => root[..root.LastIndexOf('/')]).Distinct().ToArray())
        {
            FilesQuestion inside = new([Localtime]) { Within = parent + "/*", MayHang = true, TellsTimes = true };
            FilesQuestion ofPhp = inside with
            {
                Patterns = PhpSettings.Patterns,
                LargestFile = 1024 * 1024,
                OnlyLinesWith = PhpSettings.Key,
            };

            // One after the other: both look into the same folder, where no second child is sent while one hangs.
            if ((Take(world.Ask(inside), parent, idByRoot) ?? Take(world.Ask(ofPhp), parent, idByRoot)) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private ProbeError? Take(Answer answer, string parent, Dictionary<string, string> idByRoot)
    {
        string? denied = null;
        List<string> begun = [];
        FilesQuestion.Visit(answer, (path, content, failure) =>
        {
            string file = Encoding.UTF8.GetString(path);
            int slash = file.Length > parent.Length ? file.IndexOf('/', parent.Length + 1) : -1;
            if (idByRoot.GetValueOrDefault(slash < 0 ? file : file[..slash]) is not { } id)
            {
                return;
            }

            if (slash < 0 && failure is null)
            {
                begun.Add(id);
            }
            else if (slash < 0)
            {
                AddUnread(id, $"it {failure}");
            }
            else
            {
                denied ??= failure == "Permission denied" ? id : null;
                Add(id, file[slash..], content, failure);
            }
        });
        if (denied is not null)
        {
            return new ProbeError($"the files of container {reading.Label(denied)}", ProbeErrorKind.Denied, "Permission denied")
            {
                Caller = Caller.Of(world),
            };
        }

        if (answer.Outcome == Outcome.Answered)
        {
            return null;
        }

        // What was told before the root that hangs, or that ended the child, holds.
        ProbeError error = ProbeError.Of($"the roots of containers in {parent}", answer);
        if (begun.Count == 0)
        {
            return error;
        }

        AddUnread(begun[^1], Sentences.Why(error));
        IEnumerable<string> here = idByRoot.Where(root => root.Key[..root.Key.LastIndexOf('/')] == parent).Select(root => root.Value);
        foreach (string id in here.Except(begun))
        {
            AddUnread(id, $"not reached because of container {begun[^1]}");
        }

        return null;
    }

    private void AddUnread(string id, string why)
    {
        if (!unread.Exists(one => one.Id == id))
        {
            unread.Add((id, why));
        }
    }

    private void Add(string id, string file, ReadOnlySpan<byte> content, string? failure)
    {
        long modified = Modified(ref content);
        if (file == Localtime)
        {
            systems[id] = failure is null ? Parse(content) : null;
            systemFiles[id] = (modified, Fnv1a.Of(content).ToString("x16", CultureInfo.InvariantCulture));
            return;
        }

        if (!files.TryGetValue(id, out List<PhpFile>? known))
        {
            files[id] = known = [];
        }

        if (failure is null)
        {
            known.Add(new PhpFile(file, PhpSettings.ZoneOf(content), modified));
        }
        else if (failure.StartsWith("has more than", StringComparison.Ordinal))
        {
            AddUnread(id, $"one of its files {failure}");
        }
    }

    /// <summary>Takes the line off that tells the time.</summary>
    private static long Modified(ref ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> label = "modified "u8;
        int end = content.IndexOf((byte)'\n');
        if (!content.StartsWith(label) || end < 0 || !Utf8Parser.TryParse(content[label.Length..end], out long seconds, out int _))
        {
            return 0;
        }

        content = content[(end + 1)..];
        return seconds;
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
    private Dictionary<string, ZoneRules> ReadKnownZones(IEnumerable<IReadOnlyList<PhpSetting>> phps)
    {
        Dictionary<string, ZoneRules> known = [];
        string folder = settings.Root + ZoneFolder;
        IEnumerable<string> named = phps.SelectMany(settings => settings.Select(setting => setting.Zone));
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
