namespace Ringfree.Monitoring.Probes;

/// <summary>
/// A file that holds a secret: a regular file and no link, readable by its owner alone, who is root or the user that runs the check; for root
/// also one that nobody else could have placed. Read at the last moment, so that nothing but the question holds it.
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
        objection = file.Failure is { } reason ? $"{what} '{path}' cannot be read: {reason}"
            : (file.Mode & OthersMay) != 0 || (file.Owner != 0 && file.Owner != Libc.EffectiveUser()) ? OpenToOthers(what, path, file)
            : RootTrust.Applies ? RootTrust.ObjectionToFile(what, path, file)
            : null;
        return objection is null ? file.Bytes : [];
    }

    private static string OpenToOthers(string what, string path, LocalFile file)
    {
        string me = Accounts.UserName(Libc.EffectiveUser());
        return $"{what} '{path}' is owned by {Accounts.UserName(file.Owner)} with mode {Convert.ToString(file.Mode & 0xFFF, 8)}, but must be its reader's alone; cure: chown {me} '{path}' && chmod 0600 '{path}'";
    }
}
