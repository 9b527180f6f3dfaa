namespace Ringfree.Monitoring.Bridge;

/// <summary>Sends deliveries to the Events API.</summary>
internal sealed class ApiSender(PagerDuty pagerDuty, Secret key, Page page) : ISender
{
    public Task<Answer> SendAsync(Delivery delivery, CancellationToken stop) => pagerDuty.CallAsync(Request(delivery), stop);

    private EventsApiRequest Request(Delivery delivery) =>
        delivery.State != IncidentState.Triggered ? Page.Close(key.Value, delivery.Action, delivery.DedupKey)
        : delivery.IsPlain ? page.Plain(key.Value, delivery.DedupKey, delivery.Event)
        : page.Trigger(key.Value, delivery.DedupKey, delivery.Event);
}
