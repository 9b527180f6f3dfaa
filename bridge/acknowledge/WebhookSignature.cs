using System.Security.Cryptography;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// PagerDuty's signature of a webhook: <c>v1=HEX</c>, the HMAC-SHA256 over the raw body, several of them while a secret is being replaced.
/// </summary>
internal sealed class WebhookSignature(IReadOnlyList<Secret> secrets)
{
    /// <summary>The header's name.</summary>
    public const string Header = "X-PagerDuty-Signature";

    private const string Version = "v1=";
    private const int MostSignatures = 10;

    /// <summary>True when at least one signature fits one of the secrets; compared in constant time.</summary>
    public bool Fits(string header, ReadOnlySpan<byte> body)
    {
        var fits = false;
        string[] given = header.Split(',', MostSignatures + 1, StringSplitOptions.TrimEntries);
        Span<byte> ours = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (Secret secret in secrets)
        {
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Value), body, ours);
            byte[] expected = Encoding.ASCII.GetBytes(Version + Convert.ToHexStringLower(ours));
            foreach (string signature in given.Take(MostSignatures))
            {
                fits |= CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(signature));
            }
        }

        return fits;
    }
}
