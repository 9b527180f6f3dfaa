using System.Threading.Channels;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Takes PagerDuty's webhooks in. What is signed is always answered with 202, whatever it says: after three other answers PagerDuty
/// switches the subscription off for a day. What is known to be meant is changed before the answer; all that PagerDuty's incident shows,
/// which may have been grouped or merged, is looked up after it.
/// </summary>
internal sealed class TakeWebhooks(Store store, WebhookSignature signature, RestApi rest, Log log)
{
    /// <summary>The largest body that is read, in bytes; PagerDuty itself drops what is over 256 KB.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>The header of the id that stays the same when PagerDuty repeats a webhook.</summary>
    public const string IdHeader = "X-Webhook-Id";

    private const int MaxLookUps = 1_000;

    private readonly Channel<(Webhook Webhook, HashSet<string> Done)> lookUps =
        System.Threading.Channels.Channel.CreateBounded<(Webhook, HashSet<string>)>(
            new BoundedChannelOptions(MaxLookUps) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Handles one request.</summary>
    /// <param name="signatures">The signature header; empty when missing.</param>
    /// <param name="id">The id header; empty when missing.</param>
    /// <param name="body">The raw body.</param>
    /// <returns>The HTTP status: 202, or 403 for what PagerDuty did not sign.</returns>
    public int Take(string signatures, string id, ReadOnlyMemory<byte> body)
    {
        if (!signature.Fits(signatures, body.Span))
        {
            log.WebhookRefused("its signature fits none of the secrets");
            return 403;
        }

        if (Webhook.Read(body) is not { } webhook || (id.Length is > 0 and <= 200 && store.PagerDuty.HasSeen(id)))
        {
            return 202;
        }

        HashSet<string> keys =
        [
            .. store.PagerDuty.KeysOf(webhook.IncidentId),
            .. store.Incidents.Find(webhook.Key) is null ? [] : new[] { webhook.Key },
        ];
        foreach (string key in keys)
        {
            Apply(webhook, key);
        }

        // What is not known at all comes first: of the rest most are told already.
        if (keys.Count == 0 || lookUps.Reader.Count < MaxLookUps / 2)
        {
            lookUps.Writer.TryWrite((webhook, keys));
        }

        if (id.Length is > 0 and <= 200)
        {
            store.PagerDuty.Saw(id);
        }

        return 202;
    }

    /// <summary>Looks up what else an incident shows, until stopped.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach ((Webhook webhook, HashSet<string> done) in lookUps.Reader.ReadAllAsync(stop))
        {
            try
            {
                foreach (string key in (await rest.KeysAsync(webhook.IncidentId, stop)).Where(done.Add))
                {
                    Apply(webhook, key);
                }
            }
            catch (Exception failure) when (!stop.IsCancellationRequested && !Database.IsDamage(failure))
            {
                log.PollFailed(failure.Message); // polling finds it
            }
        }
    }

    private void Apply(Webhook webhook, string key)
    {
        store.PagerDuty.Learn(webhook.IncidentId, key);
        if ((webhook.Deed == ResponderDeed.Acknowledged && !webhook.IsByResponder)
            || (store.Incidents.Find(key) is { } incident && (IsOfAnEarlierPage(webhook, incident) || IsOwnResolve(webhook, incident))))
        {
            return;
        }

        var action = new ResponderAction(key, webhook.Deed, webhook.Who, webhook.At, webhook.Url);
        string outcome = store.Incidents.Apply(key, new IncidentInput.Responded(action)).Summary;
        log.Responded(webhook.Deed, key, outcome);
    }

    // Webhooks come late, and again after hours: a page that has been opened since is not meant, and a trigger since has opened what a
    // responder resolved. PagerDuty tells times in whole seconds.
    private static bool IsOfAnEarlierPage(Webhook webhook, Incident incident)
    {
        DateTimeOffset latest = webhook.At.AddSeconds(1);
        return latest <= incident.OpenedAt
            || (webhook.Deed == ResponderDeed.Resolved && incident.Delivered == IncidentState.Triggered && latest <= incident.DeliveredAt);
    }

    // When a problem got worse the bridge's own resolve, which may come late, is followed by a new page at once.
    private static bool IsOwnResolve(Webhook webhook, Incident incident) => webhook.Deed == ResponderDeed.Resolved && !webhook.IsByResponder
        && (incident.Delivered is not (IncidentState.Triggered or IncidentState.Acknowledged)
            || webhook.At - incident.DeliveredAt < ResponderTransition.OwnResolves);
}
