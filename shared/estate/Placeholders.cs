using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Words between braces in arguments and option values that stand for something of the host, so that one role serves hosts that differ:
/// <c>{address}</c>, <c>{host}</c> and <c>{datacenter}</c>. Braces around anything but lower-case letters are text.
/// </summary>
public static partial class Placeholders
{
    /// <summary>The host's address.</summary>
    public const string Address = "{address}";

    /// <summary>The host's name.</summary>
    public const string Host = "{host}";

    /// <summary>The name of the host's datacenter.</summary>
    public const string Datacenter = "{datacenter}";

    /// <summary>Puts the host's own words in their place. They are names and addresses: harmless in a shell and in an options file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="host">The host.</param>
    /// <returns>The text without placeholders.</returns>
    public static string Expand(string text, EstateHost host) => With(text, host.Address, host.Name, host.Datacenter.Name);

    /// <summary>Puts other words in their place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">For <c>{address}</c>.</param>
    /// <param name="host">For <c>{host}</c>.</param>
    /// <param name="datacenter">For <c>{datacenter}</c>.</param>
    /// <returns>The text without placeholders.</returns>
    public static string With(string text, string address, string host, string datacenter) => !text.Contains('{', StringComparison.Ordinal) ? text : text
        .Replace(Address, address, StringComparison.Ordinal)
        .Replace(Host, host, StringComparison.Ordinal)
        .Replace(Datacenter, datacenter, StringComparison.Ordinal);

    /// <summary>Null when a text has no placeholder but the three, else the complaint.</summary>
    internal static string? Complaint(string text) => Complaint(text, Address, Host, Datacenter);

    /// <summary>Null when a text has no placeholder but the accepted ones, else the complaint.</summary>
    internal static string? Complaint(string text, params string[] accepted) =>
        Placeholder().Matches(text).Select(match => match.Value)
            .FirstOrDefault(found => !accepted.Contains(found, StringComparer.Ordinal)) is { } unknown
            ? $"given {TomlText.Quoted(text)}, and nothing is known as {unknown}; accepted: {string.Join(", ", accepted)}"
            : null;

    [GeneratedRegex(@"\{[a-z]+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();
}
