using System.Collections.Immutable;
using System.Globalization;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>One channel with at most 3 calls a minute and 2 at once, and the calls that really were made.</summary>
internal sealed record ChannelWorld
{
    private const int CallsPerMinute = 3;
    private const int Places = 2;

    private static readonly TimeSpan[] Spans = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)];

    public required Fleet Fleet { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>The calls that are under way, or ended less than a minute ago.</summary>
    public ImmutableList<Made> Calls { get; init; } = [];

    public TimeSpan? TooManyAt { get; init; }

    /// <summary>What a step did that it must not.</summary>
    public string? Broken { get; init; }

    public static ChannelWorld Start { get; } = new()
    {
        Fleet = new Fleet(IncidentPolicy.Default)
        {
            Api = new ChannelLoad(new RateLimiter(CallsPerMinute), new CircuitBreaker()) { Places = Places },
        },
    };

    public static Walk<ChannelWorld, string> Walk() => new(world => world.Shape, world => world.Successors(), world => world.Violation());

    private FleetContext Context => new(DateTimeOffset.FromUnixTimeSeconds(Sample.At) + Elapsed, Elapsed);

    private ChannelLoad Load => Fleet.Api!;

    // Of a call that has ended only its age matters, and of one that is under way whether it was answered.
    private string Shape => string.Create(CultureInfo.InvariantCulture, $"""
        {Broken}|{string.Join(',', Calls.Select(call => call.EndedAt is { } ended ? $"{(Elapsed - ended).TotalSeconds}"
            : $"under way {call.Result is null} {call.IsProbe}").Order(StringComparer.Ordinal))}
        |{Math.Min(Load.Breaker.Failures, CircuitBreaker.Threshold + 5)}{Load.Breaker.Probe is not null}{Load.Breaker.Since is not null}
        |{(Load.Breaker.IsOpen ? Math.Min((Elapsed - Load.Breaker.FailedAt).TotalSeconds, 30) : 0)}
        |{Elapsed - TooManyAt < TimeSpan.FromSeconds(6)}
        """);

    private IEnumerable<(string Input, ChannelWorld Next)> Successors()
    {
        yield return ("a call asks", Asked());
        foreach (Made call in Calls.Where(call => call.EndedAt is null))
        {
            foreach (CallResult result in call.Result is null ? Enum.GetValues<CallResult>() : [])
            {
                yield return ($"call {call.Permit.Number} is answered: {result}", Answered(call, result));
            }

            yield return ($"call {call.Permit.Number} ends", Ended(call));
        }

        foreach (TimeSpan span in Spans)
        {
            yield return ($"{span.TotalSeconds} s pass", Passed(span));
        }
    }

    private string? Violation()
    {
        int counted = Calls.Count(call => call.EndedAt is not { } ended || Elapsed - ended < RateLimiter.Window);
        int probes = Calls.Count(call => call is { IsProbe: true, EndedAt: null, Result: null });
        ChannelWorld later = Calls.Where(call => call.EndedAt is null).Aggregate(this, (world, call) => world.Ended(call)).Passed(Spans[1]);
        return Broken
            ?? (counted > CallsPerMinute ? "no 60 s have more calls than the limit"
            : Calls.Count(call => call.EndedAt is null) > Places ? "no more calls are under way than there are places"
            : Load.Breaker.IsOpen && probes > 1 ? "one call at a time probes an open circuit breaker"
            : Load.Breaker is { IsOpen: true, Since: null } ? "since when a channel is out is known"
            : later.Asked().Calls.All(call => call.EndedAt is not null) ? "a call may begin a minute after the last one ended"
            : null);
    }

    private ChannelWorld Asked()
    {
        FleetOutcome outcome = FleetTransitions.Step(Fleet, new FleetInput.CallAsked(ChannelKind.Api), Context);
        ChannelWorld next = this with { Fleet = outcome.Fleet };
        if (outcome.Effects is [FleetEffect.CallMustWait { Wait: var wait }])
        {
            FleetContext then = Context with { Elapsed = Elapsed + wait };
            FleetReason later = FleetTransitions.Step(outcome.Fleet, new FleetInput.CallAsked(ChannelKind.Api), then).Reason;
            bool isKnown = outcome.Reason == FleetReason.Paused
                || (outcome.Reason == FleetReason.RateLimited && Calls.Exists(call => call.EndedAt is not null));
            bool isWrong = wait <= TimeSpan.Zero || (isKnown && later == outcome.Reason);
            return next with { Broken = isWrong ? "a wait is as long as what it waits for" : Broken };
        }

        Permit permit = ((FleetEffect.CallMayBegin)outcome.Effects[0]).Permit;
        return next with
        {
            Calls = Calls.Add(new Made(permit, outcome.Reason == FleetReason.ProbeBegins)),
            Broken = Elapsed - TooManyAt < TimeSpan.FromSeconds(6) ? "no call begins within 6 s after a 429"
                : Load.Breaker.IsOpen != (outcome.Reason == FleetReason.ProbeBegins) ? "a call of a channel that is out is a probe"
                : Broken,
        };
    }

    private ChannelWorld Answered(Made call, CallResult result)
    {
        ChannelWorld next = Step(new FleetInput.CallAnswered(call.Permit, result));
        ImmutableList<Made> calls = Calls.Replace(call, call with { Result = result });
        return next with
        {
            // What began before the channel came back is no probe of the next outage.
            Calls = next.Load.Breaker.IsOpen ? calls : calls.ConvertAll(one => one with { IsProbe = false }),
            TooManyAt = result == CallResult.TooMany ? Elapsed : TooManyAt,
        };
    }

    private ChannelWorld Ended(Made call) => Step(new FleetInput.CallEnded(call.Permit)) with
    {
        Calls = Calls.Replace(call, call with { EndedAt = Elapsed }),
    };

    private ChannelWorld Passed(TimeSpan span) => this with
    {
        Elapsed = Elapsed + span,
        Calls = Calls.RemoveAll(call => Elapsed + span - call.EndedAt >= RateLimiter.Window),
    };

    private ChannelWorld Step(FleetInput input) => this with { Fleet = FleetTransitions.Step(Fleet, input, Context).Fleet };

    /// <summary>A call that was made.</summary>
    internal sealed record Made(Permit Permit, bool IsProbe, CallResult? Result = null, TimeSpan? EndedAt = null);
}
