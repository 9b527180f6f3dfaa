namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Words about a file that is not this user's own. They never hand it to another user: whoever owns it may be the user of a service, which
/// would lose it then, and nobody can know from here who runs which service.
/// </summary>
internal static class Ownership
{
    private const uint Anybody = 0b111_111_111;

    internal static string Me => Accounts.UserName(Libc.EffectiveUser());

    /// <summary>Why a file could not be read, and what to do.</summary>
    /// <param name="what">What it is in a sentence: "the credentials file".</param>
    /// <param name="path">Its path.</param>
    /// <param name="file">It, with a failure.</param>
    /// <returns>A sentence without full stop.</returns>
    internal static string Unreadable(string what, string path, LocalFile file)
    {
        string sentence = $"{what} '{path}' cannot be read by {Me}: {file.Failure}";
        return file.Missing ? $"{sentence}; cure: correct the path, or put the file there"
            : !file.Denied ? sentence
            : OwnerOf(path) is not { } owner ? $"{sentence}; cure: run this as the user that owns it, or give {Me} a file of its "
                + "own, mode 0600"
            : owner == Libc.EffectiveUser() ? $"{sentence}; cure: chmod 0600 '{path}'"
            : $"{sentence}; {BelongsTo(owner)}";
    }

    /// <summary>Whose a file is and what this user does about it: half a sentence.</summary>
    /// <param name="owner">Another user than this one.</param>
    /// <param name="mode">What a file of this user's own needs.</param>
    /// <returns>"it belongs to nagios: run this as nagios: sudo -u nagios ..., or give root a file of its own, mode 0600".</returns>
    internal static string BelongsTo(uint owner, string mode = ", mode 0600")
    {
        string name = Accounts.UserName(owner);
        string own = $"give {Me} a file of its own{mode}";
        return owner == 0 ? $"it belongs to root: {own}" : $"it belongs to {name}: run this as {name}: sudo -u {name} ..., or {own}";
    }

    internal static string Octal(uint mode) => Convert.ToString(mode & (Anybody | 0xE00), 8);

    private static unsafe uint? OwnerOf(string path)
    {
        Libc.Stat status;
        return Libc.PathStatus(path, &status) == 0 ? status.User : null;
    }
}
