using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Estate;

/// <summary>Says what failed at a file in the system's words, with the path.</summary>
internal static partial class SystemWords
{
    /// <summary><c>PATH: No such file or directory</c>.</summary>
    /// <param name="failure">What a call on a file or folder threw.</param>
    internal static string Of(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{PathIn(failure)}: No such file or directory",
        UnauthorizedAccessException => $"{PathIn(failure)}: Permission denied",
        _ when Trailing().Match(failure.Message) is { Success: true } parts => $"{parts.Groups["path"].Value}: {parts.Groups["reason"].Value}",
        _ => failure.Message,
    };

    private static string PathIn(Exception failure) => Quoted().Match(failure.Message) is { Success: true } found ? found.Groups["path"].Value : "a file";

    [GeneratedRegex("'(?<path>.*)'", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex("^(?<reason>[^:]+?) : '(?<path>.*)'", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Trailing();
}
