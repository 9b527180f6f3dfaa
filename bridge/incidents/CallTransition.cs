namespace Ringfree.Monitoring.Bridge;

/// <summary>What a call does to its incident: when it begins, and when it ends.</summary>
internal static class CallTransition
{
    /// <summary>
    /// A call begins, and its answer may never come: after a trigger PagerDuty may know the incident; after a resolve it may not, so that
    /// an acknowledgement that follows is triggered first again.
    /// </summary>
    public static Outcome Started(Incident before, Call call, Context context)
    {
        ChannelState channel = before.Channel(call.Channel);
        Incident now = before with { Retry = before.Retry with { Attempts = before.Retry.Attempts + 1 } };
        now = call.Action switch
        {
            CallAction.Trigger => now.With(call.Channel, channel.Doubted() with { OpenedAt = channel.OpenedAt ?? context.Now }) with
            {
                UnansweredAt = context.Now,
            },
            CallAction.Resolve => now.With(call.Channel, channel with { Presence = Presence.Unknown }),
            _ => now,
        };
        return new Outcome(now, [new Effect.CallBegan(call.Channel)], "started");
    }

    /// <summary>PagerDuty has it, or the mail server took it. A newer version stays due.</summary>
    public static Outcome Accepted(Incident before, IncidentInput.CallAnswered input, Context context)
    {
        Call call = input.Call;
        ChannelState channel = before.Channel(call.Channel);
        Incident now = before with
        {
            SettledVersion = call.IsLast ? Math.Max(before.SettledVersion, call.Version) : before.SettledVersion,
            Retry = new Retry { Payload = before.Retry.Payload, DeadSince = before.Retry.DeadSince },
            DeliveredAt = context.Now,
        };
        now = call.Action switch
        {
            CallAction.Trigger => Triggered(now, call, channel, context),
            CallAction.Acknowledge => now.With(call.Channel, channel with { Presence = Presence.Acknowledged }),
            _ => Closed(now, call.Channel),
        };
        var delivered = new Effect.Recorded("delivered", $"{call.Verb}: {input.Answer}");
        return new Outcome(now, call.Channel == ChannelKind.Api ? [delivered, new Effect.ApiAccepted()] : [delivered], "delivered");
    }

    /// <summary>
    /// PagerDuty refuses it. A page is first tried again without its links, then without its details: whatever it stumbled over, a name and
    /// a state still page.
    /// What is refused even so is a dead letter, due again with its next change, a retry or the next start.
    /// </summary>
    public static Outcome Refused(Incident before, IncidentInput.CallAnswered input, Context context)
    {
        Call call = input.Call;
        bool isDead = call.IsFinal;
        Incident now = before with
        {
            Retry = before.Retry with
            {
                Payload = isDead ? before.Retry.Payload : call.Payload + 1,
                FailingSince = before.Retry.FailingSince ?? context.Now,
                LastAnswer = input.Answer,
                DeadSince = isDead && call.Version == before.Version ? context.Now : before.Retry.DeadSince,
            },
        };
        string what = isDead ? "dead letter" : "refused";
        string next = isDead ? "" : $"; trying without {(call.Payload == Payload.Full ? "links" : "details")}";
        return new Outcome(now, [new Effect.Recorded(what, $"{call.Verb}: {input.Answer}{next}")], what);
    }

    /// <summary>What PagerDuty refused for good is tried once more, from the full event on, after it has accepted something else.</summary>
    public static Outcome TriedOnceMore(Incident before) => before is { IsDeadLetter: true, Retry.IsSecondLife: false }
        ? new Outcome(
            before with { Retry = before.Retry with { DeadSince = null, Payload = Payload.Full, NotBefore = null, IsSecondLife = true } },
            [new Effect.Recorded("tried again", "PagerDuty has accepted another event since")],
            "due")
        : Outcome.Nothing(before, "nothing to try again");

    /// <summary>A call is tried again after a wait; it stands in the history only when the reason is a new one.</summary>
    public static Outcome Failed(Incident before, IncidentInput.CallUnanswered input, Context context)
    {
        Incident now = before with
        {
            Retry = before.Retry with
            {
                NotBefore = context.Now + input.Wait,
                FailingSince = before.Retry.FailingSince ?? context.Now,
                LastAnswer = input.Answer,
            },
        };
        var failed = new Effect.Recorded("not delivered", $"{input.Call.Verb}: {input.Answer}");
        return new Outcome(now, input.Answer == before.Retry.LastAnswer ? [] : [failed], failed.What);
    }

    /// <summary>What is due needs no call.</summary>
    public static Outcome Spared(Incident before, IncidentInput.CallSpared input, Context context)
    {
        if (input.Version != before.Version || before.IsSettled)
        {
            return Outcome.Nothing(before, "not due");
        }

        Incident now = before with
        {
            SettledVersion = input.Version,
            Retry = new Retry { Payload = before.Retry.Payload },
            DeliveredAt = context.Now,
        };
        now = input.Reason switch
        {
            QuietReason.NeverOpened => now with { Api = ChannelState.Closed, Mail = ChannelState.Closed, NotifiedSeverity = null },
            QuietReason.MailCannotAcknowledge => now with { Mail = now.Mail with { Presence = Presence.Acknowledged } },
            _ => now with { NotifiedSeverity = now.Severity, Mail = now.Mail with { Presence = Presence.Open } },
        };
        return new Outcome(now, [new Effect.Recorded("not needed", input.Reason.Words())], "not needed");
    }

    // A responder who has resolved it may open it again before the bridge hears of it.
    private static Incident Closed(Incident now, ChannelKind channel)
    {
        bool isResponders = now.Suppression is { Reason: SuppressionReason.ResolvedByResponder };
        Incident closed = now.With(channel, isResponders ? new ChannelState(Presence.Unknown) : ChannelState.Closed);
        return closed.IsNotified ? closed : closed with { NotifiedSeverity = null };
    }

    private static Incident Triggered(Incident now, Call call, ChannelState channel, Context context)
    {
        bool isReopened = now.Reopen is { } reopen && reopen.Version <= call.Version;
        return now.With(call.Channel, new ChannelState(Presence.Open, channel.OpenedAt ?? context.Now)) with
        {
            NotifiedSeverity = now.IsNotified && now.NotifiedSeverity > call.Severity ? now.NotifiedSeverity : call.Severity,
            UnansweredAt = null,
            Reopen = isReopened ? null : now.Reopen,
            Acknowledgement = isReopened && now.Desired == IncidentState.Triggered ? null : now.Acknowledgement,
        };
    }
}
