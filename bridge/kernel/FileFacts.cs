using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What the kernel knows of a file.</summary>
/// <param name="Mode">Kind and permissions, as in struct stat.</param>
/// <param name="User">The owner's id.</param>
/// <param name="Group">The group's id.</param>
/// <param name="Links">The number of its names.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Inode">Its number in the file system.</param>
/// <param name="ModifiedSeconds">Last change of its content, in seconds since 1970.</param>
/// <param name="ChangedNanoseconds">Last change of content, owner or permissions, in nanoseconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileFacts(
    uint Mode, uint User, uint Group, ulong Links, long Size, ulong Inode, long ModifiedSeconds, long ChangedNanoseconds)
{
    public bool IsRegular => (Mode & 0xF000) == 0x8000;

    public bool IsFolder => (Mode & 0xF000) == 0x4000;

    public bool IsSocket => (Mode & 0xF000) == 0xC000;

    public bool IsSticky => (Mode & 0x200) != 0;

    /// <summary>The permissions in octal, as chmod takes them.</summary>
    public string Permissions => Convert.ToString(Mode & 0xFFF, 8);

    public bool IsPipe => (Mode & 0xF000) == 0x1000;

    /// <summary>The group may read it and, of a folder, go through it.</summary>
    public bool IsOpenToGroup => (Mode & 0x28) == 0x28;

    public bool IsOpenToOthers => (Mode & 0x7) != 0;

    public bool IsWritableByOthers => (Mode & 0x12) != 0; // group or everybody

    public bool IsWritableByEverybody => (Mode & 0x2) != 0;
}
