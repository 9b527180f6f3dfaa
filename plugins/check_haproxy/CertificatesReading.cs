using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>A bundle on disk.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bundle">What it holds; null when that is not known.</param>
/// <param name="Error">Why not; null when it is.</param>
internal sealed record BundleReading(string Path, Bundle? Bundle, ProbeError? Error)
{
    /// <summary>Why the private key beside a bundle that holds none could not be read. Default: null, it was, or there is none.</summary>
    internal ProbeError? KeyError { get; init; }

    /// <summary>Why a file that HAProxy loads beside the bundle could not be read. Default: null, all were, or there is none.</summary>
    internal ProbeError? ExtraError { get; init; }
}

/// <summary>What a <c>--bundle</c> names: a file, or a folder.</summary>
/// <param name="Path">The path.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Bundles">The bundles of the folder, or the one of the file.</param>
/// <param name="Error">Why there are none: the folder cannot be read, or the container's root does not answer; null otherwise.</param>
internal sealed record BundlesReading(string Path, bool IsFolder, IReadOnlyList<BundleReading> Bundles, ProbeError? Error)
{
    /// <summary>
    /// What haproxy.cfg loads, where parts of bundles stand in the folder. Default: null, no configuration could be read, or it does not
    /// matter.
    /// </summary>
    internal Configuration? Configuration { get; init; }
}

/// <summary>What a handshake brought.</summary>
/// <param name="Endpoint">Where.</param>
/// <param name="Certificates">As they were presented; empty when there is an error.</param>
/// <param name="Error">Why there are none; null when there are.</param>
internal sealed record EndpointReading(Endpoint Endpoint, IReadOnlyList<BundleCertificate> Certificates, ProbeError? Error);

/// <summary>All that was read of certificates.</summary>
/// <param name="Bundles">In the order of the options.</param>
/// <param name="Endpoints">In the order of the options.</param>
/// <param name="Authorities">Authorities that clients are known to trust; empty when none are named.</param>
/// <param name="AuthoritiesError">Why those that are named could not be read; null when they were.</param>
internal sealed record CertificatesReading(
    IReadOnlyList<BundlesReading> Bundles,
    IReadOnlyList<EndpointReading> Endpoints,
    IReadOnlyList<BundleCertificate> Authorities,
    ProbeError? AuthoritiesError)
{
    /// <summary>What HAProxy has in memory of the bundles, a part for each place. Default: empty, no stats socket answers.</summary>
    internal IReadOnlyList<LoadedCertificates> Loaded { get; init; } = [];
}
