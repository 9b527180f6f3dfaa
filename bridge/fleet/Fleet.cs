namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What is not of one incident: the channels' load, maintenance windows, the storm, the bridge's own alerts, canary, mail of last resort
/// and dead man's switch. <see cref="FleetTransitions.Step"/> is the only place that changes it.
/// </summary>
/// <param name="Policy">The limits.</param>
internal sealed record Fleet(IncidentPolicy Policy)
{
    /// <summary>The load of the Events API; null when it is not configured.</summary>
    public ChannelLoad? Api { get; init; }

    /// <summary>The load of the e-mail integration; null when it is not configured.</summary>
    public ChannelLoad? Mail { get; init; }

    /// <summary>After this long without the API problems are mailed.</summary>
    public TimeSpan FallbackAfter { get; init; } = TimeSpan.MaxValue;

    public Maintenance Maintenance { get; init; } = Maintenance.None;

    public Storm Storm { get; init; } = new();

    public OwnAlerts Alerts { get; init; } = OwnAlerts.None;

    /// <summary>When the page about dead letters was last tried again, on the clock that no step of the wall clock moves.</summary>
    public TimeSpan? DeadLettersRetriedAt { get; init; }

    public Canary Canary { get; init; } = new();

    public LastResort LastResort { get; init; } = new();

    /// <summary>The dead man's switch for the heartbeat that this program awaits; null in one that awaits none.</summary>
    public DeadMansSwitch? Heartbeat { get; init; }

    /// <summary>The name of that heartbeat, for its alert.</summary>
    public string HeartbeatName { get; init; } = "";

    public WakeUp WakeUp { get; init; } = new();

    /// <summary>What the channels are good for now.</summary>
    public Channels Channels => new(
        Api is not null,
        Mail is not null,
        Api is { Breaker.IsOpen: true },
        Api?.Breaker.Since,
        Mail is { Breaker.IsOpen: true },
        FallbackAfter,
        Policy.UpdatesUrgency);

    public ChannelLoad? Load(ChannelKind channel) => channel == ChannelKind.Api ? Api : Mail;

    public Fleet With(ChannelKind channel, ChannelLoad load) =>
        channel == ChannelKind.Api ? this with { Api = load } : this with { Mail = load };

    /// <summary>What a step of an incident may know.</summary>
    /// <param name="members">Its hosts and services: maintenance covers an incident when it covers each of them.</param>
    /// <param name="now">The time.</param>
    public Context For(IEnumerable<(string Host, string Service)> members, DateTimeOffset now) =>
        new(now, Policy, Maintenance.CoveredUntil(members), Storm.ProblemsBegun);
}
