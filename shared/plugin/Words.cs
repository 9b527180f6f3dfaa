namespace Ringfree.Monitoring.Plugin;

/// <summary>Phrases that every headline needs.</summary>
public static class Words
{
    /// <summary>"1 server", "3 servers".</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">In the singular; its plural takes an s.</param>
    /// <returns>The phrase.</returns>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>The two greatest units of a duration: "45s", "3m 12s", "2h 5m", "4d 1h".</summary>
    /// <param name="seconds">Zero or more.</param>
    /// <returns>The phrase.</returns>
    public static string Duration(long seconds) => seconds switch
    {
        < 60 => $"{seconds}s",
        < 3600 => $"{seconds / 60}m {seconds % 60}s",
        < 86400 => $"{seconds / 3600}h {seconds / 60 % 60}m",
        _ => $"{seconds / 86400}d {seconds / 3600 % 24}h",
    };
}
