namespace Ringfree.Monitoring.Bridge;

/// <summary>What can happen to an incident. The set is closed: nothing else changes one.</summary>
internal abstract record IncidentInput
{
    private IncidentInput()
    {
    }

    /// <summary>The scheduler, or the bridge itself, notified a state.</summary>
    /// <param name="Event">The notification.</param>
    /// <param name="Boot">The order of its boot.</param>
    /// <param name="Kind">Who notified it.</param>
    /// <param name="MayBeDelivered">True when notify may have delivered it without serve.</param>
    internal sealed record Notified(
        SchedulerEvent Event, long Boot, IncidentKind Kind = IncidentKind.Scheduler, bool MayBeDelivered = false) : IncidentInput;

    /// <summary>The scheduler's own state differs from the incident.</summary>
    /// <param name="Event">What its notification would have said.</param>
    /// <param name="Boot">The order of its boot.</param>
    /// <param name="What">The difference.</param>
    internal sealed record Reconciled(SchedulerEvent Event, long Boot, string What) : IncidentInput;

    /// <summary>A storm began while nothing had been sent for it.</summary>
    internal sealed record StormBegan : IncidentInput;

    /// <summary>A call begins; its answer may never come.</summary>
    internal sealed record CallStarted(Call Call) : IncidentInput;

    /// <summary>PagerDuty or the mail server accepted or refused the call.</summary>
    internal sealed record CallAnswered(Call Call, bool IsAccepted, string Answer) : IncidentInput;

    /// <summary>The call failed, or its answer never came: the same call may succeed later.</summary>
    /// <param name="Call">The call.</param>
    /// <param name="Answer">What came instead.</param>
    /// <param name="Wait">How long the next one waits.</param>
    internal sealed record CallUnanswered(Call Call, string Answer, TimeSpan Wait) : IncidentInput;

    /// <summary>No call is needed for what is due.</summary>
    internal sealed record CallSpared(long Version, QuietReason Reason) : IncidentInput;

    /// <summary>A responder, or PagerDuty itself, changed the incident.</summary>
    internal sealed record Responded(ResponderAction Action) : IncidentInput;

    /// <summary>An operator, or a start of serve, tries a dead letter again.</summary>
    internal sealed record Retried : IncidentInput;

    /// <summary>PagerDuty has accepted something since it refused the newest version: it is tried once more.</summary>
    internal sealed record AcceptedSince : IncidentInput;

    /// <summary>An operator gives up what waits.</summary>
    internal sealed record Dropped(string By) : IncidentInput;

    /// <summary>It has been open for long: PagerDuty is sent it once more under the same key.</summary>
    internal sealed record Reasserted : IncidentInput;

    /// <summary>The scheduler's state shows how many services of its host have no new result; 0 for none.</summary>
    internal sealed record UnwatchedFound(int Services) : IncidentInput;

    /// <summary>Time passed.</summary>
    internal sealed record Tick : IncidentInput;
}
