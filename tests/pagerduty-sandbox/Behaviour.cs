namespace Ringfree.Monitoring.Tests.PagerDuty;

/// <summary>How the sandbox misbehaves. PUT /sandbox/behaviour replaces it whole; what the JSON leaves out has the default.</summary>
public sealed record Behaviour
{
    /// <summary>
    /// <c>ok</c>; <c>down</c> aborts the connection; <c>slow</c> handles the event after <see cref="DelayMilliseconds"/> and answers,
    /// unless the caller has gone; <c>late</c> handles it at once and answers after them; <c>half</c> handles it, sends half of the answer
    /// and closes;
    /// <c>status</c> answers <see cref="Status"/> and handles nothing; <c>lose</c> answers 202 and forgets.
    /// </summary>
    public string Mode { get; init; } = "ok";

    /// <summary>How long <c>slow</c> and <c>late</c> wait, in milliseconds.</summary>
    public int DelayMilliseconds { get; init; } = 1_000;

    /// <summary>What <c>status</c> answers.</summary>
    public int Status { get; init; } = 503;

    /// <summary>For so many calls, then <c>ok</c>; null means until told otherwise.</summary>
    public int? Count { get; init; }

    /// <summary>The share of calls that it happens to, 0 to 1.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Only calls whose dedup key contains this.</summary>
    public string? OnlyDedupKey { get; init; }

    /// <summary>Every incident has high urgency, as at a service whose urgency does not follow the severity.</summary>
    public bool AllUrgent { get; init; }

    /// <summary>The rate limit of each routing key.</summary>
    public int CallsPerMinute { get; init; } = CallLimit.Default;
}
