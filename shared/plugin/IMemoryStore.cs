namespace Ringfree.Monitoring.Plugin;

/// <summary>Where the bytes of a check's memory live: a file of this machine, or a recording.</summary>
internal interface IMemoryStore
{
    /// <summary>The path that sentences name.</summary>
    string Path { get; }

    /// <summary>Makes sure that the memory is this user's alone.</summary>
    /// <exception cref="MemoryException">It is not.</exception>
    void Claim();

    /// <summary>The stored bytes; null on the first run.</summary>
    /// <exception cref="MemoryException">They cannot be read or trusted.</exception>
    byte[]? Read();

    /// <summary>Replaces the bytes while no other run does.</summary>
    /// <param name="next">Makes the new bytes of those that are stored now, which another run may have written meanwhile; null when none
    /// are.</param>
    /// <param name="durable">Whether the verdict of a later run rests on them, also after a power cut.</param>
    /// <exception cref="MemoryException">They cannot be written.</exception>
    void Write(Func<byte[]?, byte[]> next, bool durable);

    /// <summary>Moves unreadable bytes out of the way, where a person can look at them.</summary>
    /// <returns>The path that they have now.</returns>
    /// <exception cref="MemoryException">They cannot be moved.</exception>
    string SetAside();
}
