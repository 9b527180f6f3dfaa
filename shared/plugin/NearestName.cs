namespace Ringfree.Monitoring.Plugin;

/// <summary>Finds the name that a person probably meant.</summary>
internal static class NearestName
{
    private const int MostSlips = 2;

    /// <summary>
    /// The name that the fewest slips of the hand turn into the text: a letter too many, too few, another one, or two that changed places.
    /// </summary>
    /// <returns>The name; null when each takes more than two slips, or as many as a third of the text.</returns>
    internal static string? Of(string text, IEnumerable<string> names)
    {
        (string? nearest, int fewest) = (null, Math.Min(MostSlips, text.Length / 3) + 1);
        foreach (string name in names)
        {
            int slips = Slips(text, name);
            if (slips < fewest)
            {
                (nearest, fewest) = (name, slips);
            }
        }

        return nearest;
    }

    /// <summary>The optimal string alignment distance, row by row.</summary>
    private static int Slips(string text, string name)
    {
        int[] beforeLast = [];
        int[] last = [.. Enumerable.Range(0, name.Length + 1)];
        for (int row = 1; row <= text.Length; row++)
        {
            int[] current = [row, .. new int[name.Length]];
            for (int column = 1; column <= name.Length; column++)
            {
                int replaced = last[column - 1] + (text[row - 1] == name[column - 1] ? 0 : 1);
                int least = Math.Min(replaced, Math.Min(last[column], current[column - 1]) + 1);
                bool changedPlaces = row > 1 && column > 1 && text[row - 1] == name[column - 2] && text[row - 2] == name[column - 1];
                current[column] = changedPlaces ? Math.Min(least, beforeLast[column - 2] + 1) : least;
            }

            (beforeLast, last) = (last, current);
        }

        return last[^1];
    }
}
