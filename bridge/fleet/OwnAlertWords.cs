namespace Ringfree.Monitoring.Bridge;

/// <summary>The sentences of the bridge's own alerts, each with its first step.</summary>
internal static class OwnAlertWords
{
    // What a phone shows of a summary, and what PagerDuty keeps of details, with room for the rest.
    private const int MostInHeadline = 800;
    private const int MostInDetails = 20_000;

    /// <param name="letters">Each in words, the newest first.</param>
    public static FleetEffect.AlertRaised DeadLetters(IReadOnlyList<string> letters) => new(
        OwnConcern.DeadLetters,
        $"PagerDuty refuses {letters.Count} {(letters.Count == 1 ? "event" : "events")} for good: {Listed(letters, "; ", MostInHeadline)}",
        "first: pagerduty-bridge list shows them with PagerDuty's words; after the cause is gone pagerduty-bridge retry, else drop\n"
        + Listed(letters, "\n", MostInDetails));

    private static string Listed(IReadOnlyList<string> letters, string separator, int most)
    {
        int length = 0;
        string[] shown = [.. letters.TakeWhile((letter, i) => i == 0 | (length += letter.Length + separator.Length) <= most)];
        string more = shown.Length < letters.Count ? $"{separator}and {letters.Count - shown.Length} more" : "";
        return string.Join(separator, shown) + more;
    }

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
