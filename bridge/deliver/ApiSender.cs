namespace Ringfree.Monitoring.Bridge;

/// <summary>Makes calls of the Events API.</summary>
internal sealed class ApiSender(PagerDuty pagerDuty, Secret key, Page page) : ISender
{
    public Task<Answer> SendAsync(Call call, SchedulerEvent notification, CancellationToken stop) => pagerDuty.CallAsync(Request(call, notification), stop);

    private EventsApiRequest Request(Call call, SchedulerEvent notification) =>
        call.Action != CallAction.Trigger ? Page.Close(key.Value, call.Verb, call.Key)
        : call.IsMinimal ? page.Minimal(key.Value, call.Key, notification)
        : page.Trigger(key.Value, call.Key, notification);
}
