using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What HAProxy says of configurations on disk, <c>haproxy -c</c>.</summary>
/// <param name="Place">Where it would start.</param>
/// <param name="Files">The configurations in the order of <c>-f</c>, as this machine sees them; not empty.</param>
/// <param name="Code">Its exit code; null when it was not asked or did not end.</param>
/// <param name="Error">Why there is no exit code; null when there is.</param>
internal sealed record ConfigurationTest(Place Place, IReadOnlyList<string> Files, int? Code, ProbeError? Error)
{
    /// <summary>"haproxy -c -f /etc/haproxy/haproxy.cfg", as it is given on this machine.</summary>
    internal string Command => Place.Command(string.Join(' ', ["haproxy", .. Arguments]));

    /// <summary>The arguments where HAProxy runs.</summary>
    internal IEnumerable<string> Arguments => ["-c", .. Files.SelectMany(file => new[] { "-f", Place.Inside(file) })];
}
