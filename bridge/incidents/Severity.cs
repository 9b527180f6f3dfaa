namespace Ringfree.Monitoring.Bridge;

/// <summary>PagerDuty's severities in rising order.</summary>
internal enum Severity
{
    /// <summary>OK and UP.</summary>
    Info = 0,

    /// <summary>WARNING. A service with urgency by severity pages nobody at night for it.</summary>
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

    /// <summary>What a notification is worth: one of an unknown type pages also when its state is good.</summary>
    public static Severity Of(SchedulerEvent @event) =>
        Flapping.Begins(@event) ? Of(Flapping.WorstState(@event, known: null))
        : !@event.IsBad && Meaning.Of(@event.Type, isBad: false) == IncidentState.Triggered ? Severity.Error
        : Of(@event.State);

    /// <summary>The word of the Events API.</summary>
    public static string Word(this Severity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>
    /// Why a state that got worse pages again; null when it does not. It does when a responder has acknowledged a milder one: PagerDuty
    /// appends further triggers to an acknowledged alert in silence. And when it passes from a warning to error or critical: PagerDuty gives an incident
    /// its urgency when it opens, and one of low urgency never escalates.
    /// </summary>
    /// <param name="now">The new severity.</param>
    /// <param name="notified">The one that PagerDuty accepted last; null when it accepted none.</param>
    /// <param name="acknowledged">The one that was acknowledged; null when nobody acknowledged.</param>
    /// <param name="updatesUrgency">True when an event raises the urgency of what is open.</param>
    public static CallReason? Reopens(Severity now, Severity? notified, Severity? acknowledged, bool updatesUrgency) =>
        now > acknowledged ? CallReason.WorseThanAcknowledged
        : now >= Severity.Error && notified is null or <= Severity.Warning && !updatesUrgency ? CallReason.WorseThanNotified
        : null;
}
