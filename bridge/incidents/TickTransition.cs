namespace Ringfree.Monitoring.Bridge;

/// <summary>What time changes by itself; <see cref="WakeAt"/> says when.</summary>
internal static class TickTransition
{
    public static Outcome Step(Incident before, Context context) => before switch
    {
        { Suppression: { Reason: SuppressionReason.Maintenance } suppression } => Maintained(before, suppression, context),
        { Suppression: { Reason: SuppressionReason.ResolvedByResponder } suppression, IsBad: true } =>
            StillBad(before, suppression, context),
        { IsBad: true, IsAcknowledged: true, Suppression: null, Unwatched: { } unwatched }
            when context.HasPassed(unwatched.Since, context.Policy.UnwatchedAfter) =>
            UnwatchedTransition.PageAgain(before, unwatched, context),
        { IsBad: false, IsSettled: true, UnansweredAt: not null, DeliveredAt: { } delivered }
            when context.HasPassed(delivered, IncidentPolicy.LateTriggerAfter) =>
            new Outcome(
                (before with { UnansweredAt = null, Api = before.Api with { Presence = Presence.Unknown } })
                    .Due(CallReason.LateTrigger, context.Now),
                [],
                "resolves once more"),
        { Kind: IncidentKind.Notice, IsBad: true, DeliveredAt: { } delivered }
            when context.HasPassed(delivered, IncidentPolicy.NoticeLifetime) =>
            new Outcome(
                (before with
                {
                    Problem = null,
                    Reopen = null,
                    Members = [.. before.Members.Select(member => member with { Desired = IncidentState.Resolved })],
                }).Due(CallReason.NoticeRead, context.Now),
                [],
                "over"),
        _ => Outcome.Nothing(before, "nothing to do"),
    };

    /// <summary>The earliest moment at which a tick changes the incident; null when none does.</summary>
    public static DateTimeOffset? WakeAt(Incident incident, IncidentPolicy policy) => incident switch
    {
        { Suppression: { Reason: SuppressionReason.Maintenance } maintenance } => maintenance.Until ?? maintenance.Since,
        { Suppression: { Reason: SuppressionReason.ResolvedByResponder } resolved, IsBad: true } =>
            Later(resolved.Since + policy.ReopenAfter, resolved.Until),
        { IsBad: true, IsAcknowledged: true, Suppression: null, Unwatched: { } unwatched } => unwatched.Since + policy.UnwatchedAfter,
        { IsBad: false, IsSettled: true, UnansweredAt: not null, DeliveredAt: { } delivered } =>
            delivered + IncidentPolicy.LateTriggerAfter,
        { Kind: IncidentKind.Notice, IsBad: true, DeliveredAt: { } delivered } => delivered + IncidentPolicy.NoticeLifetime,
        _ => null,
    };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private static Outcome Maintained(Incident before, Suppression suppression, Context context) =>
        !context.IsInMaintenance
            ? new Outcome(
                before with { Suppression = null, WaitingSince = context.Now, Cause = CallReason.MaintenanceEnded },
                [new Effect.Recorded("maintenance ended", "it is still bad")],
                "maintenance ended")
        : context.MaintenanceUntil != suppression.Until
            ? new Outcome(
                before with { Suppression = suppression with { Until = context.MaintenanceUntil } }, [], "another window covers it")
        : Outcome.Nothing(before, "in maintenance");

    private static Outcome StillBad(Incident before, Suppression suppression, Context context)
    {
        bool isCovered = before.Kind == IncidentKind.Scheduler && context.IsInMaintenance;
        return isCovered && context.MaintenanceUntil != suppression.Until
                ? new Outcome(before with { Suppression = suppression with { Until = context.MaintenanceUntil } }, [], "in maintenance")
            : isCovered || !context.HasPassed(suppression.Since, context.Policy.ReopenAfter)
                ? Outcome.Nothing(before, "resolved by a responder")
            : ResponderTransition.PageAgain(
                before,
                CallReason.StillBad,
                $"{suppression.By} resolved it at PagerDuty and it is still bad after {Words.Duration(context.Policy.ReopenAfter)}",
                context);
    }
}
