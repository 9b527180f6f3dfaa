using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>A certificate in HAProxy's memory.</summary>
/// <param name="Fingerprint">SHA-1 of the whole certificate, hexadecimal: HAProxy tells no other.</param>
/// <param name="NotAfter">Until when it is valid; null when HAProxy does not tell.</param>
internal sealed record LoadedCertificate(string Fingerprint, DateTimeOffset? NotAfter);

/// <summary>
/// What a HAProxy has in memory of the bundles, from <c>show ssl cert FILE</c>: from 2.2 on, and only for a socket of the level operator or
/// admin. Of a socket that may not ask there is the uptime alone, from <c>show info</c>. RAN: HAProxy 2.6.12 at each level.
/// </summary>
/// <param name="Place">Where this HAProxy runs.</param>
/// <param name="Uptime">How long it runs; null when it does not tell.</param>
/// <param name="ByPath">By the bundle's path as HAProxy names it; null for a bundle that it has not loaded by that name.</param>
internal sealed record LoadedCertificates(Place Place, TimeSpan? Uptime, IReadOnlyDictionary<string, LoadedCertificate?> ByPath)
{
    private const string UptimeKey = "Uptime_sec: ", ValidKey = "notAfter: ", FingerprintKey = "SHA1 FingerPrint: ", FileKey = "Filename: ";
    private const string Absent = "Can't display the certificate";

    /// <summary>What is asked of some bundles, in one line.</summary>
    internal static string Question(IEnumerable<string> paths) =>
        $"show info;{string.Join(';', paths.Select(static path => $"show ssl cert {path}"))}\n";

    /// <summary>Reads the answers, one behind the other; each ends with an empty line.</summary>
    internal static LoadedCertificates Parse(Place place, IReadOnlyList<string> paths, ReadOnlySpan<byte> answer)
    {
        string[] parts = Encoding.UTF8.GetString(answer).Split("\n\n");
        TimeSpan? uptime = long.TryParse(ValueOf(parts[0], UptimeKey), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue))
            : null;
        Dictionary<string, LoadedCertificate?> byPath = [];
        foreach ((string path, string part) in paths.Zip(parts.Skip(1).Select(static part => part.TrimStart('\n'))))
        {
            if (part.StartsWith(FileKey, StringComparison.Ordinal) && ValueOf(part, FingerprintKey) is { } fingerprint)
            {
                byPath[path] = new LoadedCertificate(fingerprint, ParseTime(ValueOf(part, ValidKey)));
            }
            else if (part.StartsWith(Absent, StringComparison.Ordinal))
            {
                byPath[path] = null;
            }
        }

        return new LoadedCertificates(place, uptime, byPath);
    }

    private static string? ValueOf(string part, string key) =>
        Array.Find(part.Split('\n'), line => line.StartsWith(key, StringComparison.Ordinal)) is { } line ? line[key.Length..].Trim() : null;

    /// <summary>"Feb  7 14:23:43 2027 GMT".</summary>
    private static DateTimeOffset? ParseTime(string? text) => DateTimeOffset.TryParseExact(
        text,
        "MMM d HH:mm:ss yyyy 'GMT'",
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite,
        out DateTimeOffset time) ? time : null;
}
