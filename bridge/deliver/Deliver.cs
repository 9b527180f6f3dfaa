using System.Collections.Concurrent;
using System.Net;
using Microsoft.Data.Sqlite;
using Polly;
using Polly.Retry;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Makes the delivered state of every incident equal to the desired one. Each incident that is due has its own task, and at each try it
/// reads the newest desired state: calls of one incident are in order, a burst of notifications becomes one call, and nothing waits
/// behind an event that cannot be delivered.
/// </summary>
internal sealed class Deliver(
    IncidentStore store, PagerDuty pagerDuty, RoutingKey key, Page page, Pace pace, Log log, TimeProvider time, Signal changed)
{
    /// <summary>The most incidents that are worked on at once; more wait in the store.</summary>
    public const int MaxAtOnce = 1_000;

    /// <summary>The longest time between two tries of one incident.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    // PagerDuty names no time with a 429; its window slides over 60 s, so that a tenth of it frees a tenth of the calls.
    private static readonly TimeSpan PauseAfterTooManyCalls = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StoreFailureWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Task> inFlight = new(StringComparer.Ordinal);

    private readonly ResiliencePipeline<Answer?> retrying = new ResiliencePipelineBuilder<Answer?> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<Answer?>
        {
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result is { Verdict: Verdict.RetryCouldHelp }),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromSeconds(1),
            MaxDelay = LongestBackoff,
        })
        .Build();

    /// <summary>Runs until stopped.</summary>
    /// <exception cref="OperationCanceledException">The program ends; no call is under way any more.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                StartDue(stop);
                await changed.WaitAsync(PollInterval, stop);
            }
        }
        finally
        {
            await Task.WhenAll(inFlight.Values);
        }
    }

    private void StartDue(CancellationToken stop)
    {
        try
        {
            foreach (string dedupKey in store.Pending(MaxAtOnce))
            {
                // The key is taken before the task runs: a task that ends at once must find it, to give it back.
                if (inFlight.Count < MaxAtOnce && inFlight.TryAdd(dedupKey, Task.CompletedTask))
                {
                    inFlight.TryUpdate(dedupKey, Task.Run(() => WorkAsync(dedupKey, stop), CancellationToken.None), Task.CompletedTask);
                }
            }
        }
        catch (SqliteException failure)
        {
            log.DeliveryFailed("all", failure.Message);
        }
    }

    private async Task WorkAsync(string dedupKey, CancellationToken stop)
    {
        try
        {
            // Null says that nothing is due any more.
            while (await retrying.ExecuteAsync(token => TryAsync(dedupKey, token), stop) is not null)
            {
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The store knows what is due: the next start resumes.
        }
        catch (Exception failure)
        {
            log.DeliveryFailed(dedupKey, failure.Message);
            await Task.Delay(StoreFailureWait, time, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        finally
        {
            inFlight.TryRemove(dedupKey, out _);
            changed.Raise();
        }
    }

    private async ValueTask<Answer?> TryAsync(string dedupKey, CancellationToken stop)
    {
        if (store.Next(dedupKey) is not { } first)
        {
            return null;
        }

        if (first.Action.Length == 0)
        {
            store.Delivered(first, "over before PagerDuty heard of it");
            log.NotNeeded(dedupKey);
            return new Answer(Verdict.Delivered, null, "");
        }

        using IDisposable place = await pace.WaitAsync(stop);
        if (store.Next(dedupKey) is not { Action.Length: > 0 } delivery)
        {
            return new Answer(Verdict.Delivered, null, ""); // it changed while it waited for its turn: look again
        }

        EventsApiRequest request = delivery.State == IncidentState.Triggered
            ? page.Trigger(key.Secret, dedupKey, delivery.Event)
            : Page.Close(key.Secret, delivery.Action, dedupKey);
        store.Begin(delivery);
        Answer answer = await pagerDuty.CallAsync(request, stop);
        switch (answer.Verdict)
        {
            case Verdict.Delivered:
                store.Delivered(delivery, $"{delivery.Action}: {answer.Text}");
                log.Delivered(delivery.Action, dedupKey);
                break;
            case Verdict.SetAside:
                store.SetAside(delivery, answer.Text);
                log.SetAside(delivery.Action, dedupKey, answer.Text);
                break;
            default:
                if (answer.Status == HttpStatusCode.TooManyRequests)
                {
                    pace.Pause(PauseAfterTooManyCalls);
                }

                store.Failed(delivery, answer.Text);
                log.CallFailed(delivery.Action, dedupKey, answer.Text);
                break;
        }

        return answer;
    }
}
