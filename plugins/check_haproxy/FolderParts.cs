using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Files of a folder that are parts of a bundle beside them: certificate and CA bundle from which, with the key, it was put together.
/// HAProxy refuses them where it loads the whole folder; where it loads the bundle alone they harm nobody.
/// </summary>
internal static class FolderParts
{
    private const string UsualConfiguration = "/etc/haproxy/haproxy.cfg";

    /// <summary>The bundles to judge of a folder, without such parts; a note names these.</summary>
    internal static IReadOnlyList<BundleReading> Without(Judgement judgement, string folder, IReadOnlyList<BundleReading> readings)
    {
        BundleReading[] whole = [.. readings.Where(reading => IsWhole(reading.Bundle))];
        BundleReading[] parts = [.. readings.Where(reading => whole.Any(other => IsPart(reading.Bundle, other.Bundle!)))];
        if (parts.Length == 0)
        {
            return readings;
        }

        Place place = Place.Of(folder);
        IWorld world = judgement.Run.World;
        RunningHaproxy running = RunningHaproxy.Find(world, place);
        Configuration? configuration = running.Files.Count > 0
            ? running.Configuration
            : RunningHaproxy.ReadConfigurations(world, place, [UsualConfiguration]).Configuration;
        if (configuration?.Certificates.Any(path => place.Seen(path).TrimEnd('/') == folder.TrimEnd('/')) == true)
        {
            return readings;
        }

        string bundle = NameOf(whole.First(other => parts.Any(part => IsPart(part.Bundle, other.Bundle!))).Path);
        string names = string.Join(" and ", parts.Select(part => NameOf(part.Path)));
        string loads = configuration is null
            ? $"name {bundle} alone with --bundle if HAProxy loads that, for 'crt {folder}' would be refused"
            : "haproxy.cfg does not load the whole folder";
        judgement.Note($"{names} in {folder} {(parts.Length == 1 ? "is a part" : "are parts")} of {bundle} and not judged: {loads}");
        return [.. readings.Except(parts)];
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static bool IsWhole(Bundle? bundle) =>
        bundle is { BrokenLines.Count: 0, GluedLines.Count: 0, Leaf: { } leaf, Keys: [{ State: BundleDescription.KeyOwn } key, ..] }
        && BundleDescription.HashOf(leaf.Value.PublicKey) == key.Hash;

    private static bool IsPart(Bundle? bundle, Bundle whole) =>
        bundle is { BrokenLines.Count: 0, GluedLines.Count: 0, Keys.Count: 0, IsKeyFileDenied: false, Certificates.Count: > 0 }
        && bundle.Certificates.TrueForAll(certificate => whole.Certificates.Exists(other => other.Fingerprint == certificate.Fingerprint));
}
