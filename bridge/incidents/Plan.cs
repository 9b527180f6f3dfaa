namespace Ringfree.Monitoring.Bridge;

/// <summary>The next call, or why there is none.</summary>
/// <param name="Call">The call; null when none is made now.</param>
/// <param name="Quiet">Why none is made.</param>
internal sealed record Decision(Call? Call, QuietReason Quiet)
{
    /// <summary>True when what is due needs no call, now or ever: <see cref="IncidentInput.CallSpared"/> settles it.</summary>
    public bool IsSpared => Quiet is QuietReason.NeverOpened or QuietReason.MailCannotAcknowledge or QuietReason.MailWouldPageAgain;
}

/// <summary>Decides the call that brings PagerDuty nearer to the desired state.</summary>
internal static class Plan
{
    // A try that lies further ahead than any wait is one of before the wall clock was set back.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The next call. An acknowledgement of what PagerDuty never heard of is triggered first, because it never opens an incident. What was
    /// over before the first call needs none.
    /// </summary>
    public static Decision Next(Incident incident, Channels channels, DateTimeOffset now)
    {
        if (Quiet(incident, now) is var quiet && quiet != QuietReason.None)
        {
            return new Decision(null, quiet);
        }

        bool hasMail = channels.HasMail && incident.Mail.MayBeOpen;
        bool hasApi = channels.HasApi && incident.Api.MayBeOpen;
        bool mails = channels.HasMail && (!channels.HasApi || (IsLongOut(incident, channels, now) && !IsTurnOfApi(incident, channels))
            || (incident.Kind != IncidentKind.Scheduler && incident.Retry.Payload == Payload.Minimal));
        CallReason? reopens = incident.Reopen?.Reason
            ?? (incident.IsNotified
                ? Severities.Reopens(
                    incident.Severity,
                    incident.NotifiedSeverity,
                    incident.Acknowledgement?.Severity,
                    channels.UpdatesUrgency && incident.Api.IsOpen)
                : null);
        switch (incident.Desired)
        {
            case IncidentState.Resolved:
                return hasApi || hasMail
                    ? Close(incident, channels, incident.Cause, isLast: true)
                    : new Decision(null, QuietReason.NeverOpened);

            // Else PagerDuty shows another problem, which may be over there.
            case IncidentState.Acknowledged when incident.IsNotified && incident.Reopen is null:
                return hasApi
                    ? Make(incident, ChannelKind.Api, CallAction.Acknowledge, incident.Cause, isLast: true)
                    : new Decision(null, QuietReason.MailCannotAcknowledge);
            case IncidentState.Triggered when reopens is { } reason && (hasApi || hasMail) && (!mails || incident.Mail.MayBeOpen):
                return Close(incident, channels, reason, isLast: false);
            default:
                bool isLast = incident.Desired == IncidentState.Triggered;
                return isLast && incident.IsNotified && reopens is null && !incident.Api.IsOpen
                    ? new Decision(null, QuietReason.MailWouldPageAgain)
                    : Make(
                        incident,
                        mails && (!incident.IsNotified || reopens is not null) ? ChannelKind.Mail : ChannelKind.Api,
                        CallAction.Trigger,
                        reopens ?? incident.Cause,
                        isLast);
        }
    }

    /// <summary>Why no call may be made whatever the channels are good for; none when one may.</summary>
    public static QuietReason Quiet(Incident incident, DateTimeOffset now) =>
        incident.IsSettled && incident.Suppression is null ? QuietReason.Settled
        : incident.Suppression is not null ? QuietReason.Suppressed
        : incident.Retry.DeadSince is not null ? QuietReason.DeadLetter
        : incident.Retry.NotBefore is { } next && next > now && next - now <= LongestWait ? QuietReason.Backoff
        : QuietReason.None;

    private static Decision Close(Incident incident, Channels channels, CallReason reason, bool isLast)
    {
        bool byMail = channels.HasMail && incident.Mail.MayBeOpen && (!channels.HasApi || !incident.Api.MayBeOpen || channels.IsApiOut);
        bool isOnlyOne = !(incident.Mail.MayBeOpen && incident.Api.MayBeOpen && channels is { HasApi: true, HasMail: true });
        return Make(incident, byMail ? ChannelKind.Mail : ChannelKind.Api, CallAction.Resolve, reason, isLast && isOnlyOne);
    }

    private static Decision Make(Incident incident, ChannelKind channel, CallAction action, CallReason reason, bool isLast) => new(
        new Call(
            incident.Key, channel, action, reason, incident.Version, isLast, incident.Retry.Payload, incident.Severity,
            incident.Lead.Notification)
        { Remarks = PageRemarks.Of(incident) },
        QuietReason.None);

    // Both are out: they take turns, because one event that fails for itself may be all that speaks against the API.
    private static bool IsTurnOfApi(Incident incident, Channels channels) => channels.IsMailOut && incident.Retry.Attempts % 2 == 0;

    private static bool IsLongOut(Incident incident, Channels channels, DateTimeOffset now) =>
        IsLong(channels.ApiFailingSince, channels, now) || (!channels.IsMailOut && IsLong(incident.Retry.FailingSince, channels, now));

    // What lies ahead began before the wall clock was set back.
    private static bool IsLong(DateTimeOffset? since, Channels channels, DateTimeOffset now) =>
        since > now || now - since >= channels.FallbackAfter;
}
