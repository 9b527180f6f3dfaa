namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The hash FNV-1a of 64 bits: tells texts and contents of one owner apart; nothing may rest on it against an adversary. What the framework
/// has would bring its cryptography along.
/// </summary>
public static class Fnv1a
{
    /// <summary>The hash of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The hash.</returns>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 0x100000001b3;
        }

        return hash;
    }
}
