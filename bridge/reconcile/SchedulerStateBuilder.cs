namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Gathers a state while it is read: counts every object and keeps those that a comparison needs, so that a large estate without problems
/// costs no memory.
/// </summary>
/// <param name="question">What is asked of it.</param>
internal sealed class SchedulerStateBuilder(StateQuestion question)
{
    // A service that is asked once a day has no result of today either.
    private const int MissedChecks = 3;

    /// <summary>The most objects that are kept.</summary>
    public const int MaxKept = 100_000;

    /// <summary>The longest output that is kept, in characters; the rest of a longer one is dropped.</summary>
    public const int MaxOutput = 1_000;

    private readonly List<SchedulerObject> kept = [];
    private readonly HashSet<string> silentHosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> unwatched = new(StringComparer.Ordinal);
    private int seen;

    /// <summary>Counts an object, whose output need not be known yet.</summary>
    /// <returns>True when it is to be added.</returns>
    public bool Wants(SchedulerObject one)
    {
        seen++;
        return one.IsNotifiedProblem || question.IsWanted(one.Host, one.Service);
    }

    /// <exception cref="IOException">More than <see cref="MaxKept"/> were wanted.</exception>
    public void Add(SchedulerObject one)
    {
        if (kept.Count == MaxKept)
        {
            throw new IOException($"the scheduler's state holds more than {MaxKept} problems: they are not compared");
        }

        kept.Add(one.Output.Length > MaxOutput ? one with { Output = one.Output[..MaxOutput] } : one);
    }

    /// <summary>Hears when a service that the scheduler asks by itself was last asked.</summary>
    /// <param name="host">Its host.</param>
    /// <param name="lastCheck">In seconds since 1970; 0 when it never was.</param>
    /// <param name="interval">Between two checks, in the scheduler's units; a unit is a minute, or shorter.</param>
    /// <param name="now">When the state was taken.</param>
    public void Asked(string host, long lastCheck, double interval, DateTimeOffset now)
    {
        if (lastCheck > 0 && question.AcknowledgedSince.TryGetValue(host, out DateTimeOffset since)
            && DateTimeOffset.FromUnixTimeSeconds(lastCheck) is var asked && asked < since
            && now - asked > TimeSpan.FromMinutes(Math.Clamp(interval, 1, 10_000) * MissedChecks))
        {
            unwatched[host] = unwatched.GetValueOrDefault(host) + 1;
        }
    }

    /// <summary>Nothing is notified of the services of a host that is down or in downtime. The host may come after its services.</summary>
    public void SilenceServicesOf(string host) => silentHosts.Add(host);

    /// <param name="takenAt">When the scheduler wrote or said it.</param>
    /// <param name="isMute">The scheduler notifies of nothing.</param>
    public SchedulerState Build(DateTimeOffset takenAt, bool isMute) => new(
        takenAt,
        seen,
        [
            .. kept.Select(one => one with
            {
                IsSilenced = one.IsSilenced || isMute || (one.Service.Length > 0 && silentHosts.Contains(one.Host)),
            }),
        ],
        unwatched);
}
