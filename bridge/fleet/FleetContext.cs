using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What a step of the fleet may know besides the fleet: the time, on two clocks.</summary>
/// <param name="Now">The wall clock, for moments that survive a restart or that people read.</param>
/// <param name="Elapsed">A clock that no step of the wall clock moves: only differences of two of its moments mean anything.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FleetContext(DateTimeOffset Now, TimeSpan Elapsed)
{
    /// <summary>
    /// True when a moment of the wall clock lies less than a span behind. One that lies ahead was noted before the wall clock was set back.
    /// </summary>
    public bool IsWithin(DateTimeOffset? moment, TimeSpan span) => Now - moment is { } age && age >= TimeSpan.Zero && age < span;

    /// <summary>True when a moment of the other clock lies less than a span behind.</summary>
    public bool IsWithin(TimeSpan? moment, TimeSpan span) => Elapsed - moment is { } age && age < span;
}
