namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Gathers a state while it is read: counts every object and keeps those that a comparison needs, so that a large estate without problems
/// costs no memory.
/// </summary>
/// <param name="isWanted">Whether a host and service (empty for the host itself) is kept in any state.</param>
internal sealed class SchedulerStateBuilder(Func<string, string, bool> isWanted)
{
    /// <summary>The most objects that are kept.</summary>
    public const int MaxKept = 100_000;

    /// <summary>The longest output that is kept, in characters; the rest of a longer one is dropped.</summary>
    public const int MaxOutput = 1_000;

    private readonly List<SchedulerObject> kept = [];
    private readonly HashSet<string> silentHosts = new(StringComparer.Ordinal);
    private int seen;

    /// <summary>Counts an object, whose output need not be known yet.</summary>
    /// <returns>True when it is to be added.</returns>
    public bool Wants(SchedulerObject one)
    {
        seen++;
        return one.IsNotifiedProblem || isWanted(one.Host, one.Service);
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
        ]);
}
