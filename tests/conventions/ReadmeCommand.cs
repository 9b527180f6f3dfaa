using System.Globalization;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>A command of a README.</summary>
/// <param name="Text">As it is typed.</param>
/// <param name="User">Who types it.</param>
/// <param name="Shown">What the README shows that it prints; nothing when the README shows nothing.</param>
internal sealed partial record ReadmeCommand(string Text, string User, IReadOnlyList<string> Shown)
{
    internal string? Machine { get; init; }

    /// <summary>Null when the command ended and printed as the README says, else what differs.</summary>
    /// <param name="result">Its number and exit code, and from the second line on what it printed.</param>
    internal string? Complaint(string result)
    {
        string[] lines = result.Split('\n');
        int code = int.Parse(lines[0].Split(' ')[^1], CultureInfo.InvariantCulture);
        string[] said = [.. lines.Skip(1).Select(line => line.TrimEnd()).Where(line => line.Length > 0)];
        bool isShown = Shown.Count == 0 || Shown.All(shown => said.Any(line => Pattern(shown).IsMatch(line)));
        return code == ExitCode && isShown ? null
            : $"{Text}\nends with {code}, expected {ExitCode}\nshown:\n{string.Join('\n', Shown)}\nprinted:\n{string.Join('\n', said.TakeLast(12))}";
    }

    // A difference, and a problem that a check sees, are no failures.
    private int ExitCode =>
        Text.Contains("--diff", StringComparison.Ordinal) ? 3
        : Text.Contains("check_haproxy --re", StringComparison.Ordinal) ? 3
        : Shown is [var first, ..] && Problem().Match(first) is { Success: true } match ? Array.IndexOf(["OK", "WARNING", "CRITICAL", "UNKNOWN"], match.Groups["status"].Value)
        : 0;

    /// <summary>Numbers vary, and the ellipsis stands for any text.</summary>
    private static Regex Pattern(string shown) =>
        new($"^{Number().Replace(Regex.Escape(shown), "[0-9.]+").Replace("…", ".*", StringComparison.Ordinal)}$", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex("^[A-Z_]+ (?<status>OK|WARNING|CRITICAL|UNKNOWN) - ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Problem();

    [GeneratedRegex("[0-9]+(\\\\?\\.[0-9]+)*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();
}
