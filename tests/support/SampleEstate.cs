namespace Ringfree.Monitoring.Tests.Support;

/// <summary>The text of an estate: what every one needs, around what a test is about.</summary>
public static class SampleEstate
{
    /// <summary>Checks every 3 minutes, the agent every minute.</summary>
    public const string Timing = """
        [timing]
        check_interval = "3m"
        retry_interval = "1m"
        max_check_attempts = 4
        notification_interval = "30m"
        [timing.agent]
        check_interval = "1m"
        retry_interval = "1m"
        max_check_attempts = 2
        """;

    /// <summary>An estate in the datacenter atl, whose problems page one contact.</summary>
    /// <param name="inventory">Its commands, roles, hosts and whatever else: whole tables.</param>
    /// <param name="timing">The tables of its timing.</param>
    /// <param name="scheduler">The address of the scheduler.</param>
    /// <param name="schedulerKeys">Further lines of its table, each with its newline.</param>
    /// <param name="contact">Who is paged.</param>
    public static string With(
        string inventory, string timing = Timing, string scheduler = "192.0.2.1", string schedulerKeys = "", string contact = "oncall") => $"""
        site.example = true
        site.runbooks = "https://runbooks.example"
        {timing}
        [scheduler]
        addresses = ["{scheduler}"]
        plugins = "/usr/lib/nagios/plugins"
        {schedulerKeys}[datacenters.atl]
        {inventory}
        [routes.pagerduty]
        [ways.page]
        route = "pagerduty"
        [contacts.{contact}]
        ways = ["page"]

        """;
}
