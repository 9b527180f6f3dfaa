namespace Ringfree.Monitoring.Bridge;

/// <summary>Who speaks of an incident.</summary>
internal enum IncidentKind
{
    /// <summary>The scheduler: a host or a service.</summary>
    Scheduler = 0,

    /// <summary>The bridge: its dead letters, a storm, a missing heartbeat.</summary>
    Own = 1,

    /// <summary>The bridge, of something that is over when somebody has read it.</summary>
    Notice = 2,
}

/// <summary>Why an incident that is due waits.</summary>
internal enum Hold
{
    /// <summary>It does not wait.</summary>
    None = 0,

    /// <summary>It began during maintenance, and pages if it is still bad at its end.</summary>
    Maintenance = 1,

    /// <summary>It is a member of a storm, whose own incident lists it.</summary>
    Storm = 2,

    /// <summary>A person has resolved it at PagerDuty; it pages again when it is still bad after a set time.</summary>
    Person = 3,
}

/// <summary>What an incident is, what PagerDuty should know of it and what it was told.</summary>
/// <param name="DedupKey">Its name at PagerDuty.</param>
/// <param name="Kind">Who speaks of it.</param>
/// <param name="Host">The host's name.</param>
/// <param name="Service">The service's name; empty for the host itself.</param>
/// <param name="State">The scheduler's state of it, such as CRITICAL.</param>
/// <param name="Desired">The state that PagerDuty should have.</param>
/// <param name="Delivered">The state that was last delivered.</param>
/// <param name="IsPending">True when the two differ and a delivery is due.</param>
/// <param name="IsSetAside">True when PagerDuty refused the newest delivery for good: a dead letter.</param>
/// <param name="Held">Why a delivery waits although it is due.</param>
/// <param name="Channel">Where PagerDuty may have it open: <c>api</c>, <c>mail</c>, <c>api+mail</c>, or empty.</param>
/// <param name="AcknowledgedBy">Who acknowledged it at PagerDuty; null when nobody did.</param>
/// <param name="WantedAt">When the desired state was last set.</param>
/// <param name="OpenedAt">When the call began that opened what PagerDuty shows now; null when nothing is open.</param>
/// <param name="DeliveredAt">When PagerDuty last accepted a delivery; null when never.</param>
/// <param name="Attempts">Calls since the last success.</param>
/// <param name="LastAnswer">What the last failed call came back with; null when none failed since the last success.</param>
internal sealed record Incident(
    string DedupKey, IncidentKind Kind, string Host, string Service, string State, IncidentState Desired, IncidentState Delivered, bool IsPending, bool IsSetAside,
    Hold Held, string Channel, string? AcknowledgedBy,
    DateTimeOffset WantedAt, DateTimeOffset? OpenedAt, DateTimeOffset? DeliveredAt, long Attempts, string? LastAnswer);
