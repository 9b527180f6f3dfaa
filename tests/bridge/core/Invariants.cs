namespace Ringfree.Monitoring.Bridge.Tests;

/// <content>What must be true in every state.</content>
internal sealed partial class Exploration
{
    private string? Violation(Explored state)
    {
        if (state.Incident is not { } incident)
        {
            return null;
        }

        (string, bool)[] invariants =
        [
            ("a bad, unsuppressed problem is open, or a call is due", IsTended(state, incident)),
            ("nothing that is closed is due", incident.IsBad || incident.Api.MayBeOpen || incident.Mail.MayBeOpen || incident.IsSettled),
            ("what PagerDuty has open is known or suspected",
                state.UnderWay is not null || state.Api == Truth.Closed || incident.Api.MayBeOpen || incident.IsBad || !incident.IsSettled),
            ("every suppression ends", EndsOneDay(incident)),
            ("a tick changes nothing before wake_at", SleepsUntilItWakes(incident)),
            ("a tick does what wake_at promises", WakesWhenItSays(incident)),
            ("delivered is said only of what was accepted", incident.Delivered is not (
                IncidentState.Triggered or IncidentState.Acknowledged)
                || incident.NotifiedSeverity is not null || incident.Suppression is not null || incident.ResponderAt is not null),
            ("done is said only of what PagerDuty has", Describe.Delivery(incident) != "done" || !incident.IsBad || incident.IsNotified),
        ];
        return invariants.FirstOrDefault(one => !one.Item2).Item1;
    }

    private bool IsTended(Explored state, Incident incident) =>
        !incident.IsBad || incident.Suppression is not null || incident.Retry.DeadSince is not null || state.UnderWay is not null
            || incident.IsNotified
        || AllChannels().All(channels => Plan.Next(Aged(incident), channels.Channels, Now) is { Call: not null } or { IsSpared: true });

    private bool EndsOneDay(Incident incident)
    {
        Incident recovered = Transitions.Step(incident, new IncidentInput.Notified(Event("RECOVERY", "OK"), 1, kind), Plain).Incident!;
        Incident later = Transitions.Step(Aged(incident), new IncidentInput.Tick(), Plain).Incident!;
        return recovered.Suppression is null
            && (!incident.IsBad
                || later.Suppression is not { Reason: SuppressionReason.Maintenance or SuppressionReason.ResolvedByResponder });
    }

    private static bool SleepsUntilItWakes(Incident incident)
    {
        DateTimeOffset? wake = TickTransition.WakeAt(incident, Policy);
        DateTimeOffset before = wake is { } known ? known - TimeSpan.FromMilliseconds(1) : Now + TimeSpan.FromDays(30);
        DateTimeOffset? maintenance = incident.Suppression?.Until is { } until && until > before ? until : null;
        return before < Now || Transitions.Step(incident, new IncidentInput.Tick(), new Context(before, Policy, maintenance, 0)).IsNothing;
    }

    private static bool WakesWhenItSays(Incident incident) => TickTransition.WakeAt(incident, Policy) is not { } wake
        || !Transitions.Step(
            incident, new IncidentInput.Tick(), new Context(wake, Policy, MaintenanceUntil: null, ProblemsBegun: 0)).IsNothing;
}
