using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>Where to connect, and as whom.</summary>
/// <param name="User">The user on the node.</param>
/// <param name="Host">A name or address, lower case, IPv6 without brackets: what known hosts are compared with.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record Destination(string User, string Host, int Port)
{
    internal const int UsualPort = 22;
    private const string AcceptedForms = "[user@]HOST[:PORT], an IPv6 address with a port in brackets";
    private const int LongestUser = 32;
    private const int LongestHost = 253;

    /// <summary>The host as known_hosts writes it: bare for the usual port, else <c>[host]:port</c>.</summary>
    internal string InKnownHosts => Port == UsualPort ? Host : $"[{Host}]:{Port}";

    /// <exception cref="UsageException">Neither is understood; the message says what is.</exception>
    internal static Destination Parse(string text, string? portOption, string currentUser)
    {
        int at = text.LastIndexOf('@');
        string user = at < 0 ? currentUser : text[..at];
        (string host, string? port) = Split(text[(at + 1)..]);
        if (!IsUser(user) || host.Length is 0 or > LongestHost || host[0] == '-' || !host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '%'))
        {
            throw new UsageException($"-H '{text}' is no destination; accepted is {AcceptedForms}");
        }

        if (port is not null && portOption is not null)
        {
            throw new UsageException($"-H '{text}' has a port, and -p '{portOption}' another; accepted is one of the two");
        }

        return new Destination(user, host.ToLowerInvariant(), ParsePort(port ?? portOption));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{User}@{(Port == UsualPort ? Host : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}")}";

    private static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is var end and > 0)
        {
            string rest = text[(end + 1)..];
            return rest.Length == 0 ? (text[1..end], null) : rest[0] == ':' ? (text[1..end], rest[1..]) : ("", null);
        }

        string[] parts = text.Split(':');
        return parts.Length == 2 ? (parts[0], parts[1]) : (text, null);
    }

    private static int ParsePort(string? text) =>
        text is null ? UsualPort
        : ushort.TryParse(text, NumberStyles.None, null, out ushort port) && port > 0 ? port
        : throw new UsageException($"port '{text}' is no port; accepted are 1 to 65535");

    private static bool IsUser(string text) =>
        text.Length is >= 1 and <= LongestUser && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
