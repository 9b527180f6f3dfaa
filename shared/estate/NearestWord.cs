namespace Ringfree.Monitoring.Estate;

/// <summary>Finds the word that a mistyped one was probably meant to be.</summary>
public static class NearestWord
{
    private const int MostEdits = 2;

    /// <summary>
    /// The accepted word with the fewest edits (a letter more, less, other, or two swapped), at most two and fewer than half of its
    /// letters.
    /// </summary>
    /// <param name="given">The word that is not accepted.</param>
    /// <param name="accepted">The words that are.</param>
    /// <returns>The first of the nearest, or null when none is near.</returns>
    public static string? Of(string given, IEnumerable<string> accepted) => accepted
        .Select(word => (Word: word, Edits: Edits(given.ToUpperInvariant(), word.ToUpperInvariant())))
        .Where(near => near.Edits <= MostEdits && near.Edits * 2 < near.Word.Length)
        .OrderBy(near => near.Edits)
        .Select(near => near.Word)
        .FirstOrDefault();

    /// <summary><c>did you mean address? </c>, or nothing.</summary>
    internal static string Hint(string given, IEnumerable<string> accepted) => Of(given, accepted) is { } near ? $"did you mean {TomlText.OneLine(near)}? " : "";

    private static int Edits(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > MostEdits)
        {
            return MostEdits + 1;
        }

        int[] before = [], above = [.. Enumerable.Range(0, other.Length + 1)];
        for (int row = 1; row <= one.Length; row++)
        {
            int[] edits = new int[other.Length + 1];
            edits[0] = row;
            for (int column = 1; column <= other.Length; column++)
            {
                int replaced = above[column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1);
                edits[column] = Math.Min(replaced, Math.Min(above[column], edits[column - 1]) + 1);
                if (row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1])
                {
                    edits[column] = Math.Min(edits[column], before[column - 2] + 1);
                }
            }

            (before, above) = (above, edits);
        }

        return above[other.Length];
    }
}
