namespace Ringfree.Monitoring.Bridge;

/// <content>What follows from the record.</content>
internal sealed partial record Incident
{
    /// <summary>The member that the page is written from: the worst one that is bad, else the first.</summary>
    public Member Lead => BadMembers.MaxBy(member => member.Severity) ?? Members[0];

    /// <summary>The members that are not good.</summary>
    public IEnumerable<Member> BadMembers => Members.Where(member => member.Desired != IncidentState.Resolved);

    public string Host => Lead.Host;

    public string Service => Lead.Service;

    public string State => Lead.State;

    public Severity Severity => Lead.Severity;

    /// <summary>The state that PagerDuty should have.</summary>
    public IncidentState Desired =>
        Members.All(member => member.Desired == IncidentState.Resolved) ? IncidentState.Resolved
        : Members.Any(member => member.Desired == IncidentState.Triggered) ? IncidentState.Triggered
        : IncidentState.Acknowledged;

    public bool IsBad => Problem is not null;

    /// <summary>True when a responder, or somebody at the scheduler, has acknowledged it.</summary>
    public bool IsAcknowledged => Acknowledgement is not null;

    /// <summary>True when a channel accepted the trigger and no resolve has begun since.</summary>
    public bool IsNotified => Api.IsOpen || Mail.IsOpen;

    /// <summary>True when a call has begun that opened what PagerDuty may still show.</summary>
    public bool IsShown => Api.OpenedAt is not null || Mail.OpenedAt is not null;

    public DateTimeOffset? OpenedAt => Api.OpenedAt ?? Mail.OpenedAt;

    /// <summary>True when it ended and nothing is left to send.</summary>
    public bool IsOver => !IsBad && IsSettled;

    public bool IsSettled => SettledVersion >= Version;

    /// <summary>True when PagerDuty refused the newest version for good.</summary>
    public bool IsDeadLetter => !IsSettled && Retry.DeadSince is not null;

    /// <summary>True when a call is due, now or after a wait.</summary>
    public bool IsDue => !IsSettled && Suppression is null && Retry.DeadSince is null;

    /// <summary>The state that PagerDuty accepted last; none while it is not known.</summary>
    public IncidentState Delivered =>
        Suppression is { Reason: SuppressionReason.ResolvedByResponder } ? IncidentState.Resolved
        : Api.Presence == Presence.Acknowledged || Mail.Presence == Presence.Acknowledged ? IncidentState.Acknowledged
        : IsNotified ? IncidentState.Triggered
        : DeliveredAt is not null && (IsOver || (!Api.MayBeOpen && !Mail.MayBeOpen)) ? IncidentState.Resolved
        : IncidentState.None;

    public ChannelState Channel(ChannelKind channel) => channel == ChannelKind.Api ? Api : Mail;

    public Incident With(ChannelKind channel, ChannelState state) =>
        channel == ChannelKind.Api ? this with { Api = state } : this with { Mail = state };

    /// <summary>A new version of the desired state, which is due.</summary>
    public Incident Due(CallReason cause, DateTimeOffset now) => this with
    {
        Version = Version + 1,
        Cause = cause,
        WaitingSince = now,
        Retry = Retry with { DeadSince = null },
    };

    /// <summary>Every bad member asks for a trigger again.</summary>
    public Incident Unacknowledged() => this with
    {
        Members =
        [
            .. Members.Select(
                member => member.Desired == IncidentState.Acknowledged ? member with { Desired = IncidentState.Triggered } : member),
        ],
    };
}
