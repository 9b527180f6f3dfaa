using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Makes the delivered state of every incident equal to the desired one. At each step the most urgent incidents that are due get the free
/// places of their channel. Each call reads the newest desired state and each incident has one call at a time, so that calls of one incident
/// are in order, a burst of notifications becomes one call, and nothing waits behind an event that cannot be delivered.
/// </summary>
internal sealed class Deliver(
    Store store, Channel? api, Channel? mail, DeliverWithoutStore withoutStore, Log log, TimeProvider time, Signal changed)
{
    private const int MaxAtOnce = 64;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StoreFailureWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Task> inFlight = new(StringComparer.Ordinal);
    private readonly UnsavedInputs unsaved = new(store, time);

    /// <summary>Ends when no call is under way.</summary>
    public Task IdleAsync() => Task.WhenAll(inFlight.Values);

    /// <summary>Runs until stopped.</summary>
    /// <exception cref="OperationCanceledException">The program ends; no call is under way any more.</exception>
    public async Task RunAsync(Liveness liveness, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                liveness.Beat();
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

    /// <summary>Starts the calls that may be made now; none once the program ends, when each would end at once and be due again.</summary>
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
        if (stop.IsCancellationRequested)
        {
            return false;
        }

        var isAnyStarted = false;
        var full = new HashSet<Channel>();
        foreach (string key in LeastFailedFirst(store.Table.Due(MaxAtOnce + inFlight.Count, onlyMail)))
        {
            if (inFlight.ContainsKey(key) || Current(key) is not { } incident)
            {
                continue;
            }

            Decision decision = Plan.Next(incident, store.Fleet.Value.Channels, time.GetUtcNow());
            if (decision.IsSpared)
            {
                isAnyStarted |= Spare(incident, decision.Quiet);
            }

            Channel? channel = decision.Call is not { } due ? null : due.Channel == ChannelKind.Api ? api : mail;
            if (decision.Call is not { } call || channel is null || (onlyMail && channel == api) || full.Contains(channel))
            {
                continue;
            }

            // What waits for one channel holds up nothing that another one carries.
            if (channel.TryEnter(out TimeSpan until) is not { } permit)
            {
                full.Add(channel);
                wait = until < wait ? until : wait;
                continue;
            }

            isAnyStarted = true;
            Start(incident, call, channel, permit, stop);
        }

        return isAnyStarted;
    }

    /// <summary>
    /// While a channel is out, one call at a time probes it: an incident that fails for itself must not be the only one that is tried.
    /// </summary>
    private IReadOnlyList<string> LeastFailedFirst(IReadOnlyList<string> due)
    {
        Channels channels = store.Fleet.Value.Channels;
        return channels.IsApiOut || channels.IsMailOut
            ? [.. due.OrderBy(key => store.Incidents.Find(key)?.Retry.Attempts ?? 0)]
            : due;
    }

    private Incident? Current(string key)
    {
        if (!unsaved.TrySave(key, out string? refusal))
        {
            log.StoreFailed("deliveries", refusal);
        }

        return unsaved.On(store.Incidents.Find(key));
    }

    private bool Spare(Incident incident, QuietReason reason)
    {
        if (!TrySave(incident.Key, new IncidentInput.CallSpared(incident.Version, reason)))
        {
            return false;
        }

        log.NotNeeded(incident.Key, reason.Words());
        return true;
    }

    private void Start(Incident incident, Call call, Channel channel, Permit permit, CancellationToken stop)
    {
        // The key is taken before the call: one that ends at once must find it, to give it back.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        inFlight.TryAdd(call.Key, ended.Task);
        _ = CallAsync(call, store.Table.NotificationOf(incident), channel, permit, ended, stop);
    }

    private async Task CallAsync(
        Call call, SchedulerEvent notification, Channel channel, Permit permit, TaskCompletionSource ended, CancellationToken stop)
    {
        try
        {
            long begun = time.GetTimestamp();
            Answer answer = await channel.SendAsync(permit, call, notification, Begin, stop);
            log.Counters.Add(call.Channel, time.GetElapsedTime(begun));
            NoteRefusal(call, answer);
            long attempts = answer.IsTooMany ? 0 : store.Incidents.Find(call.Key)?.Retry.Attempts ?? 0;
            IncidentInput input = answer.InputFor(call, Jittered(CircuitBreaker.Wait(attempts - 1)));
            if (unsaved.Holds(call.Key) || !TrySave(call.Key, input))
            {
                unsaved.Add(call.Key, input);
                log.DeliveredWithoutStore(call.Verb, call.Key, answer.Text);
                return;
            }

            Report(call, answer);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The store knows what is due: the next start resumes.
        }
        catch (Exception failure)
        {
            log.StoreFailed(call.Key, failure.Message);
            await Task.Delay(StoreFailureWait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            channel.Leave(permit);
            inFlight.TryRemove(call.Key, out _);
            ended.SetResult();
            changed.Raise();
        }
    }

    // Nothing waits for this note: the page has been called for already.
    private void NoteRefusal(Call call, Answer answer)
    {
        try
        {
            store.Failures.Answered(call.Channel, answer);
        }
        catch (SqliteException failure) when (!Database.IsDamage(failure))
        {
            log.StoreFailed("deliveries", failure.Message);
        }
    }

    // A call whose beginning the store cannot hold is made all the same, once: PagerDuty knows it by its key, and the store gets it when
    // it can be written. A close before a page again is not: if the page could not follow, the problem would stand resolved. Nor is what a newer notification
    // in the spool overtakes.
    private void Begin(Call call)
    {
        try
        {
            store.Incidents.Apply(call.Key, new IncidentInput.CallStarted(call));
        }
        catch (SqliteException failure) when (!Database.IsDamage(failure) && call.IsLast && !withoutStore.Holds(call.Key))
        {
            unsaved.Add(call.Key, new IncidentInput.CallStarted(call));
            log.StoreFailed(call.Key, failure.Message);
        }
    }

    // One incident that cannot be saved must not hold up the others.
    private bool TrySave(string key, IncidentInput input)
    {
        try
        {
            store.Incidents.Apply(key, input);
            return true;
        }
        catch (SqliteException failure) when (!Database.IsDamage(failure))
        {
            log.StoreFailed("deliveries", failure.Message);
            return false;
        }
    }

    private void Report(Call call, Answer answer)
    {
        switch (answer.Verdict)
        {
            case Verdict.Delivered:
                log.Delivered(call.Verb, call.Key, answer.Text);
                break;
            case Verdict.Refused when call.IsFinal:
                log.DeadLetter(call.Verb, call.Key, answer.Text);
                break;
            case Verdict.Refused:
                log.Refused(call.Verb, call.Key, answer.Text);
                break;
            default:
                log.CallFailed(call.Channel, call.Verb, call.Key, answer.Text);
                break;
        }
    }

    // Incidents that failed together must not come back together.
    private TimeSpan Jittered(TimeSpan wait)
    {
        double spread = (time.GetTimestamp() % 1_000) / 1_000.0;
        return wait * (0.75 + (spread / 2));
    }
}
