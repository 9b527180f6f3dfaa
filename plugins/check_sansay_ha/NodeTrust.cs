using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>Which certificate each node may show.</summary>
internal sealed class NodeTrust
{
    private readonly string? authorityFile;
    private readonly Dictionary<string, string> pins = [];

    /// <exception cref="UsageException">A pin is no fingerprint or names no node, or pin and authority are given for the same
    /// node.</exception>
    internal NodeTrust(string? authorityFile, IReadOnlyList<string> given, IReadOnlyList<SansayNode> nodes)
    {
        this.authorityFile = authorityFile;
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
    }

    internal CertificateTrust Of(SansayNode node) => new()
    {
        AuthorityFile = pins.ContainsKey(node.Name) ? null : authorityFile,
        Pin = pins.GetValueOrDefault(node.Name),
    };
}
