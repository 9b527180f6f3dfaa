namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The life of an incident: <c>(incident, input, context) → (incident, effects)</c>. No clock, no disk, no socket: whoever calls it stores
/// the incident and the effects in one transaction.
/// </summary>
internal static class Transitions
{
    /// <summary>What an input does to an incident.</summary>
    /// <param name="before">The incident; null when none is known under its key.</param>
    /// <param name="input">What happened.</param>
    /// <param name="context">What a step may know besides.</param>
    public static Outcome Step(Incident? before, IncidentInput input, Context context)
    {
        Outcome outcome = (before, input) switch
        {
            (_, IncidentInput.Notified notified) => NotifiedTransition.Step(before, notified, context),
            (_, IncidentInput.Reconciled reconciled) => NotifiedTransition.Step(before, reconciled, context),
            (null, _) => Outcome.Nothing(null, "unknown incident"),
            (_, IncidentInput.StormBegan) => StormBegan(before, context),
            (_, IncidentInput.CallStarted started) => CallTransition.Started(before, started.Call, context),
            (_, IncidentInput.CallAnswered { IsAccepted: true } accepted) => CallTransition.Accepted(before, accepted, context),
            (_, IncidentInput.CallAnswered refused) => CallTransition.Refused(before, refused, context),
            (_, IncidentInput.CallUnanswered failed) => CallTransition.Failed(before, failed, context),
            (_, IncidentInput.CallSpared spared) => CallTransition.Spared(before, spared, context),
            (_, IncidentInput.Responded responded) => ResponderTransition.Step(before, responded.Action, context),
            (_, IncidentInput.Retried) => OperatorTransition.Retried(before),
            (_, IncidentInput.AcceptedSince) => CallTransition.TriedOnceMore(before),
            (_, IncidentInput.Dropped dropped) => OperatorTransition.Dropped(before, dropped.By, context),
            (_, IncidentInput.UnwatchedFound found) => UnwatchedTransition.Found(before, found.Services, context),
            (_, IncidentInput.Reasserted) => Reasserted(before, context),
            _ => TickTransition.Step(before, context),
        };
        return WithdrawCommands(before, Consistent(outcome, context));
    }

    // Whatever met whatever: a bad problem that nothing suppresses and that PagerDuty does not show is due, and what is over and open
    // nowhere is not.
    private static Outcome Consistent(Outcome outcome, Context context) => outcome.Incident switch
    {
        { IsBad: true, Suppression: null, IsSettled: true, IsNotified: false } untended =>
            outcome with { Incident = untended.Due(CallReason.StillBad, context.Now), IsNothing = false },
        { IsBad: false, IsSettled: false, Api.MayBeOpen: false, Mail.MayBeOpen: false } over =>
            outcome with { Incident = over with { SettledVersion = over.Version }, IsNothing = false },
        _ => outcome,
    };

    // What has been sent stays an incident of its own; what has not is listed on the storm's page.
    private static Outcome StormBegan(Incident before, Context context)
    {
        if (before.Kind != IncidentKind.Scheduler || before.Problem is not { } problem || !before.IsDue)
        {
            return Outcome.Nothing(before, "not part of the storm");
        }

        Incident member = before with { Problem = problem with { IsInStorm = true } };
        if (before.Severity >= Severity.Critical || before.IsNotified || before.IsShown)
        {
            return new Outcome(member, [], "part of the storm, with a page of its own");
        }

        return new Outcome(
            member with
            {
                Suppression = new Suppression(SuppressionReason.Storm, context.Now),
                Api = before is { DeliveredAt: null, Mail.MayBeOpen: false } ? ChannelState.Closed : before.Api,
            },
            [new Effect.Recorded("suppressed", "a storm began: the storm's page lists it")],
            "part of the storm");
    }

    private static Outcome Reasserted(Incident before, Context context) =>
        before is { Desired: IncidentState.Triggered, IsSettled: true, Suppression: null, Severity: Severity.Critical }
        && before.Api.Presence == Presence.Open
            ? new Outcome(before.Due(CallReason.Reasserted, context.Now), [], "reasserted")
            : Outcome.Nothing(before, "not open");

    // What waits for the scheduler's pipe and no longer holds: of a problem that is over, of a milder state, of an acknowledgement that
    // was taken back.
    private static Outcome WithdrawCommands(Incident? before, Outcome outcome)
    {
        if (before is null || outcome.Incident is not { } after)
        {
            return outcome;
        }

        bool isOver = before.IsBad && !after.IsBad;
        bool isStale = before.Acknowledgement?.Responder is not null
            && (after.Acknowledgement?.Responder is null || (before.Reopen is null && after.Reopen is not null));
        return isOver || isStale
            ? outcome with { Effects = [new Effect.CommandWithdrawn(OnlyAcknowledgement: !isOver), .. outcome.Effects] }
            : outcome;
    }
}
