using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Asks the copies on this server's bricks what they are called and what they blame the others for. The attribute
/// <c>trusted.afr.VOLUME-client-N</c> counts the changes that brick N of the volume lacks: four bytes each for data, metadata and, of a
/// folder, entries; <c>trusted.gfid2path.HASH</c> holds the folder's gfid and the name (from GlusterFS 4.0 on). A file is reached by its
/// gfid, so that no path that a user made is followed. Source: GlusterFS documentation, "Automatic file replication: changelog xattrs" and
/// "gfid to path".
/// </summary>
internal sealed class CopyProbe
{
    private const string Program = "/usr/bin/getfattr";
    private const string RootGfid = "00000000-0000-0000-0000-000000000001";
    private const string NameAttribute = "trusted.gfid2path.";
    private const int MostFiles = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly string blameAttribute;

    private CopyProbe(string volume) => blameAttribute = $"trusted.afr.{volume}-client-";

    /// <summary>By gfid.</summary>
    private Dictionary<string, BlamedParts> Blame { get; } = new(StringComparer.Ordinal);

    /// <summary>By gfid: the gfid of the folder, and the name in it.</summary>
    private Dictionary<string, (string Folder, string Name)> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds to a volume's entries what the copies here tell.</summary>
    internal static VolumeHeal Read(IWorld world, Cluster cluster, VolumeHeal heal, HealList list, IReadOnlyList<HealFile> files)
    {
        CopyProbe probe = new(heal.Volume.Name);
        HashSet<(string Brick, string Name)> split = [.. list.Bricks.SelectMany(brick => brick.SplitNames.Select(name => (brick.Name, name)))];
        foreach (Brick brick in heal.Volume.Bricks.Where(cluster.IsLocal))
        {
            IEnumerable<HealFile> here = files.Where(file => file.Brick == brick.Name && Guid.TryParseExact(file.Gfid, "D", out _));
            List<string> gfids = [.. here.OrderByDescending(file => split.Contains((file.Brick, file.Name))).Select(file => file.Gfid).Take(MostFiles)];
            if (gfids.Count > 0)
            {
                probe.Parse(world.Ask(Question(brick, gfids)).Bytes.Span);
            }
        }

        return heal with { Files = [.. files.Select(file => probe.Named(file, files))], Blame = probe.Blame };
    }

    /// <summary>The gfid of a folder is a link to it; the dot behind it reaches the folder itself.</summary>
    private static CommandQuestion Question(Brick brick, List<string> gfids)
    {
        IEnumerable<string> paths = gfids.Select(gfid => $"{brick.Path}/.glusterfs/{gfid[..2]}/{gfid[2..4]}/{gfid}");
        string[] options = ["--no-dereference", "--dump", @"--match=^trusted\.(afr|gfid2path)\.", "--encoding=hex", "--absolute-names", "--"];
        return new CommandQuestion(Program, [.. options, .. paths.SelectMany(path => new[] { path, path + "/." })]) { Limit = Limit };
    }

    /// <summary>A line "# file: PATH", then a line NAME=0xHEX for each attribute.</summary>
    private void Parse(ReadOnlySpan<byte> output)
    {
        string? gfid = null;
        foreach (string line in Encoding.UTF8.GetString(output).Split('\n'))
        {
            int value = line.IndexOf("=0x", StringComparison.Ordinal);
            if (line.StartsWith("# file: ", StringComparison.Ordinal))
            {
                string path = line.EndsWith("/.", StringComparison.Ordinal) ? line[..^2] : line;
                gfid = path[(path.LastIndexOf('/') + 1)..];
            }
            else if (gfid is not null && value > 0 && line.StartsWith(blameAttribute, StringComparison.Ordinal))
            {
                Blame[gfid] = Blame.GetValueOrDefault(gfid) | PartsOf(line[(value + 3)..].Trim());
            }
            else if (gfid is not null && value > 0 && line.StartsWith(NameAttribute, StringComparison.Ordinal) && NameOf(line[(value + 3)..].Trim()) is { } name)
            {
                Names[gfid] = name;
            }
        }
    }

    /// <summary>
    /// A path for an entry that the brick lists by its gfid, where the copy here knows its name and its folder's path is known.
    /// </summary>
    private HealFile Named(HealFile file, IReadOnlyList<HealFile> files)
    {
        if (file.Name.StartsWith('/') || !Names.TryGetValue(file.Gfid, out (string Folder, string Name) name))
        {
            return file;
        }

        string? folder = name.Folder == RootGfid ? "" : files.FirstOrDefault(known => known.Gfid == name.Folder && known.Name.StartsWith('/')).Name;
        return folder is null ? file : file with { Name = $"{folder}/{name.Name}" };
    }

    private static (string Folder, string Name)? NameOf(string hex)
    {
        try
        {
            string[] parts = Encoding.UTF8.GetString(Convert.FromHexString(hex)).Split('/', 2);
            return parts.Length == 2 ? (parts[0], parts[1]) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static BlamedParts PartsOf(string hex)
    {
        if (hex.Length != 24)
        {
            return BlamedParts.None;
        }

        return (IsCounted(hex[..8]) ? BlamedParts.Data : BlamedParts.None)
            | (IsCounted(hex[8..16]) ? BlamedParts.Metadata : BlamedParts.None)
            | (IsCounted(hex[16..]) ? BlamedParts.Entry : BlamedParts.None);
    }

    private static bool IsCounted(string hex) => uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint count) && count > 0;
}
