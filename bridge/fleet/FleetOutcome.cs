namespace Ringfree.Monitoring.Bridge;

/// <summary>What a step of the fleet asks the world to do.</summary>
internal abstract record FleetEffect
{
    private FleetEffect()
    {
    }

    /// <summary>A moment that a later run, another process or a person must know.</summary>
    /// <param name="Fact">One of <see cref="StoredFacts"/>.</param>
    /// <param name="At">The moment; null when it no longer holds.</param>
    internal sealed record Noted(string Fact, DateTimeOffset? At) : FleetEffect;

    /// <summary>The call may begin.</summary>
    internal sealed record CallMayBegin(Permit Permit) : FleetEffect;

    /// <summary>The call must wait.</summary>
    internal sealed record CallMustWait(TimeSpan Wait) : FleetEffect;

    /// <summary>A storm began: <see cref="IncidentInput.StormBegan"/> steps each incident that nothing was sent for.</summary>
    internal sealed record StormBroke : FleetEffect;

    /// <summary>A tick steps incidents, and <see cref="FleetInput.Woken"/> says that the store has taken it.</summary>
    /// <param name="All">True for all that ever wait for a moment, false for those whose moment has come.</param>
    /// <param name="Owed">What to say then.</param>
    internal sealed record IncidentsWoken(bool All, long Owed) : FleetEffect;

    /// <summary>An own alert is paged, or its open page gets the new text.</summary>
    internal sealed record AlertRaised(OwnConcern Concern, string Headline, string Details) : FleetEffect;

    /// <summary>The page of an own alert is resolved.</summary>
    internal sealed record AlertCleared(OwnConcern Concern) : FleetEffect;

    /// <summary>The page of an own alert, which PagerDuty refused, too, is tried again.</summary>
    internal sealed record AlertRetried(OwnConcern Concern) : FleetEffect;

    /// <summary>The storm's members are read and its page is written: <see cref="FleetInput.AlertWritten"/>.</summary>
    internal sealed record StormListed : FleetEffect;

    /// <summary>The canary calls.</summary>
    internal sealed record CanaryBegins(Permit Permit) : FleetEffect;

    /// <summary>The mail of last resort is sent: <see cref="FleetInput.LastResortEnded"/>.</summary>
    internal sealed record LastResortBegins : FleetEffect;
}

/// <summary>What a step of the fleet leads to.</summary>
/// <param name="Fleet">The fleet after it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Effects">What the world must do.</param>
internal sealed record FleetOutcome(Fleet Fleet, FleetReason Reason, IReadOnlyList<FleetEffect> Effects);
