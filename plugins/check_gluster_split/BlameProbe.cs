using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Asks the copies on this server's bricks what they blame the others for. The attribute <c>trusted.afr.VOLUME-client-N</c> counts the changes
/// that brick N of the volume lacks: four bytes each for data, metadata and, of a folder, entries. A file is reached by its gfid, so that no
/// path that a user made is followed. Source: GlusterFS documentation, "Automatic file replication: changelog xattrs".
/// </summary>
internal static class BlameProbe
{
    private const string Program = "/usr/bin/getfattr";
    private const int MostFiles = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    internal static IReadOnlyDictionary<string, BlamedParts> Read(IWorld world, Volume volume, Cluster cluster, HealList list, IReadOnlyList<HealFile> files)
    {
        Dictionary<string, BlamedParts> blame = new(StringComparer.Ordinal);
        HashSet<(string Brick, string Name)> split = [.. list.Bricks.SelectMany(brick => brick.SplitNames.Select(name => (brick.Name, name)))];
        foreach (Brick brick in volume.Bricks.Where(cluster.IsLocal))
        {
            List<string> gfids = [.. files.Where(file => file.Brick == brick.Name && split.Contains((file.Brick, file.Name)) && Guid.TryParseExact(file.Gfid, "D", out _)).Select(file => file.Gfid).Take(MostFiles)];
            if (gfids.Count > 0)
            {
                // The gfid of a folder is a link to it; the dot behind it reaches the folder itself.
                IEnumerable<string> paths = gfids.Select(gfid => $"{brick.Path}/.glusterfs/{gfid[..2]}/{gfid[2..4]}/{gfid}");
                Answer answer = world.Ask(new CommandQuestion(
                    Program,
                    ["--no-dereference", "--dump", "--match=trusted.afr.", "--encoding=hex", "--absolute-names", "--", .. paths.SelectMany(path => new[] { path, path + "/." })])
                {
                    Limit = Limit,
                });
                Parse(answer.Bytes.Span, volume.Name, blame);
            }
        }

        return blame;
    }

    /// <summary>Reads <c>getfattr --dump --encoding=hex</c>: a line "# file: PATH", then a line NAME=0xHEX for each attribute.</summary>
    internal static void Parse(ReadOnlySpan<byte> output, string volume, Dictionary<string, BlamedParts> blame)
    {
        string? gfid = null;
        string attribute = $"trusted.afr.{volume}-client-";
        foreach (string line in Encoding.UTF8.GetString(output).Split('\n'))
        {
            if (line.StartsWith("# file: ", StringComparison.Ordinal))
            {
                string path = line.EndsWith("/.", StringComparison.Ordinal) ? line[..^2] : line;
                gfid = path[(path.LastIndexOf('/') + 1)..];
            }
            else if (gfid is not null && line.StartsWith(attribute, StringComparison.Ordinal) && line.IndexOf("=0x", StringComparison.Ordinal) is > 0 and var at)
            {
                blame[gfid] = blame.GetValueOrDefault(gfid) | PartsOf(line[(at + 3)..].Trim());
            }
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
