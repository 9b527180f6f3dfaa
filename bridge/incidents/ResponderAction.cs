using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What became of an incident at PagerDuty.</summary>
internal enum ResponderDeed
{
    /// <summary>A responder works on it.</summary>
    Acknowledged,

    /// <summary>Nobody works on it any more: the acknowledgement was taken back or ran out.</summary>
    Unacknowledged,

    /// <summary>A responder says that it is over.</summary>
    Resolved,

    /// <summary>A responder opened it again.</summary>
    Reopened,
}

/// <summary>One change at PagerDuty that the bridge did not ask for.</summary>
/// <param name="Key">The incident's dedup key.</param>
/// <param name="Deed">What changed.</param>
/// <param name="Who">Who did it.</param>
/// <param name="At">When, by PagerDuty's clock.</param>
/// <param name="Url">PagerDuty's page of the incident; empty when not known.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ResponderAction(string Key, ResponderDeed Deed, string Who, DateTimeOffset At, string Url)
{
    /// <summary>
    /// The page as it was when PagerDuty was asked: about another one the deed says nothing. Null when that is known not to matter.
    /// </summary>
    public OpenPage? Seen { get; init; }
}

/// <summary>A page that PagerDuty should have open by the Events API.</summary>
/// <param name="Key">The incident's dedup key.</param>
/// <param name="Delivered">The state that PagerDuty accepted last.</param>
/// <param name="IsAcknowledged">True when a responder is known to have acknowledged it.</param>
/// <param name="OpenedAt">When the call began that opened it.</param>
/// <param name="DeliveredAt">When PagerDuty last accepted a call about it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OpenPage(
    string Key, IncidentState Delivered, bool IsAcknowledged, DateTimeOffset OpenedAt, DateTimeOffset DeliveredAt)
{
    /// <summary>An incident's page; null when PagerDuty should have none open.</summary>
    public static OpenPage? Of(Incident incident) =>
        incident is { IsBad: true, Api: { MayBeOpen: true, OpenedAt: { } opened }, DeliveredAt: { } delivered }
        && incident.Delivered is IncidentState.Triggered or IncidentState.Acknowledged
            ? new OpenPage(incident.Key, incident.Delivered, incident.Acknowledgement?.Responder is not null, opened, delivered)
            : null;
}
