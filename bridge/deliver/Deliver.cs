using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Makes the delivered state of every incident equal to the desired one. At each step the most urgent incidents that are due get the free
/// places of their channel. Each call reads the newest desired state and each incident has one call at a time, so that calls of one incident
/// are in order, a burst of notifications becomes one call, and nothing waits behind an event that cannot be delivered.
/// </summary>
internal sealed class Deliver(
    Store store, Channel? api, Channel? mail, TimeSpan fallbackAfter, DeliverWithoutStore withoutStore, Log log, TimeProvider time, Signal changed)
{
    private const int MaxAtOnce = 64;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StoreFailureWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Task> inFlight = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, UnnotedCall> unnoted = new(StringComparer.Ordinal);

    /// <summary>What the ways to PagerDuty are good for now.</summary>
    public Ways Ways => new(api is not null, mail is not null, api?.Outage.IsOut == true, api?.Outage.Since, mail?.Outage.IsOut == true, fallbackAfter);

    /// <summary>Ends when no call is under way.</summary>
    public Task IdleAsync() => Task.WhenAll(inFlight.Values);

    /// <summary>Runs until stopped.</summary>
    /// <exception cref="OperationCanceledException">The program ends; no call is under way any more.</exception>
    public async Task RunAsync(Pulse pulse, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                pulse.Beat();
                TimeSpan wait = PollInterval;
                try
                {
                    wait = Step(stop);
                }
                catch (Exception failure) when (!stop.IsCancellationRequested && !Database.IsDamage(failure))
                {
                    log.StoreFailed("deliveries", failure.Message);
                }

                await changed.WaitAsync(wait < PollInterval ? wait : PollInterval, stop);
            }
        }
        finally
        {
            await IdleAsync();
        }
    }

    /// <summary>Starts the calls that may go now.</summary>
    /// <returns>How long to wait before the next step, when nothing happens meanwhile.</returns>
    public TimeSpan Step(CancellationToken stop)
    {
        TimeSpan wait = PollInterval;
        while (StartSome(onlyMail: false, ref wait, stop))
        {
        }

        while (mail is not null && StartSome(onlyMail: true, ref wait, stop))
        {
        }

        return wait;
    }

    private bool StartSome(bool onlyMail, ref TimeSpan wait, CancellationToken stop)
    {
        var isAnyStarted = false;
        var full = new HashSet<Channel>();
        foreach (string dedupKey in store.Deliveries.Due(MaxAtOnce + inFlight.Count, onlyMail))
        {
            if (inFlight.ContainsKey(dedupKey) || store.Deliveries.Next(dedupKey, Ways) is not { } delivery)
            {
                continue;
            }

            if (Unnoted(delivery) is { } call)
            {
                isAnyStarted |= call.Answer is { } known && TryNote(() => NoteLate(call, known));
                continue;
            }

            if (delivery.Action.Length == 0)
            {
                isAnyStarted |= TryNote(() => store.Deliveries.Delivered(delivery, NotNeeded(delivery)));
                continue;
            }

            Channel? channel = delivery.Channel == ChannelKind.Api ? api : mail;
            if (onlyMail && channel == api)
            {
                continue;
            }

            if (channel is null || full.Contains(channel))
            {
                continue;
            }

            // What waits for one channel holds up nothing that goes by the other.
            if (!channel.TryEnter(out TimeSpan until))
            {
                full.Add(channel);
                wait = until < wait ? until : wait;
                continue;
            }

            isAnyStarted = true;
            Start(delivery, channel, stop);
        }

        return isAnyStarted;
    }

    private void Start(Delivery delivery, Channel channel, CancellationToken stop)
    {
        // The key is taken before the call: one that ends at once must find it, to give it back.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        inFlight.TryAdd(delivery.DedupKey, ended.Task);
        _ = CallAsync(delivery, channel, ended, stop);
    }

    private async Task CallAsync(Delivery delivery, Channel channel, TaskCompletionSource ended, CancellationToken stop)
    {
        try
        {
            Answer answer = await channel.SendAsync(delivery, Begin, stop);
            if (Unnoted(delivery) is not null || !TryNote(() => Record(delivery, answer)))
            {
                await KeepForLaterAsync(delivery, answer, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The store knows what is due: the next start resumes.
        }
        catch (Exception failure)
        {
            log.StoreFailed(delivery.DedupKey, failure.Message);
            await PauseAsync(stop);
        }
        finally
        {
            channel.Leave();
            inFlight.TryRemove(delivery.DedupKey, out _);
            ended.SetResult();
            changed.Raise();
        }
    }

    // What the store cannot note goes out all the same, once: PagerDuty knows it by its key, and the store notes it when it is well. A close before a
    // page again does not: if the page could not follow, the problem would stand resolved. Nor does what a newer notification in the spool overtakes.
    private void Begin(Delivery delivery)
    {
        try
        {
            store.Deliveries.Begin(delivery);
        }
        catch (SqliteException failure) when (!Database.IsDamage(failure) && delivery.IsLast && !withoutStore.Holds(delivery.DedupKey))
        {
            unnoted[delivery.DedupKey] = new UnnotedCall(delivery, IsBegun: false, Answer: null);
            log.StoreFailed(delivery.DedupKey, failure.Message);
        }
    }

    private Task PauseAsync(CancellationToken stop) =>
        Task.Delay(StoreFailureWait, time, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private UnnotedCall? Unnoted(Delivery delivery) =>
        unnoted.TryGetValue(delivery.DedupKey, out UnnotedCall? known) && known.Delivery.Version == delivery.Version ? known : null;

    private async Task KeepForLaterAsync(Delivery delivery, Answer answer, CancellationToken stop)
    {
        log.DeliveredWithoutStore(delivery.Action, delivery.DedupKey, answer.Text);
        if (answer.Verdict == Verdict.RetryCouldHelp)
        {
            unnoted.TryRemove(delivery.DedupKey, out _);
            await PauseAsync(stop);
        }
        else
        {
            unnoted[delivery.DedupKey] = new UnnotedCall(delivery, IsBegun: Unnoted(delivery) is null, answer);
        }
    }

    private void NoteLate(UnnotedCall call, Answer answer)
    {
        if (!call.IsBegun)
        {
            store.Deliveries.Begin(call.Delivery);
            unnoted[call.Delivery.DedupKey] = call with { IsBegun = true };
        }

        Record(call.Delivery, answer);
        unnoted.TryRemove(call.Delivery.DedupKey, out _);
    }

    // One row that cannot be noted must not hold up the others.
    private bool TryNote(Action note)
    {
        try
        {
            note();
            return true;
        }
        catch (SqliteException failure) when (!Database.IsDamage(failure))
        {
            log.StoreFailed("deliveries", failure.Message);
            return false;
        }
    }

    private void Record(Delivery delivery, Answer answer)
    {
        switch (answer.Verdict)
        {
            case Verdict.Delivered:
                store.Deliveries.Delivered(delivery, $"{delivery.Action}: {answer.Text}");
                log.Delivered(delivery.Action, delivery.DedupKey, answer.Text);
                break;
            case Verdict.SetAside:
                if (store.Deliveries.SetAside(delivery, answer.Text))
                {
                    log.SetAside(delivery.Action, delivery.DedupKey, answer.Text);
                }
                else
                {
                    log.Refused(delivery.Action, delivery.DedupKey, answer.Text);
                }

                break;
            default:
                long attempts = answer.IsTooMany ? 0 : store.Deliveries.Attempts(delivery.DedupKey);
                store.Deliveries.Failed(delivery, answer.Text, Jittered(Outage.Wait(attempts - 1)));
                log.CallFailed(delivery.Action, delivery.DedupKey, answer.Text);
                break;
        }
    }

    private string NotNeeded(Delivery delivery)
    {
        string reason = delivery.State switch
        {
            IncidentState.Resolved => "over before PagerDuty heard of it",
            IncidentState.Acknowledged => "it was opened by mail, which knows no acknowledgement",
            _ => "it was opened by mail: another mail would page again",
        };
        log.NotNeeded(delivery.DedupKey, reason);
        return reason;
    }

    // Incidents that failed together must not come back together.
    private TimeSpan Jittered(TimeSpan wait)
    {
        double spread = (time.GetTimestamp() % 1_000) / 1_000.0;
        return wait * (0.75 + (spread / 2));
    }

    /// <summary>A call that went out and is not in the store as it is.</summary>
    /// <param name="Delivery">The call.</param>
    /// <param name="IsBegun">True when its beginning is noted.</param>
    /// <param name="Answer">What came of it; null while it is under way.</param>
    private sealed record UnnotedCall(Delivery Delivery, bool IsBegun, Answer? Answer);
}
