namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// What is stored when another run of the same check has stored its memory since this one read it: each concern once. A concern that only
/// one of them changed is that one's; where both did, both saw the same past, and what is stored stands.
/// </summary>
internal static class MergedMemory
{
    internal static Dictionary<string, ConcernMemory> Of(
        IReadOnlyDictionary<string, ConcernMemory> read,
        IReadOnlyDictionary<string, ConcernMemory> next,
        IReadOnlyDictionary<string, ConcernMemory> stored)
    {
        Dictionary<string, ConcernMemory> merged = new(stored);
        foreach ((string concern, ConcernMemory own) in next)
        {
            if (IsAlike(read.GetValueOrDefault(concern), stored.GetValueOrDefault(concern)))
            {
                merged[concern] = own;
            }
        }

        return merged;
    }

    private static bool IsAlike(ConcernMemory? one, ConcernMemory? other) =>
        one is null || other is null ? one is null && other is null : Printed(one).AsSpan().SequenceEqual(Printed(other));

    private static byte[] Printed(ConcernMemory concern) => MemoryDocument.Print(new Dictionary<string, ConcernMemory> { [""] = concern });
}
