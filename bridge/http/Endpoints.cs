namespace Ringfree.Monitoring.Bridge;

/// <summary>What serve answers: GET /health, GET /metrics, POST /webhooks/pagerduty.</summary>
internal sealed class Endpoints(Config config, Store store, StepsFile steps, TakeWebhooks? webhooks, Log log, TimeProvider time)
{
    public HttpAnswer Answer(HttpCall call) => (call.Method, call.Path) switch
    {
        ("GET", "/health") => HealthAnswer(),
        ("GET", "/metrics") => new HttpAnswer(200, Metrics.ContentType, Metrics.Text(Health.Read(config, store, steps, time), log)),
        ("POST", "/webhooks/pagerduty") when webhooks is not null =>
            HttpAnswer.Plain(webhooks.Take(call.Header(WebhookSignature.Header), call.Header(TakeWebhooks.IdHeader), call.Body), ""),
        _ => HttpAnswer.Plain(404, "there are: GET /health, GET /metrics, POST /webhooks/pagerduty\n"),
    };

    private HttpAnswer HealthAnswer()
    {
        Health health = Health.Read(config, store, steps, time);
        return HttpAnswer.Plain(health.Status == HealthStatus.Critical ? 503 : 200, health.Line() + "\n");
    }
}
