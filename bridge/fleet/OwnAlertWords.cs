namespace Ringfree.Monitoring.Bridge;

/// <summary>The sentences of the bridge's own alerts, each with its first step.</summary>
internal static class OwnAlertWords
{
    public static FleetEffect.AlertRaised DeadLetters(int count, string newest) => new(
        OwnConcern.DeadLetters,
        $"PagerDuty refuses {count} {(count == 1 ? "event" : "events")} for good, newest: {newest}",
        "first: pagerduty-bridge list shows them with PagerDuty's words; after the cause is gone pagerduty-bridge retry, else drop. "
        + "A wrong routing key refuses all: pagerduty-bridge check-config and send-test.");

    public static FleetEffect.AlertRaised Heartbeat(string name, DeadMansSwitch heartbeat)
    {
        string since = heartbeat.LastAt is { } known ? $"since {Words.Moment(known)}" : "none ever came";
        return new FleetEffect.AlertRaised(
            OwnConcern.Heartbeat,
            $"no notification of '{name}' came within {Words.Duration(heartbeat.Limit)} ({since}): "
            + "nothing that breaks now would page",
            "first: does the scheduler run (systemctl status shinken-* or nagios4)? Does its log show notifications of this service? "
            + "Does the contact's command end with 0? pagerduty-bridge status; ls of the spool. "
            + "Is the service acknowledged or in downtime?");
    }

    /// <summary>The name under which a concern pages: part of its dedup key.</summary>
    public static string Name(this OwnConcern concern) => concern switch
    {
        OwnConcern.DeadLetters => "dead letters",
        OwnConcern.Storm => "alert storm",
        OwnConcern.Heartbeat => "scheduler heartbeat",
        OwnConcern.DamagedStore => "damaged store",
        _ => "rejected file",
    };
}
