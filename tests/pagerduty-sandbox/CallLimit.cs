namespace Ringfree.Monitoring.Tests.PagerDuty;

/// <summary>
/// PagerDuty's limit: about 120 calls of one routing key in the 60 seconds that lie behind. A refused call does not count.
/// </summary>
public sealed class CallLimit(TimeProvider time)
{
    public const int Default = 120;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Queue<DateTimeOffset>> recent = new(StringComparer.Ordinal);

    public bool Allows(string routingKey, int callsPerMinute)
    {
        lock (gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (!recent.TryGetValue(routingKey, out Queue<DateTimeOffset>? calls))
            {
                recent.Add(routingKey, calls = new Queue<DateTimeOffset>());
            }

            while (calls.Count > 0 && now - calls.Peek() >= TimeSpan.FromSeconds(60))
            {
                calls.Dequeue();
            }

            if (calls.Count >= callsPerMinute)
            {
                return false;
            }

            calls.Enqueue(now);
            return true;
        }
    }
}
