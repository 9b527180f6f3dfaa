using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Makes the canary's calls.</summary>
internal sealed class CanaryCalls(Store store, Channel api, string name, Log log, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop) =>
        PollingLoop.RunAsync(OnceAsync, token => Task.Delay(LookInterval, time, token), liveness, log, stop);

    /// <summary>Makes the call when it is due and a place is free.</summary>
    public async Task OnceAsync(CancellationToken stop)
    {
        if (store.Fleet.Step(new FleetInput.CanaryAsked()).Effects is not [FleetEffect.CanaryBegins { Permit: var permit }])
        {
            return;
        }

        try
        {
            byte[] service = "PagerDuty bridge: canary"u8.ToArray();
            byte[] host = Encoding.UTF8.GetBytes(name);
            var nothing = new SchedulerEvent(
                "canary",
                Moment.Now(),
                new Dictionary<string, byte[]>(StringComparer.Ordinal) { [Macros.HostName] = host, [Macros.ServiceName] = service });
            var call = new Call(
                DedupKey.Of(host, service), ChannelKind.Api, CallAction.Resolve, CallReason.Recovered, 0, IsLast: true, Payload.Full,
                Severity.Info, nothing.Id);
            Answer answer = await api.SendAsync(permit, call, nothing, begun => store.Calls.Note(begun.Channel), stop);
            store.Failures.Answered(ChannelKind.Api, answer);
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
            api.Leave(permit);
        }
    }
}
