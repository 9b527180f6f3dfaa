namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Delivers one notification without the store: the incident exists only in memory, and lives by the same steps and the same plan. The
/// dedup key is the same, so that serve changes nothing at PagerDuty when it takes the notification in later.
/// </summary>
internal static class Storeless
{
    // No maintenance and no storm is known without the store.
    private static readonly Fleet Nothing = new(IncidentPolicy.Default);

    /// <summary>
    /// False for the heartbeat, for what is only recorded, and for the end or acknowledgement of one member of a shared incident: whether
    /// the others are bad is known to the store alone.
    /// </summary>
    public static bool IsDelivered(SchedulerEvent @event, HeartbeatConfig heartbeat) =>
        !HeartbeatSwitch.Is(heartbeat, @event) && Meaning.Of(@event.Type, @event.IsBad) is { } desired
        && (desired == IncidentState.Triggered || @event.IncidentBytes.Length == 0);

    /// <summary>The API, then the minimal payload, then mail, which cannot acknowledge.</summary>
    /// <param name="event">The notification.</param>
    /// <param name="byApi">Makes one call of the API.</param>
    /// <param name="byMail">Hands one mail over; null when there is no mail.</param>
    public static async Task<Answer> DeliverAsync(SchedulerEvent @event, Func<Call, Task<Answer>> byApi, Func<Call, Task<Answer>>? byMail)
    {
        Incident incident = Assumed(@event);
        (incident, Answer? answer) = await TryAsync(incident, Channels.ApiOnly, byApi);
        if (answer is { Verdict: Verdict.Delivered } || byMail is null)
        {
            return answer!.Value;
        }

        (_, Answer? mailed) = await TryAsync(incident, Channels.MailOnly, byMail);
        return mailed is not { } said ? answer!.Value
            : said.Verdict == Verdict.Delivered ? said
            : answer!.Value with { Text = $"{answer.Value.Text}; {said.Text}" };
    }

    // Nothing is known of what PagerDuty has: a problem may be open, what ends is closed everywhere, and what is acknowledged was notified
    // before.
    private static Incident Assumed(SchedulerEvent @event)
    {
        Incident incident = Step(null, new IncidentInput.Notified(@event, 0, MayBeDelivered: true), @event.Spooled.Wall);
        return incident.Desired == IncidentState.Acknowledged ? incident with { Api = incident.Api with { Presence = Presence.Open } }
            : incident;
    }

    private static async Task<(Incident Incident, Answer? Answer)> TryAsync(
        Incident incident, Channels channels, Func<Call, Task<Answer>> send)
    {
        Answer? last = null;
        DateTimeOffset now = incident.WaitingSince;
        incident = Step(incident, new IncidentInput.Retried(), now);
        while (last is not { Verdict: Verdict.Delivered } && Plan.Next(incident, channels, now).Call is { } call)
        {
            incident = Step(incident, new IncidentInput.CallStarted(call), now);
            Answer answer = await send(call);
            last = answer;
            incident = Step(incident, answer.InputFor(call, TimeSpan.FromSeconds(1)), now);
        }

        return (incident, last);
    }

    private static Incident Step(Incident? before, IncidentInput input, DateTimeOffset now) =>
        Transitions.Step(before, input, Nothing.For([], now)).Incident!;
}
