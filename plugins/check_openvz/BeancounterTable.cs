using System.Buffers.Text;
using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>One resource of one container.</summary>
/// <param name="Container">The container's id.</param>
/// <param name="Resource">Its name: privvmpages.</param>
/// <param name="Held">In use now, in the resource's unit.</param>
/// <param name="Barrier">The soft limit.</param>
/// <param name="Limit">The hard limit.</param>
/// <param name="Failures">Refusals since the container started.</param>
internal readonly record struct Beancounter(string Container, string Resource, ulong Held, ulong Barrier, ulong Limit, ulong Failures)
{
    // LONG_MAX of 64-bit kernels and INT_MAX of old configs both mean that there is no limit.
    private const ulong UnlimitedFrom = long.MaxValue, OldUnlimited = int.MaxValue;

    // Their barrier is a guarantee or nothing; what stops them is the limit.
    private static readonly string[] HeldAgainstLimit = ["physpages", "oomguarpages", "vmguarpages", "swappages"];

    /// <summary>What it is held against; null when nothing limits it.</summary>
    internal ulong? Ceiling
    {
        get
        {
            ulong ceiling = HeldAgainstLimit.Contains(Resource) ? Limit : Barrier;
            return ceiling == 0 || IsUnlimited(ceiling) ? null : ceiling;
        }
    }

    /// <summary>
    /// Whether a refusal need not be noticed by anybody: at the limit of physical pages the kernel counts what it may not wait for, and the
    /// network asks again. Source: kernel/bc/vm_pages.c of the OpenVZ 6 kernel, ub_try_to_free_pages.
    /// </summary>
    internal bool MayBeRefusedUnnoticed => Resource is BeancounterUse.Physical or BeancounterUse.Swap;

    /// <summary>Whether a barrier or limit is none.</summary>
    internal static bool IsUnlimited(ulong limit) => limit is OldUnlimited or >= UnlimitedFrom;
}

/// <summary>How much of what it may have a container holds.</summary>
/// <param name="Container">The container's id.</param>
/// <param name="What">The resource, for people.</param>
/// <param name="Held">In use now.</param>
/// <param name="Ceiling">What it is held against; more than zero.</param>
internal readonly record struct BeancounterUse(string Container, string What, ulong Held, ulong Ceiling)
{
    internal const string Physical = "physpages", Swap = "swappages";
    private const string Resident = "oomguarpages";

    /// <summary>
    /// Every resource that something limits. Where a kernel limits physical pages and swap (VSwap), physpages holds the page cache, too: at
    /// its limit the kernel takes cache away and refuses nothing. What a container really needs is oomguarpages, its memory in RAM and in
    /// swap, against both limits together. Source: kernel/bc/vm_pages.c of the OpenVZ 6 kernel.
    /// </summary>
    /// <param name="rows">The table.</param>
    /// <param name="swapLimits">By container, where it is known: pages of swap that it may hold.</param>
    /// <returns>In the order of the table.</returns>
    internal static IEnumerable<BeancounterUse> Of(IReadOnlyList<Beancounter> rows, IReadOnlyDictionary<string, ulong> swapLimits)
    {
        Dictionary<string, ulong> physical = [];
        foreach (Beancounter row in rows)
        {
            if (row is { Resource: Physical, Ceiling: { } limit })
            {
                physical[row.Container] = limit;
            }
        }

        foreach (Beancounter row in rows)
        {
            bool isVswap = physical.TryGetValue(row.Container, out ulong pages);
            if (isVswap && row.Resource is Physical or Swap)
            {
                continue;
            }

            if (isVswap && row.Resource == Resident && swapLimits.TryGetValue(row.Container, out ulong swap))
            {
                if (!Beancounter.IsUnlimited(swap))
                {
                    yield return new BeancounterUse(row.Container, "pages of memory and swap (oomguarpages)", row.Held, pages + swap);
                }
            }
            else if (row.Ceiling is { } ceiling)
            {
                yield return new BeancounterUse(row.Container, row.Resource, row.Held, ceiling);
            }
        }
    }
}

/// <summary>
/// /proc/user_beancounters: a header of two lines, then a row for each resource; the container's id stands, with a colon, before its first
/// row alone, and a document of the vendor's has none between the colon and the resource. On OpenVZ 7 the id is the beancounter's name: a
/// UUID, or a slice of systemd's (machine.slice), which is no container.
/// </summary>
internal static class BeancounterTable
{
    private const int Numbers = 5;
    private const string Placeholder = "dummy";

    // The kinds of unit that are a control group. Source: systemd.slice(5), systemd.scope(5).
    private static readonly string[] UnitsOfSystemd = [".slice", ".scope", ".service", ".mount"];

    /// <summary>Reads the rows; those of the node itself and the placeholders are left out.</summary>
    /// <returns>Null when the text is no such table.</returns>
    internal static IReadOnlyList<Beancounter>? Parse(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("Version: 2."u8))
        {
            return null;
        }

        List<Beancounter> rows = [];
        Dictionary<ulong, string> names = [];
        string? container = null;
        Span<Range> words = stackalloc Range[Numbers + 3];
        Span<ulong> values = stackalloc ulong[Numbers];
        int line = 0;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> row = text[range];
            int count = Words(row, words);
            if (++line <= 2 || count == 0)
            {
                continue;
            }

            int first = 0;
            int colon = row[words[0]].IndexOf((byte)':');
            if (colon > 0)
            {
                container = Encoding.UTF8.GetString(row[words[0]][..colon]);
                first = colon + 1 == row[words[0]].Length ? 1 : 0;
            }

            if (container is null || count != first + 1 + Numbers)
            {
                return null;
            }

            for (int index = 0; index < Numbers; index++)
            {
                ReadOnlySpan<byte> word = row[words[first + 1 + index]];
                if (!Utf8Parser.TryParse(word, out values[index], out int used) || used != word.Length)
                {
                    return null;
                }
            }

            string resource = Name(names, row[words[first]][(colon > 0 && first == 0 ? colon + 1 : 0)..]);
            if (container != "0" && resource != Placeholder && !IsOfSystemd(container))
            {
                rows.Add(new Beancounter(container, resource, values[0], values[2], values[3], values[4]));
            }
        }

        return line <= 2 ? null : rows;
    }

    private static bool IsOfSystemd(string name) => Array.Exists(UnitsOfSystemd, unit => name.EndsWith(unit, StringComparison.Ordinal));

    /// <summary>
    /// The containers whose rows end too soon: the kernel tells every resource of each, kmemsize and lockedpages first. Source:
    /// kernel/bc/beancounter.c of the OpenVZ 6 kernel, ub_rnames.
    /// </summary>
    internal static IReadOnlyList<string> Cut(IReadOnlyList<Beancounter> table) =>
    [
        .. table.GroupBy(row => row.Container)
            .Where(rows => rows.Select(row => row.Resource).Take(2).SequenceEqual(["kmemsize", "lockedpages"])
                && !rows.Any(row => row.Resource == "numproc"))
            .Select(rows => rows.Key),
    ];

    /// <summary>The same two dozen names stand in the table for every container.</summary>
    private static string Name(Dictionary<ulong, string> names, ReadOnlySpan<byte> word)
    {
        ulong key = 0;
        foreach (byte letter in word)
        {
            key = (key * 131) + letter;
        }

        if (!names.TryGetValue(key, out string? name))
        {
            names[key] = name = Encoding.UTF8.GetString(word);
        }

        return name;
    }

    private static int Words(ReadOnlySpan<byte> row, Span<Range> words)
    {
        int count = 0;
        int start = -1;
        for (int index = 0; index <= row.Length; index++)
        {
            bool isBlank = index == row.Length || row[index] is (byte)' ' or (byte)'\t' or (byte)'\r';
            if (isBlank && start >= 0)
            {
                if (count == words.Length)
                {
                    return words.Length;
                }

                words[count++] = start..index;
                start = -1;
            }
            else if (!isBlank && start < 0)
            {
                start = index;
            }
        }

        return count;
    }
}
