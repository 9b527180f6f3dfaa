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
    /// <summary>The longest wait that a server is granted: a page must not wait for longer.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>How long the server asks to wait, at most <see cref="LongestRetryAfter"/>; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when PagerDuty refused this event and accepted another one with the same key.</summary>
    public bool IsProven { get; init; }

    /// <summary>True when PagerDuty refuses every event, whatever it says.</summary>
    public bool IsOfAll { get; private init; }

    /// <summary>How many calls the answer took.</summary>
    public int Calls { get; init; } = 1;

    /// <summary>PagerDuty refuses every event: the channel is out, and the event itself may be good.</summary>
    public static Answer RefusesAll(Answer refusal) => refusal with
    {
        Verdict = Verdict.RetryCouldHelp,
        Text = $"PagerDuty refuses every event of this routing key: {refusal.Text}",
        IsOfAll = true,
    };

    /// <summary>True for 429: the event was not ingested, and the key has made too many calls.</summary>
    public bool IsTooMany => Status == HttpStatusCode.TooManyRequests;

    /// <summary>What the answer says about the channel that it came by: of a refusal that may be of every event, nothing.</summary>
    public CallResult Result => IsTooMany ? CallResult.TooMany
        : Verdict == Verdict.Delivered ? CallResult.Accepted
        : Verdict == Verdict.RetryCouldHelp ? CallResult.Failed
        : IsProven ? CallResult.Refused
        : CallResult.Withdrawn;

    /// <summary>What the answer is to the incident that was called for.</summary>
    /// <param name="call">The call.</param>
    /// <param name="wait">How long the next one waits when this one failed.</param>
    public IncidentInput InputFor(Call call, TimeSpan wait) => Verdict == Verdict.RetryCouldHelp
        ? new IncidentInput.CallUnanswered(call, Text, wait)
        : new IncidentInput.CallAnswered(call, Verdict == Verdict.Delivered, Text);

    /// <summary>
    /// Could a retry help? PagerDuty documents 202 for what it has, 400 for an event that is wrong, 429 and the 500 class for its bad days.
    /// Every other answer comes from something between it and the bridge, and ends when that does.
    /// </summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="said">The <c>status</c> of the answer's body; null when the body is not PagerDuty's.</param>
    public static Verdict Judge(int status, string? said) => status switch
    {
        202 when said == "success" => Verdict.Delivered,
        202 when said is not null => Verdict.Refused,
        400 => Verdict.Refused,
        _ => Verdict.RetryCouldHelp,
    };
}
