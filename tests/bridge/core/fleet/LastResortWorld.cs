namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The canary, or the mail of last resort: when each may begin, over failures, restarts and steps of the wall clock.</summary>
/// <param name="IsCanary">False for the mail.</param>
internal sealed record LastResortWorld(bool IsCanary)
{
    private static readonly TimeSpan[] Spans = [TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(60)];

    private static readonly FleetSettings Settings = new() { CallsPerMinute = 100, MailsPerMinute = 30 };

    public Fleet Fleet { get; init; } = FleetTransitions.Step(
        new Fleet(IncidentPolicy.Default),
        new FleetInput.Started(Settings, FleetMemory.None),
        new FleetContext(DateTimeOffset.FromUnixTimeSeconds(Sample.At), default)).Fleet;

    public DateTimeOffset Now { get; init; } = DateTimeOffset.FromUnixTimeSeconds(Sample.At);

    public TimeSpan Elapsed { get; init; }

    /// <summary>The canary's call that is under way.</summary>
    public Permit? Canary { get; init; }

    public TimeSpan? SucceededAt { get; init; }

    public DateTimeOffset? Success { get; init; }

    public bool IsMailing { get; init; }

    /// <summary>When the last mail was sent, and the problems that it listed.</summary>
    public TimeSpan? MailedAt { get; init; }

    public DateTimeOffset? Mailed { get; init; }

    /// <summary>Since when the newest of the problems has waited too long; null when none does.</summary>
    public TimeSpan? WaitsSince { get; init; }

    public string? Broken { get; init; }

    public static Walk<LastResortWorld, string> Walk() =>
        new(world => world.Shape, world => world.Successors(), world => world.Violation());

    private FleetContext Context => new(Now, Elapsed);

    private string Shape => string.Join(
        '|',
        Canary is not null,
        Capped(Elapsed - SucceededAt, 5),
        Ahead(Fleet.Canary.LastSuccess, 5),
        Fleet.Api!.Breaker.Failures > CircuitBreaker.Threshold ? CircuitBreaker.Threshold : Fleet.Api.Breaker.Failures,
        Fleet.Api.Breaker.Objection(Context),
        IsMailing,
        Capped(Elapsed - MailedAt, 60),
        Ahead(Fleet.LastResort.SentAt, 60),
        Capped(Elapsed - Fleet.LastResort.SentElapsed, 60),
        WaitsSince is null ? "" : $"{WaitsSince > MailedAt}",
        Broken);

    private IEnumerable<(string Input, LastResortWorld Next)> Successors() => (IsCanary ? CanaryInputs() : MailInputs()).Concat(Inputs());

    private IEnumerable<(string Input, LastResortWorld Next)> CanaryInputs()
    {
        yield return ("the canary is asked", Asked());
        if (Canary is { } permit)
        {
            yield return ("the canary's call is accepted", Answered(permit, CallResult.Accepted) with
            {
                SucceededAt = Elapsed,
                Success = Now,
            });
            yield return ("the canary's call fails", Answered(permit, CallResult.Failed));
            yield return ("the canary's call is not made", Answered(permit, CallResult.Withdrawn));
        }

    }

    private IEnumerable<(string Input, LastResortWorld Next)> MailInputs()
    {
        yield return ("what waits is read", Read());
        if (IsMailing)
        {
            yield return ("the mail is sent", Step(new FleetInput.LastResortEnded(IsSent: true)) with
            {
                IsMailing = false,
                MailedAt = Elapsed,
                Mailed = Now,
            });
            yield return ("the mail is not sent", Step(new FleetInput.LastResortEnded(IsSent: false)) with { IsMailing = false });
        }

        yield return ("a problem has waited too long", this with { WaitsSince = Elapsed });
        yield return ("nothing waits any more", this with { WaitsSince = null });
    }

    private IEnumerable<(string Input, LastResortWorld Next)> Inputs()
    {
        yield return ("serve starts again", Step(new FleetInput.Started(
            Settings, new FleetMemory { LastSuccess = Success, LastResortSent = Mailed })) with
        { Canary = null, IsMailing = false });
        foreach (TimeSpan span in Spans)
        {
            yield return ($"{span.TotalMinutes} min pass", this with { Now = Now + span, Elapsed = Elapsed + span });
        }

        if (!IsAhead(Mailed) && !IsAhead(Success))
        {
            yield return ("the wall clock is set back", this with { Now = Now - TimeSpan.FromDays(1) });
        }
    }

    private string? Violation()
    {
        LastResortWorld later = this with { Now = Now + TimeSpan.FromHours(1), Elapsed = Elapsed + TimeSpan.FromHours(1) };
        return Broken
            ?? (WaitsSince is not null && !IsMailing && !later.Read().IsMailing
                ? "what waits is mailed an hour after the last mail at the latest"
            : Canary is null && later.Asked().Canary is null ? "the canary calls an hour after the last success at the latest"
            : null);
    }

    private LastResortWorld Asked()
    {
        FleetOutcome outcome = FleetTransitions.Step(Fleet, new FleetInput.CanaryAsked(), Context);
        return outcome.Effects is not [FleetEffect.CanaryBegins { Permit: var permit }] ? this with { Fleet = outcome.Fleet }
            : this with
            {
                Fleet = outcome.Fleet,
                Canary = permit,
                Broken = Canary is not null ? "the canary's calls do not overlap"
                    : Elapsed - SucceededAt < Bridge.Canary.Interval && !IsAhead(Success)
                        ? "the canary calls only when no call succeeded for 5 min"
                    : Broken,
            };
    }

    private LastResortWorld Answered(Permit permit, CallResult result) =>
        Step(new FleetInput.CallAnswered(permit, result)).Step(new FleetInput.CallEnded(permit)) with { Canary = null };

    private LastResortWorld Read()
    {
        DateTimeOffset newest = WaitsSince is { } since ? Now - (Elapsed - since) : default;
        FleetOutcome outcome = FleetTransitions.Step(Fleet, new FleetInput.UnprovenRead(WaitsSince is null ? 0 : 1, newest), Context);
        TimeSpan pause = WaitsSince > MailedAt ? Bridge.LastResort.PauseBetweenMails : Bridge.LastResort.RepeatAfter;
        return outcome.Effects is not [FleetEffect.LastResortBegins] ? this with { Fleet = outcome.Fleet }
            : this with
            {
                Fleet = outcome.Fleet,
                IsMailing = true,
                Broken = IsMailing ? "one mail is sent at a time"
                    : WaitsSince is null ? "no mail is sent about nothing"
                    : Elapsed - MailedAt < pause && !IsAhead(Mailed)
                        ? "one mail an hour is sent about the same problems, and one in 5 min about new ones"
                    : Broken,
            };
    }

    private LastResortWorld Step(FleetInput input) => this with { Fleet = FleetTransitions.Step(Fleet, input, Context).Fleet };

    private static string Capped(TimeSpan? age, int minutes) => age is { } known ? $"{Math.Min(known.TotalMinutes, minutes)}" : "";

    // Noted before the wall clock was set back.
    private bool IsAhead(DateTimeOffset? moment) => moment > Now;

    private string Ahead(DateTimeOffset? moment, int minutes) => IsAhead(moment) ? "ahead" : Capped(Now - moment, minutes);
}
