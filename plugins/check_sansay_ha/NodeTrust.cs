using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>Which certificate each node may show.</summary>
internal sealed class NodeTrust
{
    private readonly string? authorityFile;
    private readonly bool speaksOldTls;
    private readonly Dictionary<string, string> pins = [];

    /// <exception cref="UsageException">A pin is no fingerprint or names no node, pin and authority are given for the same node, or old TLS
    /// is to be spoken with a node that has no pin.</exception>
    internal NodeTrust(string? authorityFile, IReadOnlyList<string> given, bool speaksOldTls, IReadOnlyList<SansayNode> nodes)
    {
        this.authorityFile = authorityFile;
        this.speaksOldTls = speaksOldTls;
        foreach (string text in given)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string? pin = CertificateTrust.ParsePin(text[(equals + 1)..]);
            SansayNode[] meant = [.. nodes.Where(node => equals < 0 || node.Name == text[..equals])];
            if (pin is null || meant.Length == 0)
            {
                throw new UsageException(
                    $"--pin '{text}' is no pin; accepted are SHA256 and NODE=SHA256 with the 64 hexadecimal digits of the certificate's fingerprint, colons allowed, and the nodes {string.Join(", ", nodes.Select(node => node.Name))}; openssl x509 -noout -fingerprint -sha256 prints it");
            }

            foreach (SansayNode node in meant)
            {
                pins[node.Name] = pin;
            }
        }

        if (speaksOldTls && nodes.FirstOrDefault(node => !pins.ContainsKey(node.Name)) is { } unpinned)
        {
            throw new UsageException(
                $"--old-tls is given and no --pin of {unpinned.Name}: the password goes over TLS 1.0 to a pinned certificate only");
        }
    }

    internal CertificateTrust Of(SansayNode node) => new()
    {
        AuthorityFile = pins.ContainsKey(node.Name) ? null : authorityFile,
        Pin = pins.GetValueOrDefault(node.Name),
        SpeaksOldTls = speaksOldTls,
    };
}
