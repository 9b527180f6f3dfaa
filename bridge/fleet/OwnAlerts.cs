using System.Collections.Immutable;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What the bridge itself pages about.</summary>
internal enum OwnConcern
{
    /// <summary>Events that PagerDuty refuses for good.</summary>
    DeadLetters,

    /// <summary>More problems at once than one responder can be paged for.</summary>
    Storm,

    /// <summary>The estate's heartbeat notification is missing.</summary>
    Heartbeat,

    /// <summary>The store was damaged and built again: a notice.</summary>
    DamagedStore,

    /// <summary>A file in the spool is not a notification: a notice.</summary>
    RejectedFile,
}

/// <summary>
/// The bridge's own alerts: what each was last raised with, so that a page is sent again only when its text is a new one.
/// </summary>
/// <param name="Raised">Headline and details by concern.</param>
internal sealed record OwnAlerts(ImmutableDictionary<OwnConcern, string> Raised)
{
    public static OwnAlerts None { get; } = new(ImmutableDictionary<OwnConcern, string>.Empty);

    /// <summary>The cause of an alert is there: its page is opened, or gets the new text.</summary>
    /// <param name="isPaged">Its page is open in the store.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="effects">What the world must do.</param>
    public OwnAlerts Raise(bool isPaged, FleetEffect.AlertRaised alert, out IReadOnlyList<FleetEffect> effects)
    {
        string text = $"{alert.Headline}\n{alert.Details}";
        bool isKnown = isPaged && Raised.GetValueOrDefault(alert.Concern) == text;
        effects = isKnown ? [] : [alert];
        return isKnown ? this : new OwnAlerts(Raised.SetItem(alert.Concern, text));
    }

    /// <summary>The cause is gone: its page is resolved.</summary>
    public OwnAlerts Clear(bool isPaged, OwnConcern concern, out IReadOnlyList<FleetEffect> effects)
    {
        effects = isPaged ? [new FleetEffect.AlertCleared(concern)] : [];
        return Raised.ContainsKey(concern) ? new OwnAlerts(Raised.Remove(concern)) : this;
    }
}
