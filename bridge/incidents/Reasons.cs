namespace Ringfree.Monitoring.Bridge;

/// <summary>Why a call is due.</summary>
internal enum CallReason
{
    /// <summary>A problem began.</summary>
    Began,

    /// <summary>The scheduler notified it again: PagerDuty gets the new text, and pages nobody.</summary>
    Updated,

    /// <summary>It rose from low to high urgency, which PagerDuty fixes when an incident opens.</summary>
    WorseThanNotified,

    /// <summary>It is worse than what was acknowledged, and PagerDuty appends to an acknowledged incident in silence.</summary>
    WorseThanAcknowledged,

    /// <summary>The end of the problem before it was never delivered.</summary>
    EndNotDelivered,

    /// <summary>A responder acknowledged it before it got worse.</summary>
    AcknowledgedBeforeWorse,

    /// <summary>A responder resolved it before it got worse.</summary>
    ResolvedBeforeWorse,

    /// <summary>The scheduler acknowledged it.</summary>
    Acknowledged,

    /// <summary>It is over.</summary>
    Recovered,

    /// <summary>Its maintenance window ended.</summary>
    MaintenanceEnded,

    /// <summary>PagerDuty shows it resolved, and it is still bad: a responder resolved it <c>reopen_after</c> ago.</summary>
    StillBad,

    /// <summary>It has been open for <c>reassert_after</c>: an event that was accepted and lost heals.</summary>
    Reasserted,

    /// <summary>A trigger was never answered: PagerDuty may have handled it after the resolve.</summary>
    LateTrigger,

    /// <summary>notify may have triggered it after the end that is known.</summary>
    MayBeOpen,

    /// <summary>Services behind an acknowledged problem have been unwatched for <c>unwatched_after</c>.</summary>
    Unwatched,

    /// <summary>The notice has been open for long enough to have been read.</summary>
    NoticeRead,
}

/// <summary>Why nothing is sent although something is due.</summary>
internal enum SuppressionReason
{
    /// <summary>A maintenance window covers it; it pages if it is still bad at the end.</summary>
    Maintenance,

    /// <summary>The storm's page lists it.</summary>
    Storm,

    /// <summary>A responder resolved it at PagerDuty; it pages again when it is still bad after <c>reopen_after</c>.</summary>
    ResolvedByResponder,

    /// <summary>An operator gave it up until its next change.</summary>
    Dropped,
}

/// <summary>Why no call is made now.</summary>
internal enum QuietReason
{
    /// <summary>A call is made.</summary>
    None,

    /// <summary>PagerDuty has what it should have.</summary>
    Settled,

    /// <summary>Something suppresses it.</summary>
    Suppressed,

    /// <summary>PagerDuty refused it for good.</summary>
    DeadLetter,

    /// <summary>The last call failed: the next one waits.</summary>
    Backoff,

    /// <summary>It ended before PagerDuty was called.</summary>
    NeverOpened,

    /// <summary>It was opened by mail, which cannot acknowledge.</summary>
    MailCannotAcknowledge,

    /// <summary>It was opened by mail: another mail would page again.</summary>
    MailWouldPageAgain,
}

/// <summary>The reasons in words.</summary>
internal static class ReasonWords
{
    public static string Words(this CallReason reason) => reason switch
    {
        CallReason.Began => "a problem began",
        CallReason.Updated => "the scheduler notified it again",
        CallReason.WorseThanNotified => "it got worse",
        CallReason.WorseThanAcknowledged => "it got worse than what was acknowledged",
        CallReason.EndNotDelivered => "the end of the problem before it was not delivered",
        CallReason.AcknowledgedBeforeWorse => "a responder acknowledged it before it got worse",
        CallReason.ResolvedBeforeWorse => "a responder resolved it before it got worse",
        CallReason.Acknowledged => "the scheduler acknowledged it",
        CallReason.Recovered => "it is over",
        CallReason.MaintenanceEnded => "its maintenance ended",
        CallReason.StillBad => "PagerDuty shows it resolved and it is still bad",
        CallReason.Reasserted => "it has been open for long",
        CallReason.LateTrigger => "its trigger was never answered",
        CallReason.MayBeOpen => "notify may have triggered it",
        CallReason.Unwatched => "services behind it have been unwatched for long",
        _ => "its notice has been read",
    };

    public static string Words(this SuppressionReason reason) => reason switch
    {
        SuppressionReason.Maintenance => "maintenance",
        SuppressionReason.Storm => "storm",
        SuppressionReason.ResolvedByResponder => "resolved by responder",
        _ => "dropped",
    };

    public static string Words(this QuietReason reason) => reason switch
    {
        QuietReason.None => "a call is due",
        QuietReason.Settled => "PagerDuty has what it should have",
        QuietReason.Suppressed => "it is suppressed",
        QuietReason.DeadLetter => "PagerDuty refused it for good",
        QuietReason.Backoff => "the last call failed, the next one waits",
        QuietReason.NeverOpened => "it ended before PagerDuty was called",
        QuietReason.MailCannotAcknowledge => "it was opened by mail, which cannot acknowledge",
        _ => "it was opened by mail: another mail would page again",
    };
}
