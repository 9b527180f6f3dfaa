namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The last resort: when problems have waited too long for any channel, or were only handed to a mail server while the API stays away, a
/// plain mail to a person lists them. The next one is sent after an hour, after 5 minutes when something new waits too long.
/// </summary>
/// <param name="SentAt">When one was last sent, by the wall clock and by any run of the bridge; null when never.</param>
/// <param name="SentElapsed">The same on the other clock and by this run: a wall clock that is set back causes no further mail.</param>
/// <param name="IsUnderWay">One is being sent.</param>
internal sealed record LastResort(DateTimeOffset? SentAt = null, TimeSpan? SentElapsed = null, bool IsUnderWay = false)
{
    /// <summary>Between two mails about the same problems.</summary>
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromHours(1);

    /// <summary>Between two mails whatever waits.</summary>
    public static readonly TimeSpan PauseBetweenMails = TimeSpan.FromMinutes(5);

    /// <summary>True when a mail was sent so lately that no other may follow.</summary>
    /// <param name="newestDue">Since when the newest of the problems has waited too long.</param>
    /// <param name="context">The time.</param>
    public bool IsPausing(DateTimeOffset newestDue, FleetContext context)
    {
        TimeSpan pause = newestDue > SentAt ? PauseBetweenMails : RepeatAfter;
        return context.IsWithin(SentAt, pause) || context.IsWithin(SentElapsed, pause);
    }
}
