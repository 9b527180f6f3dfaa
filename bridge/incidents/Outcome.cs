namespace Ringfree.Monitoring.Bridge;

/// <summary>What a step asks the world to do. It is stored in the same transaction as the incident.</summary>
internal abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>A line of the history.</summary>
    /// <param name="What">A word or two: <c>notified</c>, <c>delivered</c>, <c>not delivered</c>, <c>dead letter</c> …</param>
    /// <param name="Detail">One sentence.</param>
    /// <param name="EventId">The spool file; null when it is not about one.</param>
    internal sealed record Recorded(string What, string Detail, string? EventId = null) : Effect;

    /// <summary>A command for the scheduler takes the place of what still waits for the same host or service.</summary>
    internal sealed record SchedulerTold(string Host, string Service, string Command) : Effect;

    /// <summary>Commands that still wait for the scheduler no longer hold.</summary>
    /// <param name="OnlyAcknowledgement">True for an acknowledgement only.</param>
    internal sealed record CommandWithdrawn(bool OnlyAcknowledgement) : Effect;

    /// <summary>A call begins: the rate limit counts it, over a restart too.</summary>
    internal sealed record CallBegan(ChannelKind Channel) : Effect;

    /// <summary>PagerDuty accepted a call of the Events API.</summary>
    internal sealed record ApiAccepted : Effect;
}

/// <summary>What a step leads to.</summary>
/// <param name="Incident">The incident after it; null when there is none.</param>
/// <param name="Effects">What the world must do.</param>
/// <param name="Summary">What came of the input, in words.</param>
internal sealed record Outcome(Incident? Incident, IReadOnlyList<Effect> Effects, string Summary)
{
    /// <summary>True when a problem began that no maintenance covers: the storm counts it.</summary>
    public bool HasBegun { get; init; }

    /// <summary>The notification whose bytes the incident's page is written from; null when the input brought none.</summary>
    public SchedulerEvent? Notification { get; init; }

    /// <summary>True when the input had nothing to change.</summary>
    public bool IsNothing { get; init; }

    public static Outcome Nothing(Incident? incident, string summary) => new(incident, [], summary) { IsNothing = true };
}
