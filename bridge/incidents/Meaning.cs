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
/// FLAPPINGSTART, DOWNTIMESTART                  recorded only        recorded only
/// anything else                                 triggered            triggered
/// </code>
/// The end of flapping or of a downtime resolves, because the scheduler never sends the RECOVERY that it suppressed meanwhile.
/// </summary>
internal static class Meaning
{
    /// <summary>The state that the incident should have, or null when the notification is only recorded.</summary>
    public static IncidentState? Of(string type, bool isBad) => type switch
    {
        "PROBLEM" => IncidentState.Triggered,
        "RECOVERY" => IncidentState.Resolved,
        "ACKNOWLEDGEMENT" => isBad ? IncidentState.Acknowledged : null,
        "FLAPPINGSTOP" or "FLAPPINGDISABLED" or "DOWNTIMEEND" or "DOWNTIMECANCELLED" => isBad ? IncidentState.Triggered : IncidentState.Resolved,
        "CUSTOM" => isBad ? IncidentState.Triggered : null,
        "FLAPPINGSTART" or "DOWNTIMESTART" => null,
        _ => IncidentState.Triggered,
    };
}
