namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The calls of the last minute by channel: a start after a crash must keep the rate that the serve before it had used up.
/// </summary>
internal sealed class RecentCalls(Database database, TimeProvider time)
{
    /// <summary>
    /// Notes a call that begins now, and removes those that no rate limit counts any more. One that lies ahead by less than a window may
    /// be of a call that began beside this one; by more, the wall clock was set back.
    /// </summary>
    public void Note(ChannelKind channel)
    {
        long now = Now(), window = (long)RateLimiter.Window.TotalMilliseconds;
        database.Execute("DELETE FROM calls WHERE at <= $before OR at > $after", ("$before", now - window), ("$after", now + window));
        database.Execute("INSERT INTO calls VALUES ($at, $channel)", ("$at", now), ("$channel", channel.ToString()));
    }

    /// <summary>
    /// How long ago each call of a channel began, the longest first. One that lies ahead was noted before the wall clock was set back.
    /// </summary>
    public List<TimeSpan> Ages(ChannelKind channel)
    {
        long now = Now();
        return database.Query(
            "SELECT at FROM calls WHERE channel = $channel AND at > $before ORDER BY at",
            row => TimeSpan.FromMilliseconds(Math.Max(0, now - row.GetInt64(0))),
            ("$channel", channel.ToString()),
            ("$before", now - (long)RateLimiter.Window.TotalMilliseconds));
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
