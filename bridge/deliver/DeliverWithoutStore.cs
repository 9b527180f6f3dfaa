namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What serve does while its store takes nothing: it delivers what lies in the spool as notify does when no serve lives, of each incident the newest
/// and that once. The files stay: when the store is well again it takes them in, and tells PagerDuty the same under the same keys.
/// </summary>
internal sealed class DeliverWithoutStore(Spool spool, Channel? api, Channel? mail, HeartbeatConfig heartbeat, Log log)
{
    private readonly HashSet<string> done = new(StringComparer.Ordinal);
    private volatile HashSet<string> spooled = [];

    /// <summary>True when a notification about an incident lay in the spool in the last round.</summary>
    public bool Holds(string dedupKey) => spooled.Contains(dedupKey);

    /// <summary>Delivers what no round before has delivered, as far as pace and outage of the channels allow; mail when the API does not take it.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task OnceAsync(CancellationToken stop)
    {
        List<string> names = spool.Names();
        done.IntersectWith(names);
        List<Delivery> all = [.. names.Select(Read).OfType<Delivery>()];
        spooled = all.Select(delivery => delivery.DedupKey).ToHashSet(StringComparer.Ordinal);
        IEnumerable<IGrouping<string, Delivery>> incidents = all
            .Where(delivery => !done.Contains(delivery.Event.Id))
            .GroupBy(delivery => delivery.DedupKey, StringComparer.Ordinal)
            .OrderByDescending(incident => Severities.Of(incident.Last().Event));
        await Task.WhenAll(incidents.Select(incident => DeliverAsync([.. incident], stop)).ToArray());
    }

    private Delivery? Read(string name)
    {
        try
        {
            return spool.Read(name, out _) is { } @event ? DirectDelivery.Of(@event, heartbeat) : null;
        }
        catch (IOException)
        {
            return null; // gone, or none that may be read: ingest says so when the store is well again
        }
    }

    private async Task DeliverAsync(List<Delivery> incident, CancellationToken stop)
    {
        Delivery newest = incident[^1];
        Verdict? tried = await SendAsync(newest, api, stop);
        if (tried is null && api?.Outage.IsOut == false)
        {
            return; // its pace or its places are used up: a moment later it takes it
        }

        Verdict verdict = tried ?? Verdict.RetryCouldHelp;
        if (verdict == Verdict.SetAside && newest.State == IncidentState.Triggered)
        {
            verdict = await SendAsync(newest with { IsPlain = true }, api, stop) ?? Verdict.RetryCouldHelp;
        }

        if (verdict != Verdict.Delivered && newest.State != IncidentState.Acknowledged
            && await SendAsync(newest with { Channel = ChannelKind.Mail }, mail, stop) == Verdict.Delivered)
        {
            verdict = Verdict.Delivered;
        }

        // What PagerDuty refuses for good is a dead letter, which the store must tell of.
        if (verdict != Verdict.RetryCouldHelp)
        {
            done.UnionWith(incident.Select(delivery => delivery.Event.Id));
        }
    }

    /// <returns>Null when there is no such channel, or it has no place now.</returns>
    private async Task<Verdict?> SendAsync(Delivery delivery, Channel? channel, CancellationToken stop)
    {
        if (channel?.TryEnter(out _) != true)
        {
            return null;
        }

        try
        {
            Answer answer = await channel.SendAsync(delivery, static _ => { }, stop);
            log.DeliveredWithoutStore(delivery.Action, delivery.DedupKey, answer.Text);
            return answer.Verdict;
        }
        finally
        {
            channel.Leave();
        }
    }
}
