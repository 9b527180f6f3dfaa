using System.Net;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What became of one call.</summary>
internal enum Verdict
{
    /// <summary>PagerDuty has the event.</summary>
    Delivered,

    /// <summary>It may have it or not, and the same call later could succeed.</summary>
    RetryCouldHelp,

    /// <summary>The same call can never succeed.</summary>
    Refused,
}

/// <summary>The answer to one call, in the bridge's own words.</summary>
/// <param name="Verdict">What to do next.</param>
/// <param name="Status">The HTTP status; null when no answer came.</param>
/// <param name="Text">What the API said, or why no answer came; without the routing key, one line, at most 500 characters.</param>
internal readonly record struct Answer(Verdict Verdict, HttpStatusCode? Status, string Text)
{
    /// <summary>True for 429: the event was not ingested, and the key has made too many calls.</summary>
    public bool IsTooMany => Status == HttpStatusCode.TooManyRequests;

    /// <summary>What the answer says about the channel that it came by.</summary>
    public CallResult Result => IsTooMany ? CallResult.TooMany
        : Verdict == Verdict.Delivered ? CallResult.Accepted
        : Verdict == Verdict.Refused ? CallResult.Refused
        : CallResult.Failed;

    /// <summary>What the answer is to the incident that was called for.</summary>
    /// <param name="call">The call.</param>
    /// <param name="wait">How long the next one waits when this one failed.</param>
    public IncidentInput InputFor(Call call, TimeSpan wait) => Verdict == Verdict.RetryCouldHelp
        ? new IncidentInput.CallUnanswered(call, Text, wait)
        : new IncidentInput.CallAnswered(call, Verdict == Verdict.Delivered, Text);

    /// <summary>
    /// Could a retry help? 202 is the one success that the API documents. The 400 class says that the event is wrong, except 408 (timeout)
    /// and 429 (too many calls, event not ingested). Everything else comes from something between us and the API, or from its bad day.
    /// </summary>
    public static Verdict Judge(int status) => status switch
    {
        202 => Verdict.Delivered,
        408 or 429 => Verdict.RetryCouldHelp,
        >= 400 and < 500 => Verdict.Refused,
        _ => Verdict.RetryCouldHelp,
    };
}
