using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The limits that decide what happens to an incident.</summary>
/// <param name="StormThreshold">So many problems that began within the window are a storm; default 25.</param>
/// <param name="StormWindow">The window; default 5 minutes.</param>
/// <param name="ReopenAfter">A problem that a responder resolved at PagerDuty pages again after this; default 10 minutes.</param>
/// <param name="UpdatesUrgency">
/// True when PagerDuty raises the urgency of an open incident with the severity of an event; false (default) when it must be resolved and
/// triggered again for that.
/// </param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct IncidentPolicy(int StormThreshold, TimeSpan StormWindow, TimeSpan ReopenAfter, bool UpdatesUrgency = false)
{
    /// <summary>An acknowledged problem with unwatched services behind it pages again after this; default 4 hours.</summary>
    public TimeSpan UnwatchedAfter { get; init; } = TimeSpan.FromHours(4);

    public static IncidentPolicy Default { get; } = new(25, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));

    /// <summary>A trigger that was never answered may be handled this long after the resolve.</summary>
    public static TimeSpan LateTriggerAfter { get; } = TimeSpan.FromMinutes(1);

    /// <summary>A notice is resolved this long after it was delivered.</summary>
    public static TimeSpan NoticeLifetime { get; } = TimeSpan.FromDays(1);

    /// <summary>A moment further ahead than this was noted before the wall clock was set back.</summary>
    public static TimeSpan ClockTolerance { get; } = TimeSpan.FromMinutes(1);
}

/// <summary>What a step may know besides the incident.</summary>
/// <param name="Now">The wall clock.</param>
/// <param name="Policy">The limits.</param>
/// <param name="MaintenanceUntil">The end of the maintenance that covers the incident; null when none does.</param>
/// <param name="ProblemsBegun">Problems that began within the storm's window and are still bad, those in maintenance left out.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Context(DateTimeOffset Now, IncidentPolicy Policy, DateTimeOffset? MaintenanceUntil, int ProblemsBegun)
{
    public bool IsInMaintenance => MaintenanceUntil is not null;

    /// <summary>True when a storm rages, counting one more problem that begins.</summary>
    public bool IsStorm(bool begins) => ProblemsBegun + (begins ? 1 : 0) >= Policy.StormThreshold;

    /// <summary>
    /// True when a span has passed. What lies ahead was noted before the wall clock was set back: it counts as long past.
    /// </summary>
    public bool HasPassed(DateTimeOffset since, TimeSpan span) => Now - since >= span || since - Now > IncidentPolicy.ClockTolerance;
}
