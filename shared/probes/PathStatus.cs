namespace Ringfree.Monitoring.Probes;

/// <summary>What kind of thing stands at a path, or why that cannot be said.</summary>
public enum PathKind
{
    /// <summary>Nothing stands there.</summary>
    Missing,

    /// <summary>A folder on the way may not be searched by this user.</summary>
    Denied,

    /// <summary>A UNIX socket.</summary>
    Socket,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A device, a pipe, or what could not be asked for another reason.</summary>
    Other,
}

/// <summary>What stands at a path.</summary>
/// <param name="Kind">The kind; with <see cref="PathKind.Missing"/> and <see cref="PathKind.Denied"/> nothing else is known.</param>
/// <param name="Mode">Permission bits, 0 to 07777 octal.</param>
/// <param name="Owner">Name of the owning user, or its number when it has none; empty when unknown.</param>
/// <param name="Group">Name of the owning group, or its number when it has none; empty when unknown.</param>
public readonly record struct PathStatus(PathKind Kind, int Mode = 0, string Owner = "", string Group = "");
