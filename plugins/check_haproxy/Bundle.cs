using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>A certificate of a bundle or of a handshake.</summary>
/// <param name="Number">Its place among the certificates, from 1.</param>
/// <param name="Line">The line of the file where it begins; 0 for a handshake.</param>
/// <param name="Value">The certificate.</param>
internal sealed record BundleCertificate(int Number, int Line, X509Certificate2 Value)
{
    /// <summary>SHA-256 of the whole certificate.</summary>
    internal string Fingerprint { get; } = Value.GetCertHashString(HashAlgorithmName.SHA256);

    internal DateTimeOffset NotAfter { get; } = new(Value.NotAfter.ToUniversalTime());

    internal DateTimeOffset NotBefore { get; } = new(Value.NotBefore.ToUniversalTime());

    internal bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time < NotAfter;

    internal bool IsSelfSigned => NamesAsIssuer(this);

    /// <summary>What people call it: the first name that it covers, else its subject's common name, else its subject.</summary>
    internal string Name => CertificateNames.Of(Value);

    /// <summary>The common name of who signed it.</summary>
    internal string Issuer => Value.GetNameInfo(X509NameType.SimpleName, forIssuer: true);

    /// <summary>Whether the other certificate's subject is this one's issuer.</summary>
    internal bool NamesAsIssuer(BundleCertificate other) => Value.IssuerName.RawData.AsSpan().SequenceEqual(other.Value.SubjectName.RawData);

    /// <summary>The certificates of a PEM text, in its order; null when it holds anything else.</summary>
    internal static List<BundleCertificate>? ListOf(ReadOnlySpan<byte> pem) =>
        Bundle.Parse(BundleDescription.Of(pem)) is { BrokenLines.Count: 0, GluedLines.Count: 0, Keys.Count: 0, Certificates: { Count: > 0 } certificates } ? certificates : null;
}

/// <summary>The private key of a bundle.</summary>
/// <param name="Line">The line where it begins.</param>
/// <param name="State">One of the words of <see cref="BundleDescription"/>.</param>
/// <param name="Hash">SHA-256 of its public half; empty unless the state is <see cref="BundleDescription.KeyOwn"/>.</param>
internal sealed record BundleKey(int Line, string State, string Hash);

/// <summary>Owner and mode of a file that was read.</summary>
/// <param name="Mode">Permission bits.</param>
/// <param name="Owner">The owning user's name.</param>
/// <param name="Group">The owning group's name.</param>
internal sealed record FileGuard(int Mode, string Owner, string Group);

/// <summary>A PEM file as a probe describes it.</summary>
internal sealed class Bundle
{
    private Bundle()
    {
    }

    internal bool HasWindowsLines { get; private set; }

    internal FileGuard? Guard { get; private set; }

    /// <summary>When the file was last written; null where that was not recorded.</summary>
    internal DateTimeOffset? Written { get; private set; }

    /// <summary>The key file beside the bundle; null when there is none, or none is needed.</summary>
    internal FileGuard? KeyFileGuard { get; private set; }

    /// <summary>The key file beside the bundle exists, but may not be read.</summary>
    internal bool IsKeyFileDenied { get; private set; }

    /// <summary>What HAProxy loads beside the bundle.</summary>
    internal List<ExtraFile> Extras { get; } = [];

    internal List<BundleKey> Keys { get; } = [];

    internal List<BundleCertificate> Certificates { get; } = [];

    /// <summary>Lines at which a block begins behind other text.</summary>
    internal List<int> GluedLines { get; } = [];

    /// <summary>Lines of certificates that cannot be decoded, and of blocks without end.</summary>
    internal List<int> BrokenLines { get; } = [];

    /// <summary>The certificate that HAProxy takes for its own: the first, unless what stands before it cannot be read.</summary>
    internal BundleCertificate? Leaf => Certificates is [var first, ..] && !BrokenLines.Exists(line => line < first.Line) ? first : null;

    internal static Bundle? Parse(ReadOnlySpan<byte> description) => Parse(Encoding.UTF8.GetString(description));

    /// <summary>Reads a <see cref="BundleDescription"/>, or the answer to a <see cref="BundleQuestion"/>.</summary>
    /// <returns>Null when the text is none.</returns>
    internal static Bundle? Parse(string description)
    {
        Bundle bundle = new();
        string[] lines = description.Split('\n');
        bool isBeside = false;
        for (int index = 0; index < lines.Length; index++)
        {
            string[] words = lines[index].Split(' ');
            switch (words)
            {
                case [""]:
                case [BundleDescription.Other, _]:
                    break;
                case [BundleQuestion.FileWord, var mode, var owner, var group] when ParseMode(mode) is { } known:
                    bundle.Guard = new FileGuard(known, owner, group);
                    break;
                case [BundleQuestion.WrittenWord, var time] when MemoryTime.Parse(time) is { } written:
                    bundle.Written = written;
                    break;
                case [BundleQuestion.BesideWord, "denied"]:
                    bundle.IsKeyFileDenied = true;
                    break;
                case [BundleQuestion.BesideWord, var mode, var owner, var group] when ParseMode(mode) is { } known:
                    bundle.KeyFileGuard = new FileGuard(known, owner, group);
                    isBeside = true;
                    break;
                case [BundleQuestion.ExtraWord, var ending, ..] when ExtraFile.Parse(ending, string.Join(' ', words[2..])) is { } extra:
                    bundle.Extras.Add(extra);
                    break;
                case [BundleDescription.WindowsLines]:
                    bundle.HasWindowsLines = true;
                    break;
                case [BundleDescription.Glued, var line] when int.TryParse(line, out int at):
                    bundle.GluedLines.Add(at);
                    break;
                case [BundleDescription.Broken or BundleDescription.Unended, var line] when int.TryParse(line, out int at):
                    bundle.BrokenLines.Add(at);
                    break;
                case [BundleDescription.Key, var line, var state, .. var rest] when int.TryParse(line, out int at):
                    bundle.Keys.Add(new BundleKey(at, state, rest is [var hash] ? hash : ""));
                    break;
                case [BundleDescription.Certificate, var line] when int.TryParse(line, out int at) && TakeCertificate(lines, ref index, at, isBeside ? [] : bundle.Certificates):
                    break;
                default:
                    return null;
            }
        }

        return bundle;
    }

    private static int? ParseMode(string octal)
    {
        try
        {
            return Convert.ToInt32(octal, 8);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static bool TakeCertificate(string[] lines, ref int index, int line, List<BundleCertificate> certificates)
    {
        int end = Array.IndexOf(lines, "-----END CERTIFICATE-----", index);
        if (end < 0)
        {
            return false;
        }

        string pem = string.Join('\n', lines[(index + 1)..(end + 1)]);
        index = end;
        try
        {
#pragma warning disable CA2000 // certificates live as long as the run
            certificates.Add(new BundleCertificate(certificates.Count + 1, line, X509Certificate2.CreateFromPem(pem)));
#pragma warning restore CA2000
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
