namespace Ringfree.Monitoring.Bridge;

/// <summary>An incident in words: what list, trace, status, JSON and the verbs show.</summary>
internal static class Describe
{
    /// <summary>Whether PagerDuty has what it should have, in a few words.</summary>
    public static string Delivery(Incident incident) =>
        Unwatched(incident) is { } unwatched ? $"{Sent(incident)}; {unwatched}" : Sent(incident);

    /// <summary>What nobody watches behind it; null when all is watched.</summary>
    public static string? Unwatched(Incident incident)
    {
        if (incident is not { Unwatched: { } unwatched, Problem.Since: var since })
        {
            return null;
        }

        return $"{Services(unwatched.Services)} of {Words.Safe(incident.Host)} unwatched since {Words.Minute(since)}";
    }

    public static string Services(int count) => count == 1 ? "1 service" : $"{count} services";

    private static string Sent(Incident incident) =>
        incident.Suppression is { } suppression ? Suppressed(suppression)
        : incident.IsDeadLetter ? "dead letter"
        : !incident.IsSettled ? "pending"
        : incident.Acknowledgement?.Responder is { } responder ? $"done, {responder}"
        : "done";

    /// <summary>What suppresses an incident, by whom or until when.</summary>
    public static string Suppressed(Suppression suppression) => suppression switch
    {
        { Reason: SuppressionReason.Maintenance, Until: { } until } => $"maintenance until {Words.Minute(until)}",
        { Reason: SuppressionReason.ResolvedByResponder, By: { } who } => $"resolved by {who}",
        { Reason: SuppressionReason.Dropped, By: { } who } => $"dropped by {who}",
        _ => suppression.Reason.Words(),
    };

    /// <summary>
    /// Where PagerDuty has it open: <c>api</c>, <c>mail</c>, <c>api+mail</c>, each with <c>?</c> when that is not known; empty for
    /// nowhere.
    /// </summary>
    public static string Via(Incident incident) =>
        string.Join('+', Channels(incident).Select(channel => channel.Name + (channel.State.IsOpen ? "" : "?")));

    public static string Word(IncidentState state) => state == IncidentState.None ? "-" : state.ToString().ToLowerInvariant();

    /// <summary>One sentence: the scheduler's state, what PagerDuty should have, what it accepted, and why nothing more is sent.</summary>
    public static string Sentence(Incident incident)
    {
        string delivered = incident.Delivered == IncidentState.None ? "has accepted nothing" : $"accepted {Word(incident.Delivered)}";
        return $"{Name(incident)} is {Words.Safe(PageRemarks.Of(incident).State ?? incident.State)}; "
            + $"PagerDuty should have it {Word(incident.Desired)} and {delivered} ({Delivery(incident)})";
    }

    /// <summary>What fails, by its name in <see cref="StoredFailures"/>.</summary>
    public static string Failing(string name) => name switch
    {
        StoredFailures.Refusal => "no problem reaches PagerDuty by its API",
        StoredFailures.PastServe => "notifications go past serve",
        StoredFailures.Poll => "acknowledgements at PagerDuty do not reach the scheduler",
        _ => "the scheduler's state cannot be compared",
    };

    /// <summary>A host, or a host and a service.</summary>
    public static string Name(Incident incident) => Name(incident.Host, incident.Service);

    public static string Name(string host, string service) => Words.Safe(service.Length > 0 ? $"{host} / {service}" : host);

    /// <summary>Since when a delivery waits; null when none does.</summary>
    public static DateTimeOffset? WaitingSince(Incident incident) => incident.IsSettled ? null : incident.WaitingSince;

    /// <summary>When the call began that opened what PagerDuty has open; null while it has not accepted one.</summary>
    public static DateTimeOffset? OpenedAt(Incident incident) => incident.IsNotified ? incident.OpenedAt : null;

    private static IEnumerable<(string Name, ChannelState State)> Channels(Incident incident) =>
        new[] { ("api", incident.Api), ("mail", incident.Mail) }
            .Where(channel => channel.Item2.IsOpen || (IsSuspected(incident, channel.Item2) && !incident.IsOver));

    // Before the first call nothing was opened, as far as this store knows.
    private static bool IsSuspected(Incident incident, ChannelState channel) =>
        channel.OpenedAt is not null || (channel.MayBeOpen && incident.DeliveredAt is not null);
}
