using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The folder in which a check keeps what outlasts a run: its memory, and the locks of children that may hang. It must belong to the user
/// that runs the check and be closed to everybody else.
/// </summary>
internal static unsafe class StateFolder
{
    internal static string Of(string userName) => $"/var/lib/ringfree-monitoring/{userName}";

    /// <summary>Makes the folder if its parent allows, and judges it.</summary>
    /// <returns>What is wrong with it, with the command that cures it; null when nothing is.</returns>
    internal static string? Objection(string folder, string userName)
    {
        const int FolderMode = 0b111_000_000;
        string cure = $"cure: install -d -m 0700 -o {userName} '{folder}'";
        if (Libc.MakeFolder(folder, FolderMode) != 0 && Marshal.GetLastPInvokeError() != Libc.EEXIST)
        {
            return $"the memory folder '{folder}' cannot be made: {LastError()}; {cure}";
        }

        Libc.Stat status;
        if (Libc.LinkStatus(folder, &status) != 0)
        {
            return $"the memory folder '{folder}' cannot be judged: {LastError()}; {cure}";
        }

        bool isFolder = (status.Mode & 0xF000) == 0x4000;
        if (isFolder && status.User == Libc.EffectiveUser() && (status.Mode & 0b000_111_111) == 0)
        {
            return null;
        }

        string state = !isFolder ? "is no folder"
            : $"is owned by {Accounts.UserName(status.User)} with mode {Convert.ToString(status.Mode & 0xFFF, 8)}";
        return $"the memory folder '{folder}' {state}, but must be {userName}'s alone (0700); cure: chown {userName} '{folder}' && chmod 0700 '{folder}'";
    }

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
