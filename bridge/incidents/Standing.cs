using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What goes first when not everything can go at once.</summary>
internal enum Priority
{
    /// <summary>What the bridge itself pages about.</summary>
    Own,

    /// <summary>Criticals that have paged nobody yet.</summary>
    NewCritical,

    /// <summary>What is over, and the storm's page.</summary>
    Over,

    /// <summary>Everything else.</summary>
    Other,
}

/// <summary>
/// What a store must be able to find incidents by. All of it follows from the incident: the store computes it at each save, and nothing
/// else writes it.
/// </summary>
/// <param name="Host">The host's name.</param>
/// <param name="Service">The service's name; empty for the host itself.</param>
/// <param name="Kind">Who reports it.</param>
/// <param name="IsBad">A member is bad.</param>
/// <param name="Suppressed">Why nothing is sent; null when nothing suppresses it.</param>
/// <param name="IsDead">PagerDuty refused the newest version for good.</param>
/// <param name="DueAt">A call is due, at the earliest at this moment; null when none is.</param>
/// <param name="Priority">Its place among those that are due.</param>
/// <param name="CanBeMailed">A mail can carry it, or no call is needed: an outage of the API does not stop it.</param>
/// <param name="WaitingSince">Its place among those of the same priority.</param>
/// <param name="WakeAt">The earliest moment at which a tick changes it; null when none does.</param>
/// <param name="StormAt">When its problem began; null when it does not count for a storm.</param>
/// <param name="IsInStorm">The storm's page lists it.</param>
/// <param name="ReassertAt">When PagerDuty last accepted it; null when it is not an open critical.</param>
/// <param name="PageAt">When its problem began; null when PagerDuty should have no page open by the Events API.</param>
/// <param name="IsUnheard">A responder acknowledged it, and the scheduler cannot be told.</param>
/// <param name="IsUnwatched">Services behind it are unwatched.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Standing(
    string Host, string Service, IncidentKind Kind, bool IsBad, SuppressionReason? Suppressed, bool IsDead, DateTimeOffset? DueAt,
    Priority Priority, bool CanBeMailed, DateTimeOffset WaitingSince, DateTimeOffset? WakeAt, DateTimeOffset? StormAt, bool IsInStorm,
    DateTimeOffset? ReassertAt, DateTimeOffset? PageAt, bool IsUnheard, bool IsUnwatched)
{
    public static Standing Of(Incident incident, IncidentPolicy policy)
    {
        bool isNew = !incident.IsNotified || incident.Reopen is not null;
        bool isOver = incident.Desired == IncidentState.Resolved;
        bool isCritical = incident is { Desired: IncidentState.Triggered, Severity: Severity.Critical };
        return new Standing(
            incident.Host,
            incident.Service,
            incident.Kind,
            incident.IsBad,
            incident.Suppression?.Reason,
            incident.IsDeadLetter,
            incident.IsDue ? incident.Retry.NotBefore ?? DateTimeOffset.UnixEpoch : null,
            incident.Kind is IncidentKind.Own or IncidentKind.Notice ? Priority.Own
                : incident.Kind == IncidentKind.Scheduler && isCritical && isNew ? Priority.NewCritical
                : isOver || incident.Kind == IncidentKind.Storm ? Priority.Over
                : Priority.Other,
            isOver ? incident.Mail.MayBeOpen || !incident.Api.MayBeOpen : isNew,
            incident.WaitingSince,
            TickTransition.WakeAt(incident, policy),
            incident is { Kind: IncidentKind.Scheduler, Suppression: not { Reason: SuppressionReason.Maintenance } }
                ? incident.Problem?.Since : null,
            incident.Problem is { IsInStorm: true },
            isCritical && incident is { IsSettled: true, Suppression: null, Api.Presence: Presence.Open } ? incident.DeliveredAt : null,
            OpenPage.Of(incident) is null ? null : incident.Problem?.Since,
            incident is { IsBad: true, Acknowledgement.IsUnheard: true },
            incident is { IsBad: true, Unwatched: not null });
    }
}
