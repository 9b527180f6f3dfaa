using System.Text;
using DiffPlex;
using DiffPlex.Model;

namespace Ringfree.Monitoring.Estate;

/// <summary>What would change in a folder, as unified diffs with three lines around each change.</summary>
internal static class TreeDiff
{
    private const int Around = 3;

    internal static string Text(string root, IEnumerable<(string Path, string? Has, string? Wants)> different)
    {
        StringBuilder text = new();
        string top = Path.GetFullPath(root);
        foreach ((string path, string? has, string? wants) in different)
        {
            string name = Path.GetRelativePath(top, path);
            text.Append($"--- {(has is null ? "/dev/null" : name)}\n+++ {(wants is null ? "/dev/null" : name)}\n");
            Append(text, has ?? "", wants ?? "");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string has, string wants)
    {
        DiffResult diff = Differ.Instance.CreateLineDiffs(has.TrimEnd('\n'), wants.TrimEnd('\n'), ignoreWhitespace: false);
        (IReadOnlyList<string> old, IReadOnlyList<string> @new) = (has.Length == 0 ? [] : diff.PiecesOld, wants.Length == 0 ? [] : diff.PiecesNew);
        List<DiffBlock> blocks = [.. diff.DiffBlocks];
        for (int first = 0; first < blocks.Count;)
        {
            int last = first;
            while (last + 1 < blocks.Count && blocks[last + 1].DeleteStartA - EndOfDeleted(blocks[last]) <= 2 * Around)
            {
                last++;
            }

            Hunk(text, old, @new, blocks[first..(last + 1)]);
            first = last + 1;
        }
    }

    private static void Hunk(StringBuilder text, IReadOnlyList<string> old, IReadOnlyList<string> @new, List<DiffBlock> blocks)
    {
        int before = Math.Min(Around, blocks[0].DeleteStartA);
        int after = Math.Min(Around, Math.Max(0, old.Count - EndOfDeleted(blocks[^1])));
        (int oldStart, int newStart) = (blocks[0].DeleteStartA - before, blocks[0].InsertStartB - before);
        int oldCount = Math.Min(old.Count, EndOfDeleted(blocks[^1]) + after) - oldStart;
        int newCount = Math.Min(@new.Count, blocks[^1].InsertStartB + blocks[^1].InsertCountB + after) - newStart;
        text.Append($"@@ -{(oldCount == 0 ? 0 : oldStart + 1)},{oldCount} +{(newCount == 0 ? 0 : newStart + 1)},{newCount} @@\n");
        int at = oldStart;
        foreach (DiffBlock block in blocks)
        {
            Lines(text, ' ', old, at, block.DeleteStartA);
            Lines(text, '-', old, block.DeleteStartA, EndOfDeleted(block));
            Lines(text, '+', @new, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            at = EndOfDeleted(block);
        }

        Lines(text, ' ', old, at, at + after);
    }

    private static int EndOfDeleted(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static void Lines(StringBuilder text, char mark, IReadOnlyList<string> lines, int from, int to)
    {
        for (int index = from; index < Math.Min(to, lines.Count); index++)
        {
            text.Append($"{mark}{lines[index]}\n");
        }
    }
}
