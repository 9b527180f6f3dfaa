using System.Text.Json.Serialization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Who reports an incident.</summary>
internal enum IncidentKind
{
    /// <summary>The scheduler: a host or a service.</summary>
    Scheduler,

    /// <summary>The bridge: its dead letters, a missing heartbeat.</summary>
    Own,

    /// <summary>The bridge, about something that is over once a responder has read it.</summary>
    Notice,

    /// <summary>The bridge: more problems at once than one responder can be paged for.</summary>
    Storm,
}

/// <summary>
/// One page: what the scheduler says, what PagerDuty was sent by each channel, and why nothing more is sent. <see
/// cref="Transitions.Step"/> is the only place that changes one.
/// </summary>
internal sealed partial record Incident
{
    /// <summary>Its dedup key at PagerDuty.</summary>
    public required string Key { get; init; }

    public IncidentKind Kind { get; init; }

    /// <summary>The hosts and services whose problems this incident pages for; at least one.</summary>
    public required IReadOnlyList<Member> Members { get; init; }

    /// <summary>The problem; null when every member is good.</summary>
    public Problem? Problem { get; init; }

    public ChannelState Api { get; init; } = ChannelState.Closed;

    public ChannelState Mail { get; init; } = ChannelState.Closed;

    /// <summary>Counts the changes of the desired state, repeated notifications included.</summary>
    public long Version { get; init; }

    /// <summary>The newest version that needs no further call.</summary>
    public long SettledVersion { get; init; }

    /// <summary>Why the newest version is due.</summary>
    public CallReason Cause { get; init; }

    /// <summary>Set when PagerDuty's incident must be resolved and triggered again under the same key.</summary>
    public Reopen? Reopen { get; init; }

    /// <summary>Why nothing is sent; null when nothing suppresses it.</summary>
    public Suppression? Suppression { get; init; }

    /// <summary>Who works on it; null when nobody is known to.</summary>
    public Acknowledgement? Acknowledgement { get; init; }

    /// <summary>What nobody watches behind it; null when all is watched, or it is not acknowledged.</summary>
    public Unwatched? Unwatched { get; init; }

    public Retry Retry { get; init; } = new();

    /// <summary>
    /// The worst severity of the triggers that PagerDuty accepted since it opened what is open; null when it accepted none since the last
    /// resolve.
    /// </summary>
    public Severity? NotifiedSeverity { get; init; }

    /// <summary>Since when a call is due; when none is, since when the last one was.</summary>
    public DateTimeOffset WaitingSince { get; init; }

    /// <summary>When a channel last accepted a call; null when never.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When a trigger began whose answer never came; null when the last one was answered.</summary>
    public DateTimeOffset? UnansweredAt { get; init; }

    /// <summary>How often the store has saved it: two processes that step it at once find out by it.</summary>
    [JsonIgnore]
    public long Revision { get; init; }

    /// <summary>The newest act of a responder, by PagerDuty's clock; null when there was none.</summary>
    public DateTimeOffset? ResponderAt { get; init; }
}

/// <summary>A host or a service of an incident.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Service">The service's name; empty for the host itself.</param>
/// <param name="State">The scheduler's state, such as CRITICAL; of a member that flaps the worst that is known.</param>
/// <param name="Severity">What the state is worth.</param>
/// <param name="Desired">What the notification asks for.</param>
/// <param name="Stamp">When it was notified.</param>
/// <param name="Notification">The id of the notification that the page is written from.</param>
/// <param name="IsFlapping">True while the scheduler keeps back what it would notify, because the state changes too often.</param>
internal sealed record Member(
    string Host, string Service, string State, Severity Severity, IncidentState Desired, Stamp Stamp, string Notification,
    bool IsFlapping = false);

/// <summary>What is bad since when.</summary>
/// <param name="Since">When the bridge learned of it.</param>
/// <param name="RoseAt">When its severity last rose; null when it never did.</param>
/// <param name="IsInStorm">True when it began in a storm, whose page lists it.</param>
/// <param name="Rises">How often its severity rose.</param>
internal sealed record Problem(DateTimeOffset Since, DateTimeOffset? RoseAt, bool IsInStorm, int Rises = 0);

/// <summary>What PagerDuty has open by one channel.</summary>
internal enum Presence
{
    /// <summary>Nothing.</summary>
    Closed,

    /// <summary>Not known: a call was not answered, or another run of the bridge may have opened it.</summary>
    Unknown,

    /// <summary>The trigger was accepted.</summary>
    Open,

    /// <summary>The acknowledgement was accepted.</summary>
    Acknowledged,
}

/// <summary>One channel's side of an incident.</summary>
/// <param name="Presence">What PagerDuty has open.</param>
/// <param name="OpenedAt">When the call began that opened it; null when no call did.</param>
internal sealed record ChannelState(Presence Presence, DateTimeOffset? OpenedAt = null)
{
    public static ChannelState Closed { get; } = new(Presence.Closed);

    public bool MayBeOpen => Presence != Presence.Closed;

    public bool IsOpen => Presence is Presence.Open or Presence.Acknowledged;

    /// <summary>What is closed may be open after all.</summary>
    public ChannelState Doubted() => MayBeOpen ? this : this with { Presence = Presence.Unknown };
}

/// <summary>A demand to page again.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Version">The version that demanded it: the trigger of an earlier one does not answer it.</param>
internal sealed record Reopen(CallReason Reason, long Version);

/// <summary>Why nothing is sent although something is due.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when.</param>
/// <param name="By">Who caused it; null when nobody did.</param>
/// <param name="Until">The end of the maintenance that covers it; null when none does.</param>
internal sealed record Suppression(SuppressionReason Reason, DateTimeOffset Since, string? By = null, DateTimeOffset? Until = null);

/// <summary>Who works on an incident.</summary>
/// <param name="Responder">The responder at PagerDuty; null when the scheduler said it.</param>
/// <param name="Severity">How bad it was then.</param>
/// <param name="IsUnheard">True when the scheduler cannot be told: a name cannot stand in a command.</param>
internal sealed record Acknowledgement(string? Responder, Severity Severity, bool IsUnheard = false);

/// <summary>Services of the incident's host that have no new result.</summary>
/// <param name="Services">How many.</param>
/// <param name="Since">Since when the bridge knows it, or when it last paged for it.</param>
internal sealed record Unwatched(int Services, DateTimeOffset Since);

/// <summary>What the failed calls since the last success leave behind.</summary>
internal sealed record Retry
{
    /// <summary>Calls since the last success.</summary>
    public int Attempts { get; init; }

    /// <summary>No call before this moment; null when one may go now.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Since when the newest version fails; null when it does not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>What the last failed call came back with; null when none failed since the last success.</summary>
    public string? LastAnswer { get; init; }

    /// <summary>What is left of the event after what PagerDuty refused.</summary>
    public Payload Payload { get; init; }

    /// <summary>When PagerDuty refused the newest version for good; null when it did not.</summary>
    public DateTimeOffset? DeadSince { get; init; }

    /// <summary>True when the newest version was a dead letter and was tried once more.</summary>
    public bool IsSecondLife { get; init; }
}
