using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Refit;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Makes one call and says what became of it; never throws for anything that a network or a server can do.</summary>
internal sealed class PagerDuty : IDisposable
{
    /// <summary>The longest answer that is read, in bytes; PagerDuty's own have some hundred.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <summary>How long one call may take, connecting included.</summary>
    public static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(10);

    private const int MaxText = 500;

    private readonly Secret key;
    private readonly HttpClient http;
    private readonly IEventsApi api;

    public PagerDuty(Uri endpoint, Secret key, IWebProxy? proxy = null)
    {
        this.key = key;
        http = Network.NewClient(CallDeadline, MaxAnswerBytes, proxy);
        http.BaseAddress = endpoint;
        api = RestService.ForGenerated<IEventsApi>(http, EventsApiJson.Compact);
    }

    /// <summary>Calls the API once.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task<Answer> CallAsync(EventsApiRequest request, CancellationToken stop)
    {
        try
        {
            using ApiResponse<EventsApiReply> response = await api.EnqueueAsync(request, stop);
            if (response.StatusCode is { } status)
            {
                EventsApiReply? reply = response.Content ?? Parse((response.Error as ApiException)?.Content);
                return new Answer(Answer.Judge((int)status, reply?.Status), status, Said(reply, (int)status))
                {
                    RetryAfter = RetryAfter(response.Headers),
                };
            }

            stop.ThrowIfCancellationRequested();
            return NoAnswer(response.Error);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            return NoAnswer(failure);
        }
    }

    public void Dispose() => http.Dispose();

    private string Said(EventsApiReply? reply, int status)
    {
        string[] parts = reply is null
            ? []
            : [.. new[] { reply.Message }.Concat(reply.Errors ?? []).OfType<string>().Where(part => part.Length > 0)];
        string text = parts.Length > 0 ? $"HTTP {status}: {string.Join("; ", parts)}"
            : reply is null && status == (int)HttpStatusCode.Accepted
                ? $"HTTP {status}, but not PagerDuty's answer: something between may have taken the event"
            : $"HTTP {status}";
        return Clean(text);
    }

    private static TimeSpan? RetryAfter(HttpResponseHeaders? headers)
    {
        TimeSpan? wait = headers?.RetryAfter?.Delta ?? headers?.RetryAfter?.Date - headers?.Date;
        return wait is { } known && known > TimeSpan.Zero ? (known < Answer.LongestRetryAfter ? known : Answer.LongestRetryAfter) : null;
    }

    private Answer NoAnswer(Exception? failure) => new(Verdict.RetryCouldHelp, null, Clean(Network.Cause(failure, CallDeadline)));

    private string Clean(string text)
    {
        string line = ForeignText.Line(key.Redact(text));
        return line.Length <= MaxText ? line : line[..MaxText];
    }

    private static EventsApiReply? Parse(string? body)
    {
        try
        {
            return string.IsNullOrEmpty(body) ? null : JsonSerializer.Deserialize(body, EventsApiJson.Compact.EventsApiReply);
        }
        catch (JsonException)
        {
            return null; // a proxy's page of HTML: the status says enough
        }
    }
}
