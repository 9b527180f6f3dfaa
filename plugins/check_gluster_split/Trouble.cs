namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What kept an answer back.</summary>
internal enum TroubleKind
{
    /// <summary>glusterd does not run.</summary>
    Down,

    /// <summary>glusterd has its socket and accepts nothing.</summary>
    Deaf,

    /// <summary>glusterd accepts and does not answer what needs no lock.</summary>
    Hangs,

    /// <summary>Another command holds the lock of the pool.</summary>
    Locked,

    /// <summary>No answer to what needs the lock: another command, or a peer.</summary>
    LockSilent,

    /// <summary>glusterd answers root only.</summary>
    NotRoot,

    /// <summary>There is no gluster command.</summary>
    NotInstalled,

    /// <summary>The command may not be run.</summary>
    NotAllowed,

    /// <summary>The command failed, or its answer cannot be understood.</summary>
    Failed,

    /// <summary>The pool has no such volume.</summary>
    NoVolume,

    /// <summary>The kernel's table of mounts cannot be read.</summary>
    Mounts,
}

/// <summary>Why something could not be read.</summary>
/// <param name="Kind">What kept it back.</param>
/// <param name="Sentence">What was asked, what came, and the cure; the end of a sentence.</param>
internal sealed record Trouble(TroubleKind Kind, string Sentence)
{
    /// <summary>True when glusterd itself is broken, false when only the answer is missing.</summary>
    internal bool IsOfGlusterd => Kind is TroubleKind.Down or TroubleKind.Deaf or TroubleKind.Hangs;
}

/// <summary>What was read, or why it was not.</summary>
/// <typeparam name="T">What is read.</typeparam>
/// <param name="Value">Null when it could not be read.</param>
/// <param name="Trouble">Null when it was read.</param>
internal readonly record struct Read<T>(T? Value, Trouble? Trouble)
    where T : class
{
    internal static Read<T> Of(T value) => new(value, null);

    internal static Read<T> Failed(Trouble trouble) => new(null, trouble);
}
