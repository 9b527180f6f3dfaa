using System.Collections.Concurrent;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What serve does while its store cannot be written: it delivers what is in the spool as notify does without serve, of each incident the
/// newest and that once. The files stay: when the store can be written again it takes them in, and PagerDuty is sent the same under the same keys.
/// </summary>
internal sealed class DeliverWithoutStore(Spool spool, Channel? api, Channel? mail, HeartbeatConfig heartbeat, Log log)
{
    private static readonly Answer Unsent = new(Verdict.RetryCouldHelp, null, "not sent");

    // Dedup keys by file; calls of several incidents end at once.
    private readonly ConcurrentDictionary<string, string> done = new(StringComparer.Ordinal);
    private volatile HashSet<string> spooled = [];

    /// <summary>True when a notification about an incident was in the spool in the last round.</summary>
    public bool Holds(string key) => spooled.Contains(key);

    /// <summary>Delivers what no round before has delivered, as far as the channels allow; by mail when the API does not take it.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task OnceAsync(CancellationToken stop)
    {
        List<string> names = spool.Names();
        foreach (string gone in done.Keys.Except(names, StringComparer.Ordinal))
        {
            done.TryRemove(gone, out _);
        }

        List<SchedulerEvent> waiting = [.. names.Where(name => !done.ContainsKey(name)).Select(Read).OfType<SchedulerEvent>()];
        spooled = [.. done.Values, .. waiting.Select(DedupKey.Of)];
        IEnumerable<IGrouping<string, SchedulerEvent>> incidents = waiting
            .GroupBy(DedupKey.Of, StringComparer.Ordinal)
            .OrderByDescending(incident => Severities.Of(incident.Last()));
        await Task.WhenAll(incidents.Select(incident => DeliverAsync([.. incident], stop)).ToArray());
    }

    private SchedulerEvent? Read(string name)
    {
        try
        {
            return spool.Read(name, out _) is { } @event && Storeless.IsDelivered(@event, heartbeat) ? @event : null;
        }
        catch (IOException)
        {
            return null; // gone, or one that may not be read: ingest reports it when the store can be written again
        }
    }

    private async Task DeliverAsync(List<SchedulerEvent> incident, CancellationToken stop)
    {
        // The rate limit or the places are used up: a moment later the API takes it, and no mail is needed.
        var isApiBusy = false;
        SchedulerEvent newest = incident[^1];
        Answer answer = await Storeless.DeliverAsync(
            newest,
            async call =>
            {
                Answer? said = await SendAsync(call, newest, api, stop);
                isApiBusy |= said is null && api?.IsOut == false;
                return said ?? Unsent;
            },
            async call => isApiBusy ? Unsent : await SendAsync(call, newest, mail, stop) ?? Unsent);

        // What PagerDuty refuses for good is a dead letter, which the store must record.
        if (answer.Verdict != Verdict.RetryCouldHelp)
        {
            incident.ForEach(@event => done[@event.Id] = DedupKey.Of(@event));
        }
    }

    /// <returns>Null when there is no such channel, or it has no place now.</returns>
    private async Task<Answer?> SendAsync(Call call, SchedulerEvent notification, Channel? channel, CancellationToken stop)
    {
        if (channel?.TryEnter(out _) is not { } permit)
        {
            return null;
        }

        try
        {
            Answer answer = await channel.SendAsync(permit, call, notification, static _ => { }, stop);
            log.DeliveredWithoutStore(call.Verb, call.Key, answer.Text);
            return answer;
        }
        finally
        {
            channel.Leave(permit);
        }
    }
}
