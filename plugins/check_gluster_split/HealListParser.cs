using System.Buffers.Text;
using System.Text;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Reads the text of <c>volume heal VOLUME info</c>, <c>info split-brain</c> and <c>statistics heal-count</c> as it comes. A list may have
/// millions of lines: they are counted, and only the names of the first files in split-brain are kept.
/// <code>
/// 3.3, 3.4      Gathering Heal info on volume V has been successful      a head; the number stands above the entries, and
///               Number of entries: 2                                     "info split-brain" is a log: TIME PATH
/// 3.5, 3.6      Brick HOST:/PATH/, /path - Is in split-brain             no Status line
/// 3.7 to 10     Brick HOST:/PATH, entries, Status: Connected, Number of entries: N or -
/// heal-count    Number of entries: N, or "No gathered input for this brick"
/// </code>
/// A file's name may hold a line break, and so imitate any line; therefore gluster's own number of entries is believed above the count of
/// lines, and a brick is one of the volume's or it is none. Source: heal/src/glfs-heal.c and cli/src/cli-rpc-ops.c of those releases.
/// </summary>
internal sealed class HealListParser
{
    private const int LongestLine = 8192;
    private const int MostKeptNames = 10_000;
    private const int MostHomeless = 100;
    private const int MostKeptCharacters = 500_000;
    private static readonly int LengthOfTime = "2014-05-16 19:55:19 ".Length;

    private readonly HashSet<string> bricks;
    private readonly bool everyEntryIsSplit;
    private readonly byte[] unfinished = new byte[LongestLine];
    private readonly List<HealListBrick> done = [];
    private int unfinishedLength;
    private int keptCharacters;
    private HealListBrick? brick;
    private List<string> splitNames = [];
    private long listed;
    private long split;
    private long healing;
    private bool isOldForm;
    private bool isLog;
    private string? refusal;
    private readonly List<string> homeless = [];

    /// <param name="bricks">The names of the volume's bricks.</param>
    /// <param name="everyEntryIsSplit">Whether the answer is that of <c>info split-brain</c>, which marks nothing.</param>
    internal HealListParser(IEnumerable<string> bricks, bool everyEntryIsSplit = false)
    {
        this.bricks = [.. bricks];
        this.everyEntryIsSplit = everyEntryIsSplit;
    }

    /// <summary>Takes the next piece, cut anywhere.</summary>
    internal void Read(ReadOnlySpan<byte> piece)
    {
        while (piece.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (unfinishedLength == 0)
            {
                Line(piece[..Math.Min(end, LongestLine)]);
            }
            else
            {
                Keep(piece[..end]);
                Line(unfinished.AsSpan(0, unfinishedLength));
                unfinishedLength = 0;
            }

            piece = piece[(end + 1)..];
        }

        Keep(piece);
    }

    /// <param name="isFinished">Whether the command came to its end.</param>
    internal HealList Finish(bool isFinished)
    {
        if (isFinished && unfinishedLength > 0)
        {
            Line(unfinished.AsSpan(0, unfinishedLength));
        }

        unfinishedLength = 0;
        EndBrick();
        return new HealList(done, isFinished, isOldForm, isLog, done.Count == 0 ? refusal : null)
        {
            Homeless = done.Count == 0 ? homeless : [],
        };
    }

    /// <summary>The rest of a line that is too long is dropped: its beginning says what it is.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> fitting = bytes[..Math.Min(bytes.Length, LongestLine - unfinishedLength)];
        fitting.CopyTo(unfinished.AsSpan(unfinishedLength));
        unfinishedLength += fitting.Length;
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.IsEmpty)
        {
            return;
        }

        if (brick is not null && IsEntry(line))
        {
            Entry(line);
        }
        else if (brick is not null && IsTime(line))
        {
            isLog = true;
            Entry(line[LengthOfTime..]);
        }
        else if (line.StartsWith("Brick "u8))
        {
            BeginBrick(Encoding.UTF8.GetString(line[6..].TrimEnd(" /"u8)));
        }
        else if (brick is not null && line.StartsWith("Status: "u8))
        {
            brick = brick with { Status = Encoding.UTF8.GetString(line[8..]).Trim() };
        }
        else if (brick is not null && NumberOfEntries(line, out long? entries))
        {
            brick = brick with { Entries = entries };
        }
        else if (brick is not null && line.StartsWith("No gathered input for this brick"u8))
        {
            brick = brick with { Entries = null, Status = brick.Status ?? "not asked" };
        }
        else if (brick is null && line.StartsWith("Gathering "u8) && line.TrimEnd((byte)' ').EndsWith(" successful"u8))
        {
            isOldForm = true;
        }
        else if (brick is null && IsEntry(line) && CutMark(ref line, " - Is in split-brain"u8))
        {
            string name = Encoding.UTF8.GetString(line).Trim();
            if (homeless.Count < MostHomeless && !homeless.Contains(name))
            {
                homeless.Add(name);
            }
        }
        else if (brick is null && refusal is null)
        {
            refusal = Encoding.UTF8.GetString(line).Trim();
        }
        else if (brick is null && refusal is not null && refusal.EndsWith("unsuccessful:", StringComparison.Ordinal))
        {
            refusal = $"{refusal} {Encoding.UTF8.GetString(line).Trim()}";
        }
    }

    private void BeginBrick(string name)
    {
        // "Brick - Not able to get brick information" is said of a brick whose connection is gone.
        if (bricks.Contains(name) && done.TrueForAll(known => known.Name != name) && brick?.Name != name)
        {
            EndBrick();
            brick = new HealListBrick { Name = name, SplitNames = [] };
        }
    }

    private void EndBrick()
    {
        if (brick is not null)
        {
            done.Add(brick with { Listed = listed, Split = split, Healing = healing, SplitNames = splitNames });
        }

        (brick, splitNames, listed, split, healing) = (null, [], 0, 0, 0);
    }

    private void Entry(ReadOnlySpan<byte> line)
    {
        listed++;
        ReadOnlySpan<byte> name = line;
        bool isSplit = everyEntryIsSplit;
        if (CutMark(ref name, " - Is in split-brain"u8))
        {
            isSplit = true;
        }
        else if (CutMark(ref name, " - Possibly undergoing heal"u8) || CutMark(ref name, " - Is possibly undergoing heal"u8))
        {
            healing++;
        }

        if (!isSplit)
        {
            return;
        }

        split++;
        if (splitNames.Count < MostKeptNames && keptCharacters < MostKeptCharacters)
        {
            string kept = Encoding.UTF8.GetString(name.TrimEnd((byte)' '));
            keptCharacters += kept.Length;
            splitNames.Add(kept);
        }
    }

    private static bool CutMark(ref ReadOnlySpan<byte> name, ReadOnlySpan<byte> mark)
    {
        ReadOnlySpan<byte> trimmed = name.TrimEnd((byte)' ');
        if (!trimmed.EndsWith(mark))
        {
            return false;
        }

        name = trimmed[..^mark.Length];
        return true;
    }

    private static bool NumberOfEntries(ReadOnlySpan<byte> line, out long? entries)
    {
        entries = null;
        if (!line.StartsWith("Number of entries"u8) || line.LastIndexOf(": "u8) is not (>= 0 and var colon))
        {
            return false;
        }

        ReadOnlySpan<byte> number = line[(colon + 2)..].Trim((byte)' ');
        entries = Utf8Parser.TryParse(number, out long known, out int used) && used == number.Length && known >= 0 ? known : null;
        return true;
    }

    private static bool IsEntry(ReadOnlySpan<byte> line) => line[0] == (byte)'/' || line.StartsWith("<gfid:"u8);

    private static bool IsTime(ReadOnlySpan<byte> line) =>
        line.Length > LengthOfTime && line[4] == (byte)'-' && line[7] == (byte)'-' && line[13] == (byte)':' && line[16] == (byte)':'
        && char.IsAsciiDigit((char)line[0]) && (line[LengthOfTime] == (byte)'/' || line[LengthOfTime..].StartsWith("<gfid:"u8));
}
