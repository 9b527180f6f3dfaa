using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Why the store cannot be used by whoever asks: it is not there yet, or it is another user's.</summary>
internal static class StoreAccess
{
    /// <summary>One sentence with what to do; null when the file can be opened.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isClosed">True when another user may read it.</param>
    public static string? Complaint(string path, out bool isClosed)
    {
        isClosed = false;
        string folder = Path.GetDirectoryName(path)!;
        FileFacts? home = KernelFile.Look(folder, out int error);
        if (home is null && error == Libc.ENOENT)
        {
            return $"its folder {folder} does not exist: pagerduty-bridge check-config says how to make it";
        }

        try
        {
            KernelFile.OpenSuspicious(path).Dispose();
            return null;
        }
        catch (IOException absent) when (absent.HResult == Libc.ENOENT)
        {
            return "serve has not made it yet: systemctl start pagerduty-bridge";
        }
        catch (IOException closed) when (closed.HResult == Libc.EACCES)
        {
            isClosed = true;
            return $"this user may not read it: run it as {Owner(KernelFile.Look(path, out _) ?? home)}";
        }
        catch (IOException unusable)
        {
            return unusable.Message;
        }
    }

    private static string Owner(FileFacts? facts) => facts switch
    {
        { User: 0 } => "root",
        { User: var user } => $"{Accounts.UserName(user)} or root",
        null => "ringfree-bridge or root",
    };
}
