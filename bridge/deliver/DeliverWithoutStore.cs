using System.Collections.Concurrent;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What serve does while its store takes nothing: it delivers what lies in the spool as notify does when no serve lives, of each incident the newest
/// and that once. The files stay: when the store is well again it takes them in, and tells PagerDuty the same under the same keys.
/// </summary>
internal sealed class DeliverWithoutStore(Spool spool, Channel? api, Channel? mail, HeartbeatConfig heartbeat, Log log)
{
    private static readonly Answer Unsent = new(Verdict.RetryCouldHelp, null, "not sent");

    // Dedup keys by file; calls of several incidents end at once.
    private readonly ConcurrentDictionary<string, string> done = new(StringComparer.Ordinal);
    private volatile HashSet<string> spooled = [];

    /// <summary>True when a notification about an incident lay in the spool in the last round.</summary>
    public bool Holds(string dedupKey) => spooled.Contains(dedupKey);

    /// <summary>Delivers what no round before has delivered, as far as pace and outage of the channels allow; mail when the API does not take it.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task OnceAsync(CancellationToken stop)
    {
        List<string> names = spool.Names();
        foreach (string gone in done.Keys.Except(names, StringComparer.Ordinal))
        {
            done.TryRemove(gone, out _);
        }

        List<Delivery> waiting = [.. names.Where(name => !done.ContainsKey(name)).Select(Read).OfType<Delivery>()];
        spooled = [.. done.Values, .. waiting.Select(delivery => delivery.DedupKey)];
        IEnumerable<IGrouping<string, Delivery>> incidents = waiting
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
        // Its pace or its places are used up: a moment later the API takes it, and no mail is needed.
        var isApiBusy = false;
        Answer answer = await DirectDelivery.InOrderAsync(
            incident[^1],
            async call =>
            {
                Answer? said = await SendAsync(call, api, stop);
                isApiBusy |= said is null && api?.Outage.IsOut == false;
                return said ?? Unsent;
            },
            async call => isApiBusy ? Unsent : await SendAsync(call, mail, stop) ?? Unsent);

        // What PagerDuty refuses for good is a dead letter, which the store must tell of.
        if (answer.Verdict != Verdict.RetryCouldHelp)
        {
            incident.ForEach(delivery => done[delivery.Event.Id] = delivery.DedupKey);
        }
    }

    /// <returns>Null when there is no such channel, or it has no place now.</returns>
    private async Task<Answer?> SendAsync(Delivery delivery, Channel? channel, CancellationToken stop)
    {
        if (channel?.TryEnter(out _) != true)
        {
            return null;
        }

        try
        {
            Answer answer = await channel.SendAsync(delivery, static _ => { }, stop);
            log.DeliveredWithoutStore(delivery.Action, delivery.DedupKey, answer.Text);
            return answer;
        }
        finally
        {
            channel.Leave();
        }
    }
}
