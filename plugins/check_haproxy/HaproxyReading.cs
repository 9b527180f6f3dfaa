namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>All that was read of a HAProxy.</summary>
/// <param name="Stats">One for each source; empty when no concern needs any.</param>
/// <param name="Certificates">What was read of certificates; null when none is to be evaluated.</param>
/// <param name="Tests">One for each place with a configuration to test.</param>
internal sealed record HaproxyReading(
    IReadOnlyList<StatsReading> Stats, CertificatesReading? Certificates, IReadOnlyList<ConfigurationTest> Tests);
