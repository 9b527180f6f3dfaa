namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What a notification means for its incident:
/// <code>
/// type                                          state OK or UP       any other state
/// PROBLEM                                       triggered            triggered
/// RECOVERY                                      resolved             resolved
/// ACKNOWLEDGEMENT                               recorded only        acknowledged
/// FLAPPINGSTOP, FLAPPINGDISABLED                resolved             triggered
/// DOWNTIMEEND, DOWNTIMECANCELLED                resolved             triggered
/// CUSTOM                                        recorded only        triggered
/// FLAPPINGSTART                                 triggered            triggered
/// DOWNTIMESTART                                 recorded only        recorded only
/// anything else                                 triggered            triggered
/// </code>
/// The end of flapping or of a downtime resolves, because the scheduler never sends the RECOVERY that it suppressed meanwhile. Flapping
/// itself pages: the scheduler keeps back every PROBLEM while it lasts, also that of a service which stays dead in the end.
/// </summary>
internal static class Meaning
{
    /// <summary>The state that the incident should have, or null when the notification is only recorded.</summary>
    public static IncidentState? Of(string type, bool isBad) => type switch
    {
        "PROBLEM" => IncidentState.Triggered,
        "RECOVERY" => IncidentState.Resolved,
        "ACKNOWLEDGEMENT" => isBad ? IncidentState.Acknowledged : null,
        "FLAPPINGSTOP" or "FLAPPINGDISABLED" or "DOWNTIMEEND" or "DOWNTIMECANCELLED" =>
            isBad ? IncidentState.Triggered : IncidentState.Resolved,
        "CUSTOM" => isBad ? IncidentState.Triggered : null,
        "DOWNTIMESTART" => null,
        _ => IncidentState.Triggered,
    };
}
