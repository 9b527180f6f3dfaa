using System.Collections.Immutable;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Two hosts, of which two bad ones are a storm, with maintenance windows, and what is really paged.</summary>
internal sealed record StormWorld
{
    private static readonly IncidentPolicy Policy = IncidentPolicy.Default with { StormThreshold = 2 };
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Criticals begin too, and calls are made.</summary>
    public bool HasCalls { get; init; }

    /// <summary>Operators open and end windows.</summary>
    public bool HasMaintenance { get; init; }

    /// <summary>The store fails, serve starts again, and the wall clock is set back.</summary>
    public bool HasFaults { get; init; }

    public Fleet Fleet { get; init; } = new(Policy);

    public DateTimeOffset Now { get; init; } = DateTimeOffset.FromUnixTimeSeconds(Sample.At);

    public TimeSpan Elapsed { get; init; }

    public ImmutableDictionary<string, Incident> Incidents { get; init; } = ImmutableDictionary<string, Incident>.Empty;

    /// <summary>The windows that the store has.</summary>
    public ImmutableList<MaintenanceWindow> Windows { get; init; } = [];

    /// <summary>The storm's page is open in the store.</summary>
    public bool IsStormPaged { get; init; }

    private long Notified { get; init; } = 1_000;

    private long Opened { get; init; }

    public static Walk<StormWorld, string> Walk() => new(world => world.Shape, world => world.Successors(), world => world.Violation());

    private FleetContext Context => new(Now, Elapsed);

    private bool HasMembers => Incidents.Values.Any(incident => Standing.Of(incident, Policy).IsInStorm);

    // With faults one host says as much as two: what a storm does to the other is walked without them.
    private string[] Hosts => HasMaintenance && HasFaults ? ["web1"] : ["web1", "web2"];

    private string Shape => string.Join(
        '|',
        string.Join(';', Hosts.Select(host => Incidents.TryGetValue(host, out Incident? incident) ? ShapeOf(incident) : "")),
        Covers(Windows),
        Covers(Fleet.Maintenance.Windows),
        IsStormPaged,
        Fleet.Storm.IsRaging(Policy),
        IsRecent(Fleet.Storm.ListedAt),
        Fleet.WakeUp.IsOfAll,
        Fleet.WakeUp.Wall is not { } wall || wall - Now > IncidentPolicy.ClockTolerance);

    private IEnumerable<(string Input, StormWorld Next)> Successors()
    {
        foreach (string host in Hosts)
        {
            yield return ($"{host}: PROBLEM WARNING", Ingested(host, "PROBLEM", "WARNING"));
            yield return ($"{host}: RECOVERY", Ingested(host, "RECOVERY", "OK"));
        }

        if (HasCalls)
        {
            yield return ("web1: PROBLEM CRITICAL", Ingested("web1", "PROBLEM", "CRITICAL"));
            yield return ("what is due is delivered", Delivered());
        }

        if (HasMaintenance && Windows.IsEmpty)
        {
            yield return ("maintenance of web1", With("web1"));
            yield return ("maintenance of everything", With(""));
        }
        else if (HasMaintenance)
        {
            StormWorld ended = this with { Windows = [] };
            yield return ("maintenance ends", ended.Read().Stepped(Hosts, new IncidentInput.Tick()));
            yield return ("maintenance ends, and the verb is killed", ended);
        }

        yield return ("a tick", Ticked(isStored: true));
        yield return ("the storm's page is looked at", Listed());
        yield return ("an hour passes", Passed(Hour, Hour));
        if (HasFaults)
        {
            yield return ("a tick that the store does not take", Ticked(isStored: false));
            yield return ("serve starts again", this with { Fleet = Step(Started()).Fleet });
            if (Fleet.WakeUp.Wall is not { } known || known - Now < Hour)
            {
                yield return ("the wall clock is set back", Passed(TimeSpan.Zero, -3 * Hour));
            }
        }
    }

    private string? Violation()
    {
        StormWorld settled = Ticked(isStored: true).Listed();
        bool Is(Func<Incident, bool> condition) => settled.Incidents.Values.Any(condition);
        return Is(one => one.Suppression is { Reason: SuppressionReason.Maintenance } && !settled.IsCovered(one))
                ? "a window's end wakes what it covered"
            : settled.IsStormPaged != settled.HasMembers ? "the storm's page is open while it has members"
            : !settled.IsStormPaged && Is(one => one.Suppression is { Reason: SuppressionReason.Storm })
                ? "what a storm suppresses stands on its page, and its end wakes it"
            : Is(one => one is { IsBad: true, Suppression: null, IsNotified: false, IsDue: false })
                ? "a bad problem that nothing suppresses is due"
            : null;
    }

    private static FleetInput.Started Started() => new(new FleetSettings(), FleetMemory.None);

    private static string Covers(IReadOnlyList<MaintenanceWindow> windows) =>
        string.Join(',', windows.Select(window => $"[{window.Host}]"));

    private string ShapeOf(Incident incident)
    {
        var standing = Standing.Of(incident, Policy);
        DateTimeOffset? until = incident.Suppression?.Until;
        return $"{incident.Severity} {standing.IsBad} {standing.Suppressed} {until > Now} "
            + $"{Windows.Exists(window => window.Until == until)} {standing.WakeAt is not null} {standing.WakeAt <= Now} "
            + $"{IsRecent(standing.StormAt)} {standing.IsInStorm} "
            + $"{incident.IsDue} {incident.IsNotified} {incident.IsShown} {incident.Reopen is not null} {incident.NotifiedSeverity}";
    }

    private bool IsRecent(DateTimeOffset? moment) => moment > Now - Policy.StormWindow;

    private bool IsCovered(Incident incident) => Windows.Exists(window => window.Covers(incident.Host, incident.Service));

    private StormWorld With(string host) => this with
    {
        Windows = [new MaintenanceWindow(Opened, host, "", Now, Now + Hour, "", "root")],
        Opened = Opened + 1,
    };

    private FleetOutcome Step(FleetInput input) => FleetTransitions.Step(Fleet, input, Context);

    // Each input below does what the parts around the fleet do.
    private StormWorld Read() => this with { Fleet = Step(new FleetInput.WindowsRead(Windows)).Fleet };

    private StormWorld Stepped(IEnumerable<string> hosts, IncidentInput input) => hosts.Where(Incidents.ContainsKey).Aggregate(
        this,
        (world, host) =>
        {
            Outcome outcome = Transitions.Step(world.Incidents[host], input, world.Fleet.For([(host, "Disk")], Now));
            return world with { Incidents = world.Incidents.SetItem(host, outcome.Incident!) };
        });

    private StormWorld Ingested(string host, string type, string state)
    {
        StormWorld world = Read();
        int begun = Incidents.Values.Count(incident => IsRecent(Standing.Of(incident, Policy).StormAt));
        world = world with { Fleet = world.Step(new FleetInput.ProblemsCounted(begun)).Fleet, Notified = Notified + 1 };
        SchedulerEvent @event = Sample.Event(type, state, host, "Disk", spooledAt: Sample.At, sinceBoot: world.Notified);
        Outcome outcome = Transitions.Step(
            Incidents.GetValueOrDefault(host), new IncidentInput.Notified(@event, 1), world.Fleet.For([(host, "Disk")], Now));
        world = world with { Incidents = Incidents.SetItem(host, outcome.Incident!) };
        if (!outcome.HasBegun)
        {
            return world;
        }

        FleetOutcome problem = world.Step(new FleetInput.ProblemBegan());
        world = world with { Fleet = problem.Fleet };
        return problem.Effects is [FleetEffect.StormBroke]
            ? world.Stepped(
                Hosts.Where(one => one != host && world.Incidents.TryGetValue(one, out Incident? other)
                    && Standing.Of(other, Policy) is { DueAt: not null, StormAt: not null }),
                new IncidentInput.StormBegan())
            : world;
    }

    private StormWorld Delivered() => Hosts.Where(Incidents.ContainsKey).Aggregate(this, (world, host) =>
    {
        while (Plan.Next(world.Incidents[host], Channels.ApiOnly, Now).Call is { } call)
        {
            world = world
                .Stepped([host], new IncidentInput.CallStarted(call))
                .Stepped([host], new IncidentInput.CallAnswered(call, IsAccepted: true, "HTTP 202"));
        }

        return world;
    });

    private StormWorld Ticked(bool isStored)
    {
        StormWorld world = Read();
        FleetOutcome tick = world.Step(new FleetInput.Ticked(null));
        world = world with { Fleet = tick.Fleet };
        FleetEffect.IncidentsWoken woken = tick.Effects.OfType<FleetEffect.IncidentsWoken>().Single();
        if (!isStored)
        {
            return world;
        }

        IEnumerable<string> due = Hosts.Where(host => world.Incidents.TryGetValue(host, out Incident? incident)
            && TickTransition.WakeAt(incident, Policy) is { } wake && (woken.All || wake <= Now));
        world = world.Stepped([.. due], new IncidentInput.Tick());
        return world with { Fleet = world.Step(new FleetInput.Woken(woken.Owed)).Fleet };
    }

    private StormWorld Listed()
    {
        FleetOutcome read = Step(new FleetInput.StormRead(HasMembers, IsStormPaged));
        StormWorld world = this with { Fleet = read.Fleet };
        if (read.Effects.OfType<FleetEffect.StormListed>().Any())
        {
            read = world.Step(new FleetInput.AlertWritten(OwnConcern.Storm, "a storm", "", IsStormPaged));
            world = world with { Fleet = read.Fleet };
        }

        return world with
        {
            IsStormPaged = read.Effects.OfType<FleetEffect.AlertRaised>().Any()
                || (IsStormPaged && !read.Effects.OfType<FleetEffect.AlertCleared>().Any()),
        };
    }

    private StormWorld Passed(TimeSpan span, TimeSpan wall) => this with
    {
        Now = Now + wall,
        Elapsed = Elapsed + span,
        Windows = Windows.RemoveAll(window => window.Until <= Now + wall),
    };
}
