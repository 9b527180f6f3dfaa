namespace Ringfree.Monitoring.Probes;

/// <summary>
/// A file that holds a secret: a regular file and no link, readable by its owner alone, who is root or the user that runs the check; for
/// root also one that nobody else could have placed. Read at the last moment, so that nothing but the question holds it.
/// </summary>
public static class SecretFile
{
    private const int LongestFile = 64 * 1024;
    private const uint OthersMay = 0b000_111_111;

    /// <summary>Reads the file.</summary>
    /// <param name="what">What it is in a sentence: "the credentials file".</param>
    /// <param name="path">Its path.</param>
    /// <param name="objection">Why it is not used, as a sentence with the cure; null when it is.</param>
    /// <returns>Its bytes, at most 64 KiB; empty when there is an objection.</returns>
    public static byte[] Read(string what, string path, out string? objection)
    {
        LocalFile file = LocalFile.Read(path, LongestFile);
        uint me = Libc.EffectiveUser();
        objection = file.Failure is not null ? Ownership.Unreadable(what, path, file)
            : file.Owner != 0 && file.Owner != me ? $"{what} '{path}' is not {Ownership.Me}'s own; {Ownership.BelongsTo(file.Owner)}"
            : (file.Mode & OthersMay) != 0 ? OpenToOthers(what, path, file, isOwn: file.Owner == me)
            : RootTrust.Applies ? RootTrust.ObjectionToFile(what, path, file)
            : null;
        return objection is null ? file.Bytes : [];
    }

    /// <summary>Closing a file of root's would take it from whoever else reads it, so that only its owner is told to.</summary>
    private static string OpenToOthers(string what, string path, LocalFile file, bool isOwn)
    {
        string cure = !isOwn ? $"give {Ownership.Me} a file of its own, mode 0600"
            : file.Owner == 0 ? $"chmod 0600 '{path}'; it must belong to the user that runs the check"
            : $"chmod 0600 '{path}'";
        return $"{what} '{path}' is owned by {Accounts.UserName(file.Owner)} and open to others (mode {Ownership.Octal(file.Mode)}); "
            + $"cure: {cure}";
    }
}
