namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The life of the fleet: <c>(fleet, input, context) → (fleet, effects)</c>. No clock, no lock, no disk, no socket:
/// <see cref="CurrentFleet"/> keeps the value, and whoever gave the input carries the effects out.
/// </summary>
internal static class FleetTransitions
{
    private static readonly TimeSpan DeadLetterRetryInterval = TimeSpan.FromMinutes(5);

    /// <summary>What an input does to the fleet.</summary>
    public static FleetOutcome Step(Fleet fleet, FleetInput input, FleetContext context) => input switch
    {
        FleetInput.Started started => Start(fleet, started, context),
        FleetInput.WindowsRead read => Windows(fleet, new Maintenance(read.Windows)),
        FleetInput.ProblemsCounted counted => Problems(fleet, counted.Begun, isNew: false),
        FleetInput.ProblemBegan => Problems(fleet, fleet.Storm.ProblemsBegun + 1, isNew: true),
        FleetInput.CallAsked asked => Ask(fleet, asked.Channel, context),
        FleetInput.CallAnswered answered => Answered(fleet, answered, context),
        FleetInput.CallEnded ended => Ended(fleet, ended.Permit, context),
        FleetInput.Ticked ticked => Tick(fleet, ticked, context),
        FleetInput.Woken woken => new FleetOutcome(fleet with { WakeUp = fleet.WakeUp.Pay(woken.Owed) }, FleetReason.WakeStored, []),
        FleetInput.DeadLettersRead read => DeadLetters(fleet, read, context),
        FleetInput.StormRead read => ListStorm(fleet, read, context),
        FleetInput.AlertWritten written => Raise(
            fleet, written.IsPaged, new FleetEffect.AlertRaised(written.Concern, written.Headline, written.Details)),
        FleetInput.HeartbeatCame => Beat(fleet, context),
        FleetInput.HeartbeatAwaited awaited => AwaitHeartbeat(fleet, awaited.IsPaged, context),
        FleetInput.CanaryAsked => AskCanary(fleet, context),
        FleetInput.UnprovenRead read => LastResort(fleet, read, context),
        FleetInput.LastResortEnded ended => Mailed(fleet, ended.IsSent, context),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static FleetOutcome Start(Fleet fleet, FleetInput.Started input, FleetContext context)
    {
        (FleetSettings settings, FleetMemory memory) = (input.Settings, input.Memory);
        bool isFirstAwaited = settings.Heartbeat is { IsDemanded: true } && memory.HeartbeatAwaited is null;
        DateTimeOffset awaitedSince = memory.HeartbeatAwaited ?? context.Now;
        var started = new Fleet(fleet.Policy)
        {
            Api = settings.CallsPerMinute is { } calls
                ? new ChannelLoad(RateLimiter.After(calls, memory.ApiCalls, context), new CircuitBreaker(Since: memory.ApiFailingSince))
                : null,
            Mail = settings.MailsPerMinute is { } mails
                ? new ChannelLoad(RateLimiter.After(mails, memory.MailCalls, context), CircuitBreaker.Closed)
                : null,
            FallbackAfter = settings.FallbackAfter,
            Storm = new Storm(ListedAt: memory.StormListed),
            Canary = new Canary(memory.LastSuccess),
            LastResort = new LastResort(memory.LastResortSent),
            Heartbeat = settings.Heartbeat is { } heartbeat
                ? DeadMansSwitch.At(heartbeat, memory.Heartbeat, awaitedSince, context) : null,
            HeartbeatName = settings.Heartbeat?.Name ?? "",
        };
        return new FleetOutcome(
            started, FleetReason.Started, isFirstAwaited ? [new FleetEffect.Noted(StoredFacts.HeartbeatAwaited, context.Now)] : []);
    }

    // A verb that ends a window steps what it covered. One that is killed before leaves that to the next tick.
    private static FleetOutcome Windows(Fleet fleet, Maintenance maintenance)
    {
        bool hasEnded = maintenance.HasEndedSince(fleet.Maintenance);
        return new FleetOutcome(
            fleet with { Maintenance = maintenance, WakeUp = hasEnded ? fleet.WakeUp.Owe() : fleet.WakeUp },
            hasEnded ? FleetReason.WindowEnded : FleetReason.WindowsOpen,
            []);
    }

    private static FleetOutcome Problems(Fleet fleet, int begun, bool isNew)
    {
        Fleet after = fleet with { Storm = fleet.Storm with { ProblemsBegun = begun } };
        bool begins = isNew && after.Storm.IsRaging(fleet.Policy) && !fleet.Storm.IsRaging(fleet.Policy);
        return begins ? new FleetOutcome(after, FleetReason.StormBegins, [new FleetEffect.StormBroke()])
            : new FleetOutcome(after, after.Storm.IsRaging(fleet.Policy) ? FleetReason.StormRages : FleetReason.Calm, []);
    }

    private static FleetOutcome Ask(Fleet fleet, ChannelKind channel, FleetContext context)
    {
        if (fleet.Load(channel) is not { } load)
        {
            return new FleetOutcome(fleet, FleetReason.NoChannel, [new FleetEffect.CallMustWait(ChannelLoad.LookAgain)]);
        }

        load = load.Ask(channel, context, out Permit? permit, out FleetReason reason, out TimeSpan wait);
        return new FleetOutcome(
            fleet.With(channel, load),
            reason,
            permit is { } given ? [new FleetEffect.CallMayBegin(given)] : [new FleetEffect.CallMustWait(wait)]);
    }

    private static FleetOutcome Answered(Fleet fleet, FleetInput.CallAnswered input, FleetContext context)
    {
        (Permit permit, CallResult result) = (input.Permit, input.Result);
        ChannelLoad load = fleet.Load(permit.Channel)!.Answered(input, context);
        bool isSuccess = permit.Channel == ChannelKind.Api && result == CallResult.Accepted;
        return new FleetOutcome(
            fleet.With(permit.Channel, load) with
            {
                Canary = isSuccess ? fleet.Canary with { LastSuccess = context.Now } : fleet.Canary,
            },
            result switch
            {
                CallResult.Accepted or CallResult.Refused => FleetReason.ChannelWorks,
                CallResult.Failed => load.Breaker.IsOpen ? FleetReason.ChannelOut : FleetReason.CallFailed,
                CallResult.TooMany => FleetReason.TooManyCalls,
                _ => FleetReason.CallWithdrawn,
            },
            []);
    }

    private static FleetOutcome Ended(Fleet fleet, Permit permit, FleetContext context)
    {
        ChannelLoad load = fleet.Load(permit.Channel)!.Ended(permit, context);
        Canary canary = fleet.Canary.UnderWay == permit ? fleet.Canary with { UnderWay = null } : fleet.Canary;
        return new FleetOutcome(fleet.With(permit.Channel, load) with { Canary = canary }, FleetReason.PlaceFreed, []);
    }

    private static FleetOutcome Tick(Fleet fleet, FleetInput.Ticked input, FleetContext context)
    {
        WakeUp wakeUp = fleet.WakeUp.Tick(context);
        DateTimeOffset? failing = fleet.Api?.Breaker.Since;
        bool isNoted = failing?.ToUnixTimeMilliseconds() == input.NotedFailingSince?.ToUnixTimeMilliseconds();
        List<FleetEffect> effects =
        [
            new FleetEffect.Noted(StoredFacts.Alive, context.Now),
            .. isNoted ? [] : new FleetEffect[] { new FleetEffect.Noted(StoredFacts.ApiFailingSince, failing) },
            new FleetEffect.IncidentsWoken(wakeUp.IsOfAll, wakeUp.Owed),
        ];
        return new FleetOutcome(fleet with { WakeUp = wakeUp }, wakeUp.IsOfAll ? FleetReason.AllWoken : FleetReason.DueWoken, effects);
    }

    // When PagerDuty refuses everything it refuses the page about it, too: that one is tried again and again.
    private static FleetOutcome DeadLetters(Fleet fleet, FleetInput.DeadLettersRead read, FleetContext context)
    {
        if (read.Letters.Count == 0)
        {
            return Clear(fleet, read.IsPaged, OwnConcern.DeadLetters, FleetReason.NoDeadLetters);
        }

        FleetOutcome raised = Raise(fleet, read.IsPaged, OwnAlertWords.DeadLetters(read.Letters));
        return context.IsWithin(fleet.DeadLettersRetriedAt, DeadLetterRetryInterval)
            ? raised with { Reason = FleetReason.DeadLettersPaged }
            : new FleetOutcome(
                raised.Fleet with { DeadLettersRetriedAt = context.Elapsed },
                FleetReason.DeadLettersRetried,
                [.. raised.Effects, new FleetEffect.AlertRetried(OwnConcern.DeadLetters)]);
    }

    private static FleetOutcome ListStorm(Fleet fleet, FleetInput.StormRead read, FleetContext context) =>
        !read.HasMembers ? Clear(fleet, read.IsPaged, OwnConcern.Storm, FleetReason.StormOver)
        : read.IsPaged && context.IsWithin(fleet.Storm.ListedAt, Storm.RewriteInterval)
            ? new FleetOutcome(fleet, FleetReason.StormListedLately, [])
        : new FleetOutcome(
            fleet with { Storm = fleet.Storm with { ListedAt = context.Now } },
            FleetReason.StormListed,
            [new FleetEffect.Noted(StoredFacts.StormPagedAt, context.Now), new FleetEffect.StormListed()]);

    private static FleetOutcome Beat(Fleet fleet, FleetContext context) => fleet.Heartbeat is not { } heartbeat
        ? new FleetOutcome(fleet, FleetReason.HeartbeatNotAwaited, [])
        : new FleetOutcome(
            fleet with { Heartbeat = heartbeat.Beat(context) },
            FleetReason.HeartbeatCame,
            [new FleetEffect.Noted(StoredFacts.Heartbeat, context.Now)]);

    private static FleetOutcome AwaitHeartbeat(Fleet fleet, bool isPaged, FleetContext context) => fleet.Heartbeat switch
    {
        null => new FleetOutcome(fleet, FleetReason.HeartbeatNotAwaited, []),
        var heartbeat when !heartbeat.IsSilent(context) => heartbeat.MayResolve
            ? Clear(fleet, isPaged, OwnConcern.Heartbeat, FleetReason.HeartbeatComes)
            : new FleetOutcome(fleet, FleetReason.HeartbeatNotHeard, []),
        _ when fleet.Maintenance.IsOfEverything => new FleetOutcome(fleet, FleetReason.HeartbeatInMaintenance, []),
        var heartbeat => Raise(fleet, isPaged, OwnAlertWords.Heartbeat(fleet.HeartbeatName, heartbeat)) with
        {
            Reason = FleetReason.HeartbeatMissing,
        },
    };

    private static FleetOutcome AskCanary(Fleet fleet, FleetContext context)
    {
        FleetReason? isSpared = fleet.Canary.UnderWay is not null ? FleetReason.CanaryUnderWay
            : context.IsWithin(fleet.Canary.LastSuccess, Canary.Interval) ? FleetReason.CanaryNotNeeded
            : null;
        if (isSpared is { } reason)
        {
            return new FleetOutcome(fleet, reason, []);
        }

        FleetOutcome asked = Ask(fleet, ChannelKind.Api, context);
        return asked.Effects is [FleetEffect.CallMayBegin { Permit: var permit }]
            ? new FleetOutcome(
                asked.Fleet with { Canary = asked.Fleet.Canary with { UnderWay = permit } },
                FleetReason.CanaryBegins,
                [new FleetEffect.CanaryBegins(permit)])
            : asked with { Effects = [] };
    }

    private static FleetOutcome LastResort(Fleet fleet, FleetInput.UnprovenRead read, FleetContext context)
    {
        FleetReason reason = read.Count == 0 ? FleetReason.NothingUnproven
            : fleet.LastResort.IsUnderWay ? FleetReason.MailUnderWay
            : fleet.LastResort.IsPausing(read.NewestDue, context) ? FleetReason.MailedLately
            : FleetReason.MailBegins;
        return reason == FleetReason.MailBegins
            ? new FleetOutcome(
                fleet with { LastResort = fleet.LastResort with { IsUnderWay = true } }, reason, [new FleetEffect.LastResortBegins()])
            : new FleetOutcome(fleet, reason, []);
    }

    private static FleetOutcome Mailed(Fleet fleet, bool isSent, FleetContext context) => isSent
        ? new FleetOutcome(
            fleet with { LastResort = new LastResort(context.Now, context.Elapsed) },
            FleetReason.MailSent,
            [new FleetEffect.Noted(StoredFacts.LastResortSent, context.Now)])
        : new FleetOutcome(fleet with { LastResort = fleet.LastResort with { IsUnderWay = false } }, FleetReason.MailNotSent, []);

    private static FleetOutcome Raise(Fleet fleet, bool isPaged, FleetEffect.AlertRaised alert)
    {
        OwnAlerts alerts = fleet.Alerts.Raise(isPaged, alert, out IReadOnlyList<FleetEffect> effects);
        return new FleetOutcome(
            fleet with { Alerts = alerts }, effects.Count > 0 ? FleetReason.AlertRaised : FleetReason.AlertKnown, effects);
    }

    private static FleetOutcome Clear(Fleet fleet, bool isPaged, OwnConcern concern, FleetReason reason)
    {
        OwnAlerts alerts = fleet.Alerts.Clear(isPaged, concern, out IReadOnlyList<FleetEffect> effects);
        return new FleetOutcome(fleet with { Alerts = alerts }, reason, effects);
    }
}
