namespace Ringfree.Monitoring.Bridge;

/// <summary>The fleet of this process: the one place that keeps it, for every loop.</summary>
internal sealed class CurrentFleet(IncidentPolicy policy, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long origin = time.GetTimestamp();
    private volatile Fleet value = new(policy);

    public Fleet Value => value;

    /// <summary>Steps the fleet; whoever gives the input carries the effects out.</summary>
    public FleetOutcome Step(FleetInput input)
    {
        lock (gate)
        {
            FleetOutcome outcome = FleetTransitions.Step(value, input, new FleetContext(time.GetUtcNow(), time.GetElapsedTime(origin)));
            value = outcome.Fleet;
            return outcome;
        }
    }
}
