using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>The HAProxy that runs at a place, as /proc shows it.</summary>
/// <param name="SeesProcesses">Whether the processes of other users are visible; if not, nothing else is known.</param>
/// <param name="PlaceRuns">Whether any process of the place runs; false for a container that is down.</param>
/// <param name="Pid">The first of its processes; 0 when none runs.</param>
/// <param name="Files">Its configurations, as this machine sees them; empty when its command line names none.</param>
/// <param name="Configuration">What they say; null when none of them could be read.</param>
/// <param name="ConfigurationError">Why one could not be read; null when all were.</param>
/// <param name="Elsewhere">A container in which another one runs; null when none does.</param>
internal sealed record RunningHaproxy(
    bool SeesProcesses,
    bool PlaceRuns,
    int Pid,
    IReadOnlyList<string> Files,
    Configuration? Configuration,
    ProbeError? ConfigurationError,
    string? Elsewhere);
