namespace Ringfree.Monitoring.Bridge;

/// <summary>What responders do at PagerDuty, each act once and in the order of PagerDuty's clock.</summary>
internal static class ResponderTransition
{
    /// <summary>
    /// So long after a page a resolve that no responder made may be the bridge's own of the page before it. PagerDuty itself resolves after
    /// hours; its clock and this one may differ by as much.
    /// </summary>
    public static readonly TimeSpan OwnResolves = TimeSpan.FromMinutes(1);

    private const string NotTold = "scheduler not notified";

    // A clock at fault must not make every later act an old one.
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

    public static Outcome Step(Incident before, ResponderAction told, Context context)
    {
        ResponderAction action = told.At > context.Now + MostAhead ? told with { At = context.Now } : told;
        if (action.Seen is { } seen && OpenPage.Of(before) != seen)
        {
            return Outcome.Nothing(before, "its page has changed meanwhile");
        }

        if (action.At <= before.ResponderAt)
        {
            return Outcome.Nothing(before, "known already");
        }

        Incident now = before with { ResponderAt = action.At };
        if (!now.IsBad)
        {
            return new Outcome(now, [], "over already");
        }

        return action.Deed switch
        {
            ResponderDeed.Acknowledged => Acknowledge(now, action, context),
            ResponderDeed.Unacknowledged => Unacknowledge(now, action),
            ResponderDeed.Resolved => Resolve(now, action, context),
            _ => Reopen(now, action),
        };
    }

    /// <summary>A page again under the same key, of what PagerDuty shows resolved.</summary>
    public static Outcome PageAgain(Incident incident, CallReason reason, string detail, Context context) => new(
        (incident.Unacknowledged() with
        {
            Suppression = null,
            Api = incident.Api with { Presence = Presence.Unknown },
            Mail = incident.Mail.MayBeOpen ? incident.Mail with { Presence = Presence.Unknown } : incident.Mail,
        }).Due(reason, context.Now),
        [new Effect.Recorded("reopened", detail)],
        "pages again");

    // It has got worse since the deed: nobody has seen that.
    private static bool HasRisenSince(Incident now, ResponderAction action) =>
        now.Desired == IncidentState.Triggered && action.At < now.Problem?.RoseAt;

    private static Outcome Acknowledge(Incident now, ResponderAction action, Context context)
    {
        if (now.Acknowledgement?.Responder is not null)
        {
            return new Outcome(now, [], "acknowledged already");
        }

        if (HasRisenSince(now, action))
        {
            // Heard of after it got worse, which PagerDuty then took in silence.
            Incident worse = now.Unacknowledged().Due(CallReason.AcknowledgedBeforeWorse, context.Now);
            return new Outcome(
                worse with { Reopen = new Reopen(CallReason.AcknowledgedBeforeWorse, worse.Version) },
                [new Effect.Recorded("acknowledged", $"at PagerDuty by {action.Who}, before it got worse: pages again")],
                "acknowledged before it got worse: pages again");
        }

        var effects = new List<Effect> { new Effect.Recorded("acknowledged", $"at PagerDuty by {action.Who}") };

        // What the scheduler itself acknowledged must not come back to it.
        if (now is { Kind: IncidentKind.Scheduler, Desired: IncidentState.Triggered, Reopen: null })
        {
            effects.AddRange(now.BadMembers.Select(member =>
                Told(member, SchedulerCommand.Acknowledge(member.Host, member.Service, action.Who, action.Url))));
        }

        bool isUnheard = effects.Exists(effect => effect is Effect.Recorded { What: NotTold });
        var acknowledgement = new Acknowledgement(action.Who, now.Severity, isUnheard);
        return new Outcome(now with { Acknowledgement = acknowledgement }, effects, "acknowledged");
    }

    private static Outcome Unacknowledge(Incident now, ResponderAction action)
    {
        Incident open = now;
        if (now.IsNotified)
        {
            open = now.Unacknowledged() with { Acknowledgement = null, Api = Opened(now.Api), Mail = Opened(now.Mail) };
        }

        var line = new Effect.Recorded("unacknowledged", $"at PagerDuty by {action.Who}");
        return new Outcome(open, [line, .. TakeBack(now)], line.What);
    }

    // What was opened by both channels is two incidents at PagerDuty, and only one of them was resolved: the end is sent to both in any
    // case.
    private static Outcome Resolve(Incident now, ResponderAction action, Context context)
    {
        bool isRead = now.Kind == IncidentKind.Notice;

        // It may page again, and then nobody works on it.
        IEnumerable<Effect> takenBack = now.Acknowledgement?.Responder is not null ? TakeBack(now) : [];
        Incident resolved = now with
        {
            Suppression = new Suppression(SuppressionReason.ResolvedByResponder, context.Now, action.Who, context.MaintenanceUntil),
            Api = Unopened(now.Api),
            Mail = Unopened(now.Mail),
            NotifiedSeverity = now.Severity, // what was resolved, although worse may have been shown before
            SettledVersion = now.Version,
            Reopen = null,
            Acknowledgement = null,
            Retry = now.Retry with { DeadSince = null },
        };
        if (isRead)
        {
            resolved = resolved with
            {
                Problem = null,
                Suppression = null,
                Members = [.. resolved.Members.Select(member => member with { Desired = IncidentState.Resolved })],
            };
        }

        if (!isRead && HasRisenSince(now, action))
        {
            Outcome again = PageAgain(
                resolved, CallReason.ResolvedBeforeWorse, $"{action.Who} resolved it at PagerDuty before it got worse", context);
            return again with { Effects = [.. takenBack, .. again.Effects], Summary = "resolved before it got worse: pages again" };
        }

        string still = isRead ? "" : $", while it is still bad; pages again after {Words.Duration(context.Policy.ReopenAfter)}";
        var line = new Effect.Recorded("resolved", $"at PagerDuty by {action.Who}{still}");
        return new Outcome(resolved, [.. takenBack, line], "resolved by a responder");
    }

    private static Outcome Reopen(Incident now, ResponderAction action)
    {
        Incident open = now.Suppression is { Reason: SuppressionReason.ResolvedByResponder }
            ? now with { Suppression = null, Api = new ChannelState(Presence.Open, now.Api.OpenedAt ?? action.At) }
            : now;
        return new Outcome(open, [new Effect.Recorded("reopened", $"at PagerDuty by {action.Who}")], "reopened");
    }

    private static IEnumerable<Effect> TakeBack(Incident incident) => incident.Kind == IncidentKind.Scheduler
        ? incident.BadMembers.Select(member => Told(member, SchedulerCommand.RemoveAcknowledgement(member.Host, member.Service)))
        : [];

    /// <summary>A command for the scheduler; a line of the history when a name cannot stand in one.</summary>
    public static Effect Told(Member member, string? command) => command is null
        ? new Effect.Recorded(NotTold, "its name of the host or service cannot stand in a command")
        : new Effect.SchedulerTold(member.Host, member.Service, command);

    private static ChannelState Opened(ChannelState state) =>
        state.Presence == Presence.Acknowledged ? state with { Presence = Presence.Open } : state;

    private static ChannelState Unopened(ChannelState state) => state.MayBeOpen ? new ChannelState(Presence.Unknown) : ChannelState.Closed;
}
