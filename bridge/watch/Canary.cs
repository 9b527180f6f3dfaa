using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Proves that PagerDuty accepts calls while nothing is broken: when no call succeeded for a while, it resolves an incident that does not
/// exist, which PagerDuty accepts and which opens nothing.
/// </summary>
internal sealed class Canary(Store store, Channel api, string name, Log log, TimeProvider time)
{
    /// <summary>How old the last success may become.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop) =>
        PollingLoop.RunAsync(OnceAsync, token => Task.Delay(LookInterval, time, token), liveness, log, stop);

    /// <summary>Makes the call when it is due and a place is free.</summary>
    public async Task OnceAsync(CancellationToken stop)
    {
        if (store.Facts.IsWithin(StoredFacts.LastSuccess, Interval, time.GetUtcNow()) || !api.TryEnter(out _))
        {
            return;
        }

        try
        {
            byte[] service = "PagerDuty bridge: canary"u8.ToArray();
            byte[] host = Encoding.UTF8.GetBytes(name);
            var nothing = new SchedulerEvent(
                "canary", Moment.Now(), new Dictionary<string, byte[]>(
                StringComparer.Ordinal)
                { [Macros.HostName] = host, [Macros.ServiceName] = service });
            Answer answer = await api.SendAsync(
                new Call(DedupKey.Of(
                    host, service), ChannelKind.Api, CallAction.Resolve, CallReason.Recovered, 0, IsLast: true, IsMinimal: false,
                    Severity.Info, nothing.Id),
                nothing,
                call => store.Calls.Note(call.Channel),
                stop);
            if (answer.Verdict == Verdict.Delivered)
            {
                store.Facts.Set(StoredFacts.LastSuccess, time.GetUtcNow());
            }
            else
            {
                log.CanaryFailed(answer.Text);
            }
        }
        finally
        {
            api.Leave();
        }
    }
}
