namespace Ringfree.Monitoring.Bridge;

/// <summary>PagerDuty's severities in rising order; the store keeps the numbers.</summary>
internal enum Severity
{
    /// <summary>OK and UP.</summary>
    Info = 0,

    /// <summary>WARNING. A service with urgency by severity wakes nobody up for it.</summary>
    Warning = 1,

    /// <summary>UNKNOWN and UNREACHABLE.</summary>
    Error = 2,

    /// <summary>CRITICAL, DOWN, and what is none of them.</summary>
    Critical = 3,
}

/// <summary>What a state of the scheduler is worth.</summary>
internal static class Severities
{
    public static Severity Of(string state) => state switch
    {
        "WARNING" => Severity.Warning,
        "UNKNOWN" or "UNREACHABLE" => Severity.Error,
        "OK" or "UP" => Severity.Info,
        _ => Severity.Critical,
    };

    /// <summary>What a notification is worth: one of a type that nobody knows pages also when its state is good.</summary>
    public static Severity Of(SchedulerEvent @event) =>
        !@event.IsBad && Transition.Of(@event.Type, isBad: false) == IncidentState.Triggered ? Severity.Error : Of(@event.State);

    /// <summary>The word of the Events API.</summary>
    public static string Word(this Severity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>
    /// Does a state that got worse page again? When somebody has acknowledged a milder one: PagerDuty appends further triggers to an
    /// acknowledged alert in silence. And when it passes from a warning to error or critical: PagerDuty gives an incident its urgency when it
    /// opens, and one of low urgency never escalates.
    /// </summary>
    /// <param name="now">The new severity.</param>
    /// <param name="told">The one that PagerDuty was last told.</param>
    /// <param name="acknowledged">The one that somebody acknowledged; null when nobody did.</param>
    public static bool PagesAgain(Severity now, Severity told, Severity? acknowledged) =>
        now > acknowledged || (now >= Severity.Error && told <= Severity.Warning);
}
