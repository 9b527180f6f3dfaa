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

    public PagerDuty(Uri endpoint, Secret key)
    {
        this.key = key;
#pragma warning disable CA2000 // the HttpClient disposes of its handlers
        http = new HttpClient(new WholeAnswers(Network.NewHandler(), MaxAnswerBytes)) { BaseAddress = endpoint, Timeout = CallDeadline };
#pragma warning restore CA2000
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
                return new Answer(Answer.Judge((int)status), status, Said(response, (int)status));
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

    private string Said(ApiResponse<EventsApiReply> response, int status)
    {
        EventsApiReply? reply = response.Content ?? Parse((response.Error as ApiException)?.Content);
        string text = reply is null
            ? $"HTTP {status}"
            : $"HTTP {status}: {string.Join("; ", new[] { reply.Message }.Concat(reply.Errors ?? []).Where(part => !string.IsNullOrEmpty(part)))}";
        return Clean(text);
    }

    private Answer NoAnswer(Exception? failure) => new(Verdict.RetryCouldHelp, null, Clean(Network.Cause(failure, CallDeadline)));

    private string Clean(string text)
    {
        string redacted = key.Redact(text);
        return string.Concat(redacted.Take(MaxText).Select(character => char.IsControl(character) ? ' ' : character));
    }

    private static EventsApiReply? Parse(string? body)
    {
        try
        {
            return body is null ? null : JsonSerializer.Deserialize(body, EventsApiJson.Compact.EventsApiReply);
        }
        catch (JsonException)
        {
            return null; // a proxy's page of HTML: the status says enough
        }
    }
}
