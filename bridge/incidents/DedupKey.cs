using System.Security.Cryptography;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The name under which PagerDuty knows an incident: <c>host=NAME</c>, <c>host=NAME;service=NAME</c>, or <c>incident=NAME</c> for one that
/// several services share, every byte but letters, digits, blank and <c>-._/:@+</c> as %XX. Never a problem or notification number: those
/// restart with the scheduler, and an alert opened under one could not be closed under the next.
/// </summary>
internal static class DedupKey
{
    /// <summary>PagerDuty's limit, in characters.</summary>
    public const int MaxLength = 255;

    private const string HashMark = ";sha256=";

    private const string SharedPrefix = "incident=";

    public static string Of(SchedulerEvent @event) =>
        @event.IncidentBytes is { Length: > 0 } shared ? OfShared(shared) : Of(@event.HostBytes, @event.ServiceBytes);

    /// <summary>The key of an incident that several services share.</summary>
    public static string OfShared(ReadOnlySpan<byte> name)
    {
        var key = new StringBuilder(SharedPrefix);
        Append(key, name);
        return Shortened(key);
    }

    public static bool IsShared(string key) => key.StartsWith(SharedPrefix, StringComparison.Ordinal);

    public static string Of(ReadOnlySpan<byte> host, ReadOnlySpan<byte> service)
    {
        var key = new StringBuilder("host=");
        Append(key, host);
        if (!service.IsEmpty)
        {
            key.Append(";service=");
            Append(key, service);
        }

        return Shortened(key);
    }

    private static string Shortened(StringBuilder key)
    {
        if (key.Length <= MaxLength)
        {
            return key.ToString();
        }

        // The hash is over the whole key, so that two long names which begin alike stay two incidents.
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ToString())));
        return $"{key.ToString(0, MaxLength - HashMark.Length - hash.Length)}{HashMark}{hash}";
    }

    private static void Append(StringBuilder key, ReadOnlySpan<byte> name)
    {
        foreach (byte value in name)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || " -._/:@+".Contains((char)value, StringComparison.Ordinal))
            {
                key.Append((char)value);
            }
            else
            {
                key.Append('%').Append(value.ToString("X2"));
            }
        }
    }
}
