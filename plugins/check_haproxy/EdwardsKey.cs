using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Ed25519 and Ed448 keys (RFC 8410), which .NET does not know.</summary>
internal static class EdwardsKey
{
    private const string Ed25519Kind = "1.3.101.112", Ed448Kind = "1.3.101.113";

    internal static bool Is(string kind) => kind is Ed25519Kind or Ed448Kind;

    /// <summary>The public half, as a certificate holds it.</summary>
    /// <param name="kind">Object identifier of the key's kind, one that <see cref="Is"/>.</param>
    /// <param name="key">The private key in PKCS #8.</param>
    /// <exception cref="CryptographicException">It is no key of this kind.</exception>
    internal static byte[] PublicValueOf(string kind, byte[] key)
    {
        byte[] secret = SecretOf(key);
        try
        {
            byte[] value = new byte[kind == Ed25519Kind ? Ed25519.PublicKeySize : Ed448.PublicKeySize];
            if (secret.Length != (kind == Ed25519Kind ? Ed25519.SecretKeySize : Ed448.SecretKeySize))
            {
                throw new CryptographicException($"a key of {secret.Length} bytes");
            }

            if (kind == Ed25519Kind)
            {
                Ed25519.GeneratePublicKey(secret, 0, value, 0);
            }
            else
            {
                Ed448.GeneratePublicKey(secret, 0, value, 0);
            }

            return value;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static byte[] SecretOf(byte[] key)
    {
        try
        {
            AsnReader sequence = new AsnReader(key, AsnEncodingRules.BER).ReadSequence();
            _ = sequence.ReadInteger();
            _ = sequence.ReadSequence();
            byte[] wrapped = sequence.ReadOctetString();
            byte[] secret = new AsnReader(wrapped, AsnEncodingRules.BER).ReadOctetString();
            CryptographicOperations.ZeroMemory(wrapped);
            return secret;
        }
        catch (AsnContentException exception)
        {
            throw new CryptographicException(exception.Message, exception);
        }
    }
}
