namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Files of a folder that are parts of a bundle beside them: certificate and CA bundle from which, with the key, it was put together.
/// HAProxy refuses them where it loads the whole folder; where it loads only the bundle they do no harm.
/// </summary>
internal static class FolderParts
{
    /// <summary>The parts among the bundles of a folder, each with the bundle that it is a part of.</summary>
    internal static IReadOnlyList<(BundleReading Part, BundleReading Whole)> Of(IReadOnlyList<BundleReading> bundles)
    {
        BundleReading[] whole = [.. bundles.Where(bundle => IsWhole(bundle.Bundle))];
        return
        [
            .. bundles.Select(part => (Part: part, Whole: Array.Find(whole, other => IsPart(part.Bundle, other.Bundle!))))
                .Where(pair => pair.Whole is not null).Select(pair => (pair.Part, pair.Whole!)),
        ];
    }

    private static bool IsWhole(Bundle? bundle) =>
        bundle is { BrokenLines.Count: 0, GluedLines.Count: 0, Leaf: { } leaf, Keys: [{ State: BundleDescription.KeyOwn } key, ..] }
        && BundleDescription.HashOf(leaf.Value.PublicKey) == key.Hash;

    private static bool IsPart(Bundle? bundle, Bundle whole) =>
        bundle is { BrokenLines.Count: 0, GluedLines.Count: 0, Keys.Count: 0, IsKeyFileDenied: false, Certificates.Count: > 0 }
        && bundle.Certificates.TrueForAll(certificate => whole.Certificates.Exists(other => other.Fingerprint == certificate.Fingerprint));
}
