using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>A host key as the protocol has it.</summary>
/// <param name="Blob">Its bytes, the type in front.</param>
internal sealed record HostKey(byte[] Blob)
{
    /// <summary><c>ssh-ed25519</c>, <c>ssh-rsa</c>, <c>ecdsa-sha2-nistp256</c>; empty when the bytes do not tell.</summary>
    internal string Type
    {
        get
        {
            uint length = Blob.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(Blob);
            return length > 64 || length > Blob.Length - 4 ? "" : Encoding.Latin1.GetString(Blob, 4, (int)length);
        }
    }

    /// <summary>What <c>ssh-keygen -l</c> prints.</summary>
    internal string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Blob)).TrimEnd('=');

    internal bool IsSame(HostKey other) => Blob.AsSpan().SequenceEqual(other.Blob);
}

/// <summary>A key of the file, and its line.</summary>
internal sealed record KnownKey(HostKey Key, int Line);

/// <summary>A line that concerns the host and cannot be understood. The message names file and line.</summary>
internal sealed class KnownHostsException(string message) : Exception(message);

/// <summary>
/// What a file in OpenSSH's format (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) says about one host: plain names, <c>[host]:port</c>, lists with
/// wildcards and negation, hashed names, <c>@revoked</c> and <c>@cert-authority</c>. Lines of other hosts are not judged; a line that may
/// concern this one and cannot be read is refused, because it may be the one that revokes a key.
/// </summary>
/// <param name="Trusted">The keys that the host may show.</param>
/// <param name="Revoked">The keys that nobody may show.</param>
/// <param name="AuthorityLine">The first line that trusts a certificate authority for the host, which this program does not; null when
/// there is none.</param>
internal sealed record KnownHosts(IReadOnlyList<KnownKey> Trusted, IReadOnlyList<KnownKey> Revoked, int? AuthorityLine)
{
    private const int LongestPattern = 1024;

    /// <summary>Reads the lines for a host.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="host">Lower case; <c>[host]:port</c> unless the port is 22.</param>
    /// <exception cref="KnownHostsException">A line that may concern the host cannot be understood.</exception>
    internal static KnownHosts For(byte[] bytes, string path, string host)
    {
        List<KnownKey> trusted = [];
        List<KnownKey> revoked = [];
        int? authority = null;
        int number = 0;
        foreach (string raw in Encoding.Latin1.GetString(bytes).Split('\n'))
        {
            number++;
            string[] fields = raw.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0 || fields[0][0] == '#')
            {
                continue;
            }

            string? marker = fields[0][0] == '@' ? fields[0] : null;
            if (marker is not (null or "@revoked" or "@cert-authority"))
            {
                throw new KnownHostsException($"{path}:{number}: unknown marker; accepted are @revoked and @cert-authority");
            }

            string[] entry = marker is null ? fields : fields[1..];
            if (entry.Length == 0 || !Names(entry[0], host, $"{path}:{number}"))
            {
                continue;
            }

            if (marker == "@cert-authority")
            {
                authority ??= number;
            }
            else if (ReadKey(entry, $"{path}:{number}") is { } key)
            {
                (marker is null ? trusted : revoked).Add(new KnownKey(key, number));
            }
        }

        return new KnownHosts(trusted, revoked, authority);
    }

    // A key of SSH version 1 is a row of numbers; no server speaks that version.
    private static HostKey? ReadKey(string[] entry, string place)
    {
        if (entry.Length >= 4 && entry[1..4].All(field => field.All(char.IsAsciiDigit)))
        {
            return null;
        }

        byte[]? blob = entry.Length >= 3 ? Decode(entry[2]) : null;
        HostKey? key = blob is null ? null : new HostKey(blob);
        return key is not null && key.Type.Length > 0 && key.Type == entry[1]
            ? key
            : throw new KnownHostsException($"{place}: no key can be read; accepted is HOST TYPE BASE64, as ssh-keyscan prints it");
    }

    private static bool Names(string field, string host, string place)
    {
        if (field[0] == '|')
        {
            return IsHashOf(field, host, place);
        }

        bool isNamed = false;
        foreach (string pattern in field.ToLowerInvariant().Split(','))
        {
            bool isNegated = pattern.StartsWith('!');
            if (pattern.Length > LongestPattern)
            {
                throw new KnownHostsException($"{place}: a pattern has {pattern.Length} characters; accepted are {LongestPattern}");
            }

            if (Matches(isNegated ? pattern[1..] : pattern, host))
            {
                if (isNegated)
                {
                    return false;
                }

                isNamed = true;
            }
        }

        return isNamed;
    }

    private static bool IsHashOf(string field, string host, string place)
    {
        // |1|salt|hash
        string[] parts = field.Split('|');
        byte[]? salt = parts.Length == 4 && parts[1] == "1" ? Decode(parts[2]) : null;
        byte[]? hash = salt is null ? null : Decode(parts[3]);
        if (hash is not { Length: 20 })
        {
            throw new KnownHostsException($"{place}: the hashed host name cannot be read; accepted is |1|SALT|HASH, as ssh-keygen -H writes it");
        }

#pragma warning disable CA5350 // the file format prescribes HMAC-SHA1; it hides a name and proves nothing
        return HMACSHA1.HashData(salt!, Encoding.Latin1.GetBytes(host)).AsSpan().SequenceEqual(hash);
#pragma warning restore CA5350
    }

    private static byte[]? Decode(string base64)
    {
        byte[] buffer = new byte[(base64.Length / 4 * 3) + 3];
        return base64.Length > 0 && Convert.TryFromBase64String(base64, buffer, out int length) ? buffer[..length] : null;
    }

    /// <summary><c>*</c> is any text, <c>?</c> any character. Never takes longer than the product of both lengths.</summary>
    private static bool Matches(string pattern, string text)
    {
        int at = 0, inText = 0, star = -1, resume = 0;
        while (inText < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                resume = inText;
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == text[inText]))
            {
                at++;
                inText++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                inText = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).TrimStart('*').IsEmpty;
    }
}
