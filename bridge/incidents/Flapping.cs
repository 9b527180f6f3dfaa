namespace Ringfree.Monitoring.Bridge;

/// <summary>A host or service that changes its state so often that the scheduler keeps back what it would notify.</summary>
internal static class Flapping
{
    public static bool Begins(SchedulerEvent @event) => @event.Type == "FLAPPINGSTART";

    /// <summary>
    /// True when it flaps after a notification. An acknowledgement, a downtime or a CUSTOM notification ends nothing; PROBLEM and RECOVERY
    /// come only while it does not flap.
    /// </summary>
    public static bool LastsAfter(SchedulerEvent @event, Member? known) =>
        Begins(@event)
        || (known is { IsFlapping: true } && @event.Type is not ("FLAPPINGSTOP" or "FLAPPINGDISABLED" or "PROBLEM" or "RECOVERY"));

    /// <summary>
    /// The worst of the state, the one before it and what is known of the problem; CRITICAL or DOWN when all of them are good: what they
    /// alternate with is not known then.
    /// </summary>
    /// <param name="event">The notification that it flaps.</param>
    /// <param name="known">The state of a problem that is known; null when none is.</param>
    public static string WorstState(SchedulerEvent @event, string? known) =>
        new[] { @event.State, @event.Text("LASTSERVICESTATE", "LASTHOSTSTATE"), known ?? "" }
            .Where(state => state.Length > 0 && Severities.Of(state) > Severity.Info)
            .MaxBy(Severities.Of)
        ?? (@event.IsAboutService ? "CRITICAL" : "DOWN");
}
