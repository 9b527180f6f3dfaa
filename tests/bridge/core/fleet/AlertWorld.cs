using System.Collections.Immutable;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The bridge's own alerts about dead letters and a missing heartbeat, their causes, and the pages that the store has.</summary>
/// <param name="IsDemanded">The heartbeat's table is given; null when only dead letters are walked.</param>
internal sealed record AlertWorld(bool? IsDemanded)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan[] Spans = [TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(8), Limit];
    private static readonly MaintenanceWindow Everything = new(1, "", "", default, DateTimeOffset.MaxValue, "", "root");

    public required Fleet Fleet { get; init; }

    public DateTimeOffset Now { get; init; } = DateTimeOffset.FromUnixTimeSeconds(Sample.At);

    public TimeSpan Elapsed { get; init; }

    /// <summary>When a heartbeat last came, or the first one was first awaited.</summary>
    public TimeSpan Beat { get; init; }

    public bool IsHeardSinceStart { get; init; }

    public bool IsArmed { get; init; }

    public int DeadLetters { get; init; }

    public TimeSpan? RetriedAt { get; init; }

    /// <summary>The pages that are open in the store.</summary>
    public ImmutableHashSet<OwnConcern> Paged { get; init; } = [];

    /// <summary>The facts that the store has.</summary>
    public ImmutableDictionary<string, DateTimeOffset> Facts { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    public string? Broken { get; init; }

    public static AlertWorld Start(bool? isDemanded) =>
        new AlertWorld(isDemanded) { Fleet = new Fleet(IncidentPolicy.Default), IsArmed = isDemanded == true }.Started();

    public static Walk<AlertWorld, string> Walk() => new(world => world.Shape, world => world.Successors(), world => world.Violation());

    private DeadMansSwitch Switch => Fleet.Heartbeat!;

    private string Shape => string.Join(
        '|',
        Capped(Elapsed - Beat),
        Capped(Elapsed - Switch.Since),
        IsHeardSinceStart,
        IsArmed,
        Switch.IsArmed,
        Fleet.Maintenance.IsOfEverything,
        DeadLetters,
        RetriedAt is { } retried ? Capped(Elapsed - retried) : "",
        string.Join(',', Paged.Order()),
        string.Join(',', Fleet.Alerts.Raised.Keys.Order()),
        string.Join(',', Facts.Where(fact => fact.Key.StartsWith("heartbeat", StringComparison.Ordinal))
            .OrderBy(fact => fact.Key, StringComparer.Ordinal)
            .Select(fact => $"{fact.Key}{(fact.Value > Now ? "ahead" : Capped(Now - fact.Value))}")),
        Broken);

    private IEnumerable<(string Input, AlertWorld Next)> Successors() =>
        (IsDemanded is null ? DeadLetterInputs() : HeartbeatInputs()).Concat(Inputs());

    private IEnumerable<(string Input, AlertWorld Next)> HeartbeatInputs()
    {
        yield return ("a heartbeat comes", Step(new FleetInput.HeartbeatCame(), isStored: true) with
        {
            Beat = Elapsed,
            IsHeardSinceStart = true,
            IsArmed = true,
        });
        yield return ("the heartbeat is looked at", Looked(isStored: true));
        yield return ("the heartbeat is looked at, and the store takes nothing", Looked(isStored: false));
        yield return Fleet.Maintenance.IsOfEverything ? ("maintenance ends", Maintenance())
            : ("maintenance of everything", Maintenance(Everything));
    }

    private IEnumerable<(string Input, AlertWorld Next)> DeadLetterInputs()
    {
        yield return ("dead letters are looked at", Read(isStored: true));
        yield return ("dead letters are looked at, and the store takes nothing", Read(isStored: false));
        yield return DeadLetters == 0 ? ("PagerDuty refuses an event", this with { DeadLetters = 1 })
            : ("PagerDuty refuses nothing any more", this with { DeadLetters = 0 });
    }

    private IEnumerable<(string Input, AlertWorld Next)> Inputs()
    {
        yield return ("serve starts again", Started());
        foreach (TimeSpan span in Spans)
        {
            yield return ($"{span.TotalMinutes} min pass", this with { Now = Now + span, Elapsed = Elapsed + span });
        }

        if (Facts.Values.All(fact => fact <= Now))
        {
            yield return ("the wall clock is set back", this with { Now = Now - TimeSpan.FromDays(1) });
        }
    }

    private string? Violation()
    {
        AlertWorld settled = Looked(isStored: true).Read(isStored: true);
        bool isPaged = settled.Paged.Contains(OwnConcern.Heartbeat);
        bool isSilent = IsArmed && Elapsed - Beat > Limit + (Limit / 2);
        bool isFired = Switch.IsSilent(new FleetContext(Now, Elapsed));
        return Broken
            ?? (settled.Paged.Contains(OwnConcern.DeadLetters) != (DeadLetters > 0) ? "dead letters page as long as there are any"
            : isPaged && IsHeardSinceStart && Elapsed - Beat <= Limit ? "the page about a heartbeat that came is resolved"
            : isPaged && !IsArmed ? "a switch that is not armed raises nothing"
            : isSilent && isFired && !isPaged && !Fleet.Maintenance.IsOfEverything ? "a missing heartbeat pages"
            : IsArmed && Elapsed - Switch.Since > Limit != isFired ? "an armed switch fires after its limit"
            : null);
    }

    private AlertWorld Started()
    {
        var settings = new FleetSettings { Heartbeat = new DeadMansSwitchSettings("heartbeat", Limit, IsDemanded == true) };
        DateTimeOffset? Fact(string name) => Facts.TryGetValue(name, out DateTimeOffset moment) ? moment : null;
        var memory = new FleetMemory { Heartbeat = Fact(StoredFacts.Heartbeat), HeartbeatAwaited = Fact(StoredFacts.HeartbeatAwaited) };
        AlertWorld started = Step(new FleetInput.Started(settings, memory), isStored: true) with
        {
            IsHeardSinceStart = false,
            RetriedAt = null,
        };
        return started with
        {
            Fleet = started.Fleet with { Maintenance = Fleet.Maintenance },
            Broken = started.Elapsed - started.Switch.Since > Limit / 2 ? "a start gives the next heartbeat half of the time" : Broken,
        };
    }

    private AlertWorld Maintenance(params MaintenanceWindow[] windows) => Step(new FleetInput.WindowsRead(windows), isStored: true);

    private AlertWorld Looked(bool isStored)
    {
        bool wasPaged = Paged.Contains(OwnConcern.Heartbeat);
        AlertWorld next = Step(new FleetInput.HeartbeatAwaited(wasPaged), isStored);
        return wasPaged && !next.Paged.Contains(OwnConcern.Heartbeat) && !IsHeardSinceStart && IsArmed
            ? next with { Broken = "a start resolves nothing before a heartbeat comes" }
            : next;
    }

    private AlertWorld Read(bool isStored) =>
        Step(new FleetInput.DeadLettersRead([.. Enumerable.Repeat("web1", DeadLetters)], Paged.Contains(OwnConcern.DeadLetters)), isStored);

    private AlertWorld Step(FleetInput input, bool isStored)
    {
        FleetOutcome outcome = FleetTransitions.Step(Fleet, input, new FleetContext(Now, Elapsed));
        return (isStored ? outcome.Effects : []).Aggregate(this with { Fleet = outcome.Fleet }, (world, effect) => world.Carried(effect));
    }

    private AlertWorld Carried(FleetEffect effect) => effect switch
    {
        FleetEffect.Noted { At: { } at } noted => this with { Facts = Facts.SetItem(noted.Fact, at) },
        FleetEffect.AlertRaised raised => this with { Paged = Paged.Add(raised.Concern) },
        FleetEffect.AlertCleared cleared => this with { Paged = Paged.Remove(cleared.Concern) },
        FleetEffect.AlertRetried => this with
        {
            RetriedAt = Elapsed,
            Broken = Elapsed - RetriedAt < TimeSpan.FromMinutes(5) ? "the page about dead letters is tried again every 5 min" : Broken,
        },
        _ => this,
    };

    private static string Capped(TimeSpan age) => $"{Math.Min(age.TotalMinutes, (2 * Limit).TotalMinutes)}";
}
