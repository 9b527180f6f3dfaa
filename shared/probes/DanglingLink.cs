namespace Ringfree.Monitoring.Probes;

/// <summary>A symbolic link whose target does not exist: most often the storage of its target is not mounted.</summary>
public static class DanglingLink
{
    private const string LinksTo = "is a link to ";
    private const string Nowhere = ", which does not exist";

    /// <summary>Where such a link leads.</summary>
    /// <param name="failure">Why a file could not be read.</param>
    /// <returns>The target as the link has it; null for any other failure.</returns>
    public static string? Target(string failure) =>
        failure.StartsWith(LinksTo, StringComparison.Ordinal) && failure.EndsWith(Nowhere, StringComparison.Ordinal)
            && failure.Length > LinksTo.Length + Nowhere.Length
            ? failure[LinksTo.Length..^Nowhere.Length]
            : null;

    /// <summary>The failure to read a file through such a link.</summary>
    internal static string Failure(string target) => $"{LinksTo}{RecordingFormat.Escape(target)}{Nowhere}";
}
