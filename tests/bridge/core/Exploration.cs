namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Walks every state that any order of inputs can lead to, breadth first, and asserts what must always be true.</summary>
internal sealed partial class Exploration(IncidentKind kind, bool hasMail, Inputs inputs)
{
    /// <summary>Longer than any wait but a maintenance window.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(Sample.At);
    private static readonly IncidentPolicy Policy = IncidentPolicy.Default;

    private readonly Dictionary<Shape, (Explored State, Shape From, string Input)> seen = [];
    private readonly Queue<(Explored State, Shape Shape)> waiting = [];
    private readonly Dictionary<string, SchedulerEvent> events = new(StringComparer.Ordinal);

    /// <summary>The shortest story of each invariant that does not hold.</summary>
    public Dictionary<string, string> Violations { get; } = new(StringComparer.Ordinal);

    /// <summary>Hears of every step.</summary>
    public Action<Explored, string, Explored>? Walked { get; init; }

    /// <summary>How many inputs were tried.</summary>
    public long Tried { get; private set; }

    /// <returns>The number of shapes.</returns>
    public int Run(int most)
    {
        Visit(Explored.Empty, default, "");
        while (waiting.Count > 0 && seen.Count < most)
        {
            (Explored state, Shape shape) = waiting.Dequeue();
            foreach ((string input, Explored next) in Successors(state))
            {
                Tried++;
                Walked?.Invoke(state, input, next);
                Visit(next, shape, input);
            }
        }

        return waiting.Count == 0 ? seen.Count : -1;
    }

    private static Context Plain => new(Now, Policy, MaintenanceUntil: null, ProblemsBegun: 0);

    private static Context InMaintenance => Plain with { MaintenanceUntil = Now + TimeSpan.FromHours(1) };

    private static Context InStorm => Plain with { ProblemsBegun = Policy.StormThreshold };

    private bool Has(Inputs one) => inputs.HasFlag(one);

    private void Visit(Explored state, Shape from, string input)
    {
        var shape = Shape.Of(state, Now);
        if (seen.TryAdd(shape, (state, from, input)))
        {
            if (Violation(state) is { } violation)
            {
                Fail(violation, shape);
            }

            waiting.Enqueue((state, shape));
        }
    }

    private void Fail(string violation, Shape shape)
    {
        var story = new List<string>();
        for (Shape at = shape; seen[at].Input.Length > 0; at = seen[at].From)
        {
            story.Insert(0, $"{seen[at].Input}");
        }

        Violations.TryAdd(violation, $"{violation}\n{string.Join('\n', story)}\n{seen[shape].State}");
    }

    private IEnumerable<(string Input, Explored Next)> Successors(Explored state)
    {
        foreach ((string type, string to) in new[] { ("PROBLEM", "WARNING"), ("PROBLEM", "CRITICAL"), ("RECOVERY", "OK") })
        {
            yield return Notified(state, type, to, Plain, "", false);
            if (Has(Inputs.Maintenance))
            {
                yield return Notified(state, type, to, InMaintenance, " in maintenance", false);
            }

            if (Has(Inputs.Storm))
            {
                yield return Notified(state, type, to, InStorm, " in a storm", false);
            }

            if (Has(Inputs.Alone))
            {
                yield return Notified(state, type, to, Plain, " alone", true);
            }
        }

        foreach ((string type, string to) in Has(Inputs.Flapping)
            ? new[] { ("FLAPPINGSTART", "OK"), ("FLAPPINGSTART", "WARNING"), ("FLAPPINGSTOP", "OK"), ("FLAPPINGSTOP", "CRITICAL") } : [])
        {
            yield return Notified(state, type, to, Plain, "", false);
        }

        if (state.Incident is not { } incident)
        {
            yield break;
        }

        if (Has(Inputs.Alone))
        {
            yield return Notified(state, "PROBLEM", "CRITICAL", Plain, " again, alone", true, isOld: true);
        }

        if (incident.IsBad && Has(Inputs.Acknowledgements))
        {
            yield return Notified(state, "ACKNOWLEDGEMENT", incident.State, Plain, "", false);
        }

        if (incident.IsBad && Has(Inputs.Storm))
        {
            yield return Step(state, "storm begins", new IncidentInput.StormBegan(), InStorm);
        }

        foreach (ResponderDeed deed in incident.IsBad && Has(Inputs.Responders) ? Enum.GetValues<ResponderDeed>() : [])
        {
            foreach ((string input, Explored next) in Responded(state, deed))
            {
                yield return (input, next);
            }
        }

        if (Has(Inputs.Refusals))
        {
            yield return Step(state, "retry", new IncidentInput.Retried(), Plain);
        }

        if (Has(Inputs.Drops))
        {
            yield return Step(state, "drop", new IncidentInput.Dropped("root"), Plain);
        }

        if (Has(Inputs.Reassertion))
        {
            yield return Step(state, "reassert", new IncidentInput.Reasserted(), Plain);
        }

        if (Has(Inputs.Unwatched))
        {
            yield return Step(state, "services are unwatched", new IncidentInput.UnwatchedFound(3), Plain);
            yield return Step(state, "services are watched", new IncidentInput.UnwatchedFound(0), Plain);
        }

        yield return Step(state, "tick", new IncidentInput.Tick(), Plain);
        if (Has(Inputs.Maintenance))
        {
            yield return Step(state, "tick in maintenance", new IncidentInput.Tick(), InMaintenance);
        }

        yield return ("time passes", state with { Incident = Aged(incident) });
        foreach ((string input, Explored next) in state.UnderWay is { } call ? Ends(state, call) : Begins(state, incident))
        {
            yield return (input, next);
        }
    }

    private IEnumerable<(string Input, Explored Next)> Begins(Explored state, Incident incident)
    {
        foreach ((string name, Channels channels) in AllChannels())
        {
            Decision decision = Plan.Next(incident, channels, Now);
            if (decision.Call is { } call)
            {
                yield return (
                    $"{call.Verb} by {call.Channel} ({name})", Step(
                    state, "", new IncidentInput.CallStarted(call), Plain).Next with
                    { UnderWay = call });
            }
            else if (decision.IsSpared)
            {
                yield return (
                    $"spared: {decision.Quiet} ({name})", Step(
                    state, "", new IncidentInput.CallSpared(incident.Version, decision.Quiet), Plain).Next);
            }
        }
    }

    private IEnumerable<(string Name, Channels Channels)> AllChannels()
    {
        Channels both = new(HasApi: true, hasMail, IsApiOut: false, null, IsMailOut: false, TimeSpan.FromMinutes(5));
        yield return ("fair", both);
        if (hasMail)
        {
            yield return ("the API out for long", both with { IsApiOut = true, ApiFailingSince = Now - Long });
        }
    }

    private IEnumerable<(string Input, Explored Next)> Ends(Explored state, Call call)
    {
        Explored after = Arrived(state, call) with { UnderWay = null };
        Explored lost = state with { UnderWay = null };
        var failed = new IncidentInput.CallUnanswered(call, "no answer", TimeSpan.Zero);
        yield return Step(after, "accepted", new IncidentInput.CallAnswered(call, IsAccepted: true, ""), Plain);
        yield return Step(after, "its answer is lost", failed, Plain);
        yield return Step(lost, "it does not arrive", failed, Plain);
        yield return ("killed after it arrived", after);
        if (Has(Inputs.Refusals))
        {
            yield return Step(lost, "refused", new IncidentInput.CallAnswered(call, IsAccepted: false, "HTTP 400"), Plain);
        }
    }

    // What PagerDuty does with a call: a trigger of what is closed pages.
    private Explored Arrived(Explored state, Call call)
    {
        Truth truth = call.Channel == ChannelKind.Api ? state.Api : state.Mail;
        bool pages = call.Action == CallAction.Trigger && truth == Truth.Closed;
        bool isOtherPaged = call.Channel == ChannelKind.Mail ? state.Api != Truth.Closed : state.Mail != Truth.Closed;
        if (pages && state.IsPaged && !isOtherPaged && !hasMail
            && call.Reason is CallReason.Began or CallReason.Updated or CallReason.Acknowledged)
        {
            Fail($"a second page for one problem: {call.Reason}", Shape.Of(state, Now));
        }

        truth = call.Action switch
        {
            CallAction.Trigger => truth == Truth.Closed ? Truth.Open : truth,
            CallAction.Acknowledge => truth == Truth.Closed ? truth : Truth.Acknowledged,
            _ => Truth.Closed,
        };
        Explored after = call.Channel == ChannelKind.Api ? state with { Api = truth } : state with { Mail = truth };

        // A resolve of what is still bad is half of a page again.
        return after with
        {
            IsPaged = call.Action == CallAction.Resolve ? state.Incident?.IsBad != true && state.IsPaged : state.IsPaged
            || pages
        };
    }

    private IEnumerable<(string Input, Explored Next)> Responded(Explored state, ResponderDeed deed)
    {
        Truth truth = deed switch
        {
            ResponderDeed.Acknowledged when state.Api == Truth.Open => Truth.Acknowledged,
            ResponderDeed.Unacknowledged when state.Api == Truth.Acknowledged => Truth.Open,
            ResponderDeed.Resolved when state.Api != Truth.Closed => Truth.Closed,
            ResponderDeed.Reopened when state is
            {
                Api: Truth.Closed,
                Incident.Suppression.Reason: SuppressionReason.ResolvedByResponder
            } => Truth.Open,
            _ => state.Api,
        };
        if (truth == state.Api)
        {
            yield break;
        }

        // Heard of at once, late, and never.
        Incident incident = state.Incident!;
        var action = new ResponderAction(incident.Key, deed, "Ann", (incident.ResponderAt ?? Now) + TimeSpan.FromTicks(1), "");


        // A call that is under way may still page what she resolves.
        bool isPaged = state.IsPaged && !(truth == Truth.Closed && state.UnderWay is not null);
        yield return Step(state with { Api = truth, IsPaged = isPaged }, $"Ann: {deed}", new IncidentInput.Responded(action), Plain);
        if (Has(Inputs.Unheard))
        {
            yield return (
                $"Ann: {deed}, which nobody hears of", state with { Api = truth, IsPaged = state.IsPaged && truth != Truth.Closed });
        }

        if (incident.Problem?.RoseAt is { } rose && !(incident.ResponderAt >= rose))
        {
            action = action with { At = rose - TimeSpan.FromTicks(1) };
            yield return Step(
                state with { Api = truth, IsPaged = isPaged }, $"Ann: {deed} before it got worse", new IncidentInput.Responded(
                action), Plain);
        }
    }

    private (string Input, Explored Next) Notified(
        Explored state, string type, string to, Context context, string how, bool isAlone, bool isOld = false)
    {
        bool wasBad = state.Incident?.IsBad == true;
        (string input, Explored next) = Step(
            state, $"{type} {to}{how}", new IncidentInput.Notified(Event(type, to, isOld), 1, kind, isAlone), context);
        Explored after = wasBad == (next.Incident?.IsBad == true) ? next : next with { IsPaged = false };
        return (input, after);
    }

    private SchedulerEvent Event(string type, string state, bool isOld = false)
    {
        if (!events.TryGetValue($"{type} {state} {isOld}", out SchedulerEvent? @event))
        {
            @event = Sample.Event(type, state, service: "Disk", spooledAt: Sample.At, sinceBoot: isOld ? 1 : 1_000);
            events.Add($"{type} {state} {isOld}", @event);
        }

        return @event;
    }

    private static (string Input, Explored Next) Step(Explored state, string name, IncidentInput input, Context context) =>
        (name, state with { Incident = Transitions.Step(state.Incident, input, context).Incident });

    // What was noted lies far in the past; what has not come yet has.
    private static Incident Aged(Incident incident)
    {
        DateTimeOffset? Past(DateTimeOffset? moment) => moment is null ? null : Now - TimeSpan.FromDays(2);
        return incident with
        {
            Suppression = incident.Suppression is { } suppression
                ? suppression with { Since = Now - TimeSpan.FromDays(2), Until = Past(suppression.Until) } : null,
            Retry = incident.Retry with { NotBefore = null, FailingSince = Past(incident.Retry.FailingSince) },
            DeliveredAt = Past(incident.DeliveredAt),
            Unwatched = incident.Unwatched is { } unwatched ? unwatched with { Since = Now - TimeSpan.FromDays(2) } : null,
            UnansweredAt = Past(incident.UnansweredAt),
            ResponderAt = Past(incident.ResponderAt),
            Problem = incident.Problem is { } problem ? problem with { Since = Now - TimeSpan.FromDays(2), RoseAt = Past(problem.RoseAt) }
                : null,
        };
    }
}
