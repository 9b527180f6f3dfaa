using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>A file in split-brain.</summary>
/// <param name="Name">Its path from the root of the volume, or <c>&lt;gfid:...&gt;</c> where no brick can tell the path.</param>
/// <param name="Kind">What its copies disagree about, as half a sentence; empty where that cannot be told.</param>
internal sealed record SplitFile(string Name, string Kind)
{
    public override string ToString() => Kind.Length == 0 ? Name : $"{Name} ({Kind})";
}

/// <summary>
/// The distinct files in split-brain of one set of bricks. Every brick of the set lists the same file, so the lists are joined, by gfid
/// where it is known. A brick that cannot tell a path lists a gfid in its place; without the gfid of the others the number is then a range.
/// </summary>
/// <param name="Set">The set.</param>
/// <param name="AtLeast">Files that are surely different.</param>
/// <param name="AtMost">Files when no path and gfid are the same file.</param>
/// <param name="Files">The first of them, with a path before those without.</param>
internal sealed record SplitFiles(BrickSet Set, long AtLeast, long AtMost, IReadOnlyList<SplitFile> Files)
{
    /// <summary>The gfids of all, as far as they are known, with those of names that are another file on each brick.</summary>
    internal required IReadOnlySet<string> Gfids { get; init; }

    private const int MostFiles = 20;
    private const string GfidBegin = "<gfid:";

    internal string Count => AtLeast == AtMost ? Words.Count(AtLeast, "file") : $"{AtLeast} to {AtMost} files";

    internal static SplitFiles Of(VolumeHeal heal, HealList list, BrickSet set)
    {
        Dictionary<(string Brick, string Name), string> gfids = [];
        Dictionary<string, string> paths = new(StringComparer.Ordinal);
        foreach (HealFile file in heal.Files)
        {
            gfids[(file.Brick, file.Name)] = file.Gfid;
            if (file.Name.StartsWith('/'))
            {
                paths[file.Gfid] = file.Name;
            }
        }

        Dictionary<string, string> nameByIdentity = new(StringComparer.Ordinal);
        long longestList = 0;
        long unnamed = 0;
        foreach (HealListBrick brick in list.Bricks.Where(brick => set.Bricks.Any(known => known.Name == brick.Name)))
        {
            // A log lists a file each time that it was seen.
            HashSet<string> names = [.. brick.SplitNames];
            long beyond = brick.Split - brick.SplitNames.Count;
            longestList = Math.Max(longestList, names.Count + beyond);
            unnamed += beyond;
            foreach (string name in names)
            {
                string identity = IdentityOf(name, gfids.GetValueOrDefault((brick.Name, name)));
                if (!nameByIdentity.TryGetValue(identity, out string? known) || known.StartsWith(GfidBegin, StringComparison.Ordinal))
                {
                    nameByIdentity[identity] = paths.GetValueOrDefault(identity, name);
                }
            }
        }

        bool isExact = unnamed == 0 && (nameByIdentity.Keys.All(IsGfid) || nameByIdentity.Keys.All(identity => !IsGfid(identity)) || nameByIdentity.Count == longestList);
        long atMost = nameByIdentity.Count + unnamed;
        return new SplitFiles(set, isExact ? atMost : longestList, atMost, Describe(heal, set, nameByIdentity))
        {
            Gfids = nameByIdentity.Keys.Where(IsGfid)
                .Concat(nameByIdentity.Values.SelectMany(name => FilesWithTwoIdentities(heal, set, name)).Select(file => file.Gfid))
                .ToHashSet(StringComparer.Ordinal),
        };
    }

    private static bool IsGfid(string identity) => identity[0] != '/';

    private static string IdentityOf(string name, string? gfid) =>
        gfid is { Length: > 0 } ? gfid
        : name.StartsWith(GfidBegin, StringComparison.Ordinal) ? name[GfidBegin.Length..].TrimEnd('>')
        : name;

    private static List<SplitFile> Describe(VolumeHeal heal, BrickSet set, Dictionary<string, string> nameByIdentity) =>
    [
        .. nameByIdentity
            .OrderBy(entry => entry.Value[0] != '/')
            .ThenBy(entry => entry.Value, StringComparer.Ordinal)
            .Take(MostFiles)
            .Select(entry => new SplitFile(entry.Value, KindOf(heal, set, entry.Key, entry.Value))),
    ];

    private static string KindOf(VolumeHeal heal, BrickSet set, string identity, string name)
    {
        List<string> children = [.. FilesWithTwoIdentities(heal, set, name).Select(file => file.Name).Distinct(StringComparer.Ordinal)];
        if (children.Count > 0)
        {
            string more = children.Count > 1 ? $" and {children.Count - 1} more" : "";
            return $"gfid: {children[0]}{more} below it is another file on each brick";
        }

        BlamedParts parts = heal.Blame.GetValueOrDefault(identity);
        List<string> words = [];
        if (parts.HasFlag(BlamedParts.Data))
        {
            words.Add("data");
        }

        if (parts.HasFlag(BlamedParts.Metadata))
        {
            words.Add("metadata");
        }

        if (parts.HasFlag(BlamedParts.Entry))
        {
            words.Add("names in this folder");
        }

        return string.Join(" or ", words);
    }

    /// <summary>The files directly below a folder whose name has another gfid on each brick.</summary>
    private static IEnumerable<HealFile> FilesWithTwoIdentities(VolumeHeal heal, BrickSet set, string folder)
    {
        string below = folder == "/" ? "/" : folder + "/";
        return heal.Files
            .Where(file => file.Name.StartsWith(below, StringComparison.Ordinal)
                && !file.Name[below.Length..].Contains('/', StringComparison.Ordinal)
                && set.Bricks.Any(brick => brick.Name == file.Brick))
            .GroupBy(file => file.Name, StringComparer.Ordinal)
            .Where(group => group.Select(file => file.Gfid).Distinct(StringComparer.Ordinal).Count() > 1)
            .SelectMany(group => group);
    }
}
