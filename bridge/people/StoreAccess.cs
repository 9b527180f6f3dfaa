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
            return $"its folder {folder} does not exist: pagerduty-bridge doctor says how to make it";
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
            string owner = (KernelFile.Look(path, out _) ?? home) is { } facts ? CommandContext.NameOf(facts.User) : "ringfree-bridge";
            string who = CommandContext.NameOf(ProcessContext.User());
            return $"this user, {who}, may not read it: "
                + $"run it as {(owner == "root" ? owner : $"{owner} or root")} ({CommandContext.AsUser(owner)})";
        }
        catch (IOException unusable)
        {
            return unusable.Message;
        }
    }
}
