namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>An entry of a brick's heal list.</summary>
/// <param name="Brick">HOST:PATH.</param>
/// <param name="Gfid">The file's identity on that brick.</param>
/// <param name="Name"><c>/path</c>, or <c>&lt;gfid:...&gt;</c> where the brick cannot tell the path.</param>
internal readonly record struct HealFile(string Brick, string Gfid, string Name);

/// <summary>
/// Reads <c>volume heal VOLUME info --xml</c>: it has the gfid of every entry, which the text has not, and no mark of split-brain, which
/// the text has.
/// </summary>
internal static class HealFilesParser
{
    /// <exception cref="GlusterException">The answer is of another form.</exception>
    internal static (IReadOnlyList<HealFile> Files, CommandEnd End) Parse(ReadOnlyMemory<byte> answer, string command)
    {
        List<HealFile> files = [];
        List<(string Gfid, string Name)> ofBrick = [];
        string gfid = "";
        string brick = "";
        CommandEnd end = GlusterXml.Walk(
            answer,
            command,
            (element, reader) =>
            {
                if (element == "brick")
                {
                    (brick, ofBrick) = ("", []);
                }
                else if (element == "file")
                {
                    gfid = reader.GetAttribute("gfid") ?? "";
                }
            },
            (element, text) =>
            {
                switch (element)
                {
                    case "name":
                        brick = text.Trim();
                        break;
                    case "file":
                        ofBrick.Add((gfid, text));
                        break;
                    case "brick":
                        files.AddRange(ofBrick.Select(file => new HealFile(brick, file.Gfid, file.Name)));
                        break;
                    default:
                        break;
                }
            });
        return (files, end);
    }
}
