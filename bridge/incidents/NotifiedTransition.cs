namespace Ringfree.Monitoring.Bridge;

/// <summary>What a notification does to its incident.</summary>
internal static class NotifiedTransition
{
    public static Outcome Step(Incident? before, IncidentInput.Reconciled input, Context context)
    {
        Outcome outcome = Step(before, new IncidentInput.Notified(input.Event, input.Boot), context);
        return outcome with { Effects = [new Effect.Recorded("reconciled", input.What), .. outcome.Effects] };
    }

    public static Outcome Step(Incident? before, IncidentInput.Notified input, Context context)
    {
        SchedulerEvent @event = input.Event;
        bool isOwn = input.Kind != IncidentKind.Scheduler;
        if (Meaning.Of(@event.Type, @event.IsBad) is not { } meant)
        {
            return Recorded(before, @event, isOwn, "recorded only");
        }

        var stamp = Stamp.Of(@event, input.Boot);
        Member? known = before?.Members.FirstOrDefault(member => member.Host == @event.Host && member.Service == @event.Service);
        bool flaps = Flapping.LastsAfter(@event, known);
        IncidentState desired = flaps && meant == IncidentState.Resolved ? IncidentState.Triggered : meant;
        if (!isOwn && known is not null && stamp.IsOlderThan(known.Stamp))
        {
            Outcome old = Recorded(before, @event, isOwn, "recorded only: older than what is known");
            return input.MayBeDelivered && desired == IncidentState.Triggered && !before!.IsBad
                ? old with
                {
                    Incident = (before with { Api = before.Api.Doubted(), Mail = before.Mail.Doubted() })
                        .Due(CallReason.MayBeOpen, context.Now),
                    IsNothing = false,
                }
                : old;
        }

        string state = flaps
            ? Flapping.WorstState(@event, known is { Desired: not IncidentState.Resolved } ? known.State : null)
            : @event.State;
        Severity severity = flaps ? Severities.Of(state) : Severities.Of(@event);
        var member = new Member(@event.Host, @event.Service, state, severity, desired, stamp, @event.Id, flaps);
        return Wanted(before, input, member, context);
    }

    private static Outcome Recorded(Incident? before, SchedulerEvent @event, bool isOwn, string outcome) =>
        new(before, isOwn ? [] : [Line(@event, outcome)], outcome);

    private static Effect.Recorded Line(SchedulerEvent @event, string outcome)
    {
        string member = @event.IncidentBytes.Length > 0 ? $"{Describe.Name(@event.Host, @event.Service)}: " : "";
        return new Effect.Recorded("notified", $"{member}{@event.Type}, {@event.State}: {outcome}", @event.Id);
    }

    private static Outcome Wanted(Incident? before, IncidentInput.Notified input, Member member, Context context)
    {
        string key = DedupKey.Of(input.Event);
        bool isScheduler = input.Kind == IncidentKind.Scheduler;

        // A first notification may be of what a lost store has opened: its end is delivered in any case, which does no harm.
        Incident old = before
            ?? new Incident { Key = key, Kind = input.Kind, Members = [member], Api = new ChannelState(Presence.Unknown) };
        Member[] others = [.. old.Members.Where(one => one.Host != member.Host || one.Service != member.Service)];
        Member[] acknowledgedWith = member.Desired == IncidentState.Acknowledged
            ? [.. others.Where(other => other.Desired == IncidentState.Triggered)] : [];
        Incident now = old with
        {
            Kind = input.Kind,
            Members =
            [
                .. others.Select(other => acknowledgedWith.Contains(other) ? other with { Desired = IncidentState.Acknowledged } : other),
                member,
            ],
        };
        bool isBad = now.Desired != IncidentState.Resolved;
        bool begins = isBad && !old.IsBad;
        bool mayBeOpen = input.MayBeDelivered || (!isBad && before is { IsBad: false } && isScheduler);

        Suppression? suppression = isBad && isScheduler ? Suppress(old, now, begins, context) : null;
        Reopen? reopen = isBad ? Reopens(old, now, begins, context.Policy) : null;
        bool isQuietFromTheStart = before is null && suppression is not null && !mayBeOpen;
        ChannelState api = isQuietFromTheStart ? ChannelState.Closed : mayBeOpen ? old.Api.Doubted() : old.Api;
        DateTimeOffset? opened = input.MayBeDelivered && isBad ? input.Event.Spooled.Wall : null;
        now = now with
        {
            Problem = isBad ? ProblemOf(old, now, begins, suppression, isScheduler, context) : null,
            Api = api with { OpenedAt = api.OpenedAt ?? opened },
            Mail = mayBeOpen ? old.Mail.Doubted() : old.Mail,
            Version = old.Version + 1,
            Cause = Cause(old, now, begins, reopen),
            Reopen = reopen,
            Suppression = suppression,
            Acknowledgement = Acknowledged(old, now, begins, isBad),
            Unwatched = isBad && !begins ? old.Unwatched : null,
            Retry = new Retry { Attempts = old.Retry.Attempts, LastAnswer = old.Retry.LastAnswer },
            WaitingSince = old.IsSettled ? context.Now : old.WaitingSince,
        };
        bool isSpared = !isBad && !now.Api.MayBeOpen && !now.Mail.MayBeOpen;
        string summary = Summary(now, reopen, isSpared);
        string who = input.Event.Text("SERVICEACKAUTHOR", "HOSTACKAUTHOR");
        IEnumerable<Effect> told = acknowledgedWith.Select(other => ResponderTransition.Told(
            other, SchedulerCommand.AcknowledgeWith(other.Host, other.Service, who, Describe.Name(member.Host, member.Service))));
        return new Outcome(now, isScheduler ? [Line(input.Event, summary), .. told] : [], summary)
        {
            HasBegun = begins && isScheduler && suppression is not { Reason: SuppressionReason.Maintenance },
            Notification = input.Event,
        };
    }

    private static Suppression? Suppress(Incident old, Incident now, bool begins, Context context) =>
        old.Suppression is { Reason: SuppressionReason.ResolvedByResponder } resolved && now.Severity <= old.NotifiedSeverity ? resolved
        : context.IsInMaintenance && (!old.IsNotified || begins || old.Suppression is { Reason: SuppressionReason.Maintenance })
            ? new Suppression(SuppressionReason.Maintenance, context.Now, Until: context.MaintenanceUntil)
        : old.IsNotified || now.Severity >= Severity.Critical ? null
        : old.Suppression is { Reason: SuppressionReason.Storm } listed ? listed
        : begins && context.IsStorm(begins) ? new Suppression(SuppressionReason.Storm, context.Now)
        : null;

    // A new problem is not the one before it, whose end PagerDuty was not sent yet: a responder may have acknowledged that, and would hear
    // nothing.
    private static Reopen? Reopens(Incident old, Incident now, bool begins, IncidentPolicy policy)
    {
        CallReason? reason = begins ? (old.IsShown ? CallReason.EndNotDelivered : null)
            : old.Reopen?.Reason ?? (now.Desired == IncidentState.Triggered ? Worse(old, now, policy) : null);
        return reason is { } known ? old.Reopen ?? new Reopen(known, old.Version + 1) : null;
    }

    private static CallReason? Worse(Incident old, Incident now, IncidentPolicy policy) => old.IsNotified
        ? Severities.Reopens(
            now.Severity, old.NotifiedSeverity, old.Acknowledgement?.Severity, policy.UpdatesUrgency && old.Api.IsOpen)
        : old.IsShown && now.Severity > old.Acknowledgement?.Severity ? CallReason.WorseThanAcknowledged : null;

    private static Problem ProblemOf(Incident old, Incident now, bool begins, Suppression? suppression, bool isScheduler, Context context)
    {
        bool isInStorm = isScheduler && begins && suppression is not { Reason: SuppressionReason.Maintenance } && context.IsStorm(begins);
        return begins || old.Problem is not { } problem ? new Problem(context.Now, null, isInStorm)
            : now.Severity > old.Severity ? problem with { RoseAt = context.Now, Rises = problem.Rises + 1 }
            : problem;
    }

    private static CallReason Cause(Incident old, Incident now, bool begins, Reopen? reopen) =>
        now.Desired switch
        {
            IncidentState.Resolved => CallReason.Recovered,
            IncidentState.Acknowledged => CallReason.Acknowledged,
            _ when reopen is not null => reopen.Reason,
            _ when !begins && old.Suppression is { Reason: SuppressionReason.ResolvedByResponder } => CallReason.WorseThanNotified,
            _ when !begins && !old.IsSettled
                && old.Cause is CallReason.MaintenanceEnded or CallReason.StillBad or CallReason.ResolvedBeforeWorse
                or CallReason.WorseThanNotified => old.Cause,
            _ => begins || !old.IsNotified ? CallReason.Began : CallReason.Updated,
        };

    private static Acknowledgement? Acknowledged(Incident old, Incident now, bool begins, bool isBad) =>
        now.Desired == IncidentState.Acknowledged ? new Acknowledgement(begins ? null : old.Acknowledgement?.Responder, now.Severity)
        : begins || !isBad ? null
        : old.Acknowledgement;

    private static string Summary(Incident now, Reopen? reopen, bool isSpared)
    {
        string will = now.Desired switch
        {
            IncidentState.Resolved => isSpared ? "over before PagerDuty was called: nothing to send" : "will resolve",
            IncidentState.Acknowledged => "will acknowledge",
            _ => reopen is null ? "will trigger" : $"will trigger again: {reopen.Reason.Words()}",
        };
        return now.Suppression is { } suppression ? $"suppressed: {Describe.Suppressed(suppression)}" : will;
    }
}
