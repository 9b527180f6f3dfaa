using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Counts the index of a brick. Each entry is a hard link to a base file, whose own name is <c>xattrop-UUID</c> or <c>dirty-UUID</c>; so
/// the number of links of any of them tells how many there are. A file system that limits the links of a file makes gluster begin another
/// base, so there can be several; base files without an entry stay behind. Source: xlators/features/index/src/index.c.
/// </summary>
internal static class HealIndex
{
    /// <summary>
    /// The number of entries: those that were listed when the list is whole, else from the links of the bases that were met. An entry is
    /// met with its base's links, so every base of some size is met among the first few hundred entries.
    /// </summary>
    /// <returns>Null when the folder could not be read.</returns>
    internal static long? Count(Answer folder)
    {
        if (folder.Outcome is not (Outcome.Answered or Outcome.TooLong))
        {
            return null;
        }

        long listed = 0;
        HashSet<(long Links, DateTimeOffset Made)> bases = [];
        foreach (FolderEntry entry in FolderListing.Parse(folder))
        {
            listed += IsBase(entry.Name) ? 0 : 1;
            bases.Add((entry.Links, entry.Modified));
        }

        return folder.Outcome == Outcome.Answered ? listed : Math.Max(listed, bases.Sum(file => file.Links - 1));
    }

    /// <summary>The gfids of the entries.</summary>
    /// <returns>Null when the folder could not be read whole.</returns>
    internal static IReadOnlyList<string>? Gfids(Answer folder) => folder.Outcome != Outcome.Answered
        ? null
        : [.. FolderListing.Parse(folder).Select(entry => entry.Name).Where(name => !IsBase(name))];

    private static bool IsBase(string name) =>
        name.StartsWith("xattrop-", StringComparison.Ordinal) || name.StartsWith("dirty-", StringComparison.Ordinal);
}
