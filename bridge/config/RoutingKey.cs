using System.Text;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The secret that names the PagerDuty integration. It prints as stars, so that no log or error can leak it.</summary>
internal sealed class RoutingKey
{
    /// <summary>The length that PagerDuty demands, in characters.</summary>
    public const int Length = 32;

    private const int MostBytes = 256;

    private RoutingKey(string secret) => Secret = secret;

    /// <summary>The key itself, for the request body alone.</summary>
    public string Secret { get; }

    /// <summary>Reads the key's file: a regular file, no link, closed to others, 32 letters and digits, blanks around them ignored.</summary>
    /// <returns>The key, or null when there are problems; none of them quotes the file's content.</returns>
    public static RoutingKey? Load(string path, Problems problems)
    {
        var place = new Place(path, 1, "");
        try
        {
            using SafeFileHandle file = KernelFile.OpenSuspicious(path);
            FileFacts facts = KernelFile.Facts(file, path);
            var bytes = new byte[MostBytes];
            string text = facts.IsRegular ? Encoding.ASCII.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0)).Trim() : "";
            string? complaint = !facts.IsRegular ? "is not a regular file; accepted: a file that holds the routing key"
                : facts.IsOpenToOthers ? $"has mode {Convert.ToString(facts.Mode & 0xFFF, 8)}; accepted: no permission for others (chmod o= {path})"
                : text.Length != Length || !text.All(char.IsAsciiLetterOrDigit) ? "does not hold a routing key; accepted: 32 letters and digits"
                : null;
            if (complaint is null)
            {
                return new RoutingKey(text);
            }

            problems.Report(place, complaint);
        }
        catch (IOException unreadable)
        {
            problems.Report(place, $"{unreadable.Message}; accepted: a regular file, not a link, that this user may read");
        }

        return null;
    }

    /// <summary>Removes the key from a text that comes from outside.</summary>
    public string Redact(string text) => text.Replace(Secret, ToString(), StringComparison.OrdinalIgnoreCase);

    public override string ToString() => "********";
}
