using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class PageTests
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Theory]
    [InlineData("HAPROXY CRITICAL - backend www is down", "web1 / HAProxy proxies is CRITICAL: backend www is down")]
    [InlineData("DISK WARNING - 5 % left", "web1 / HAProxy proxies is CRITICAL: DISK WARNING - 5 % left")]
    [InlineData("it is CRITICAL - hurry", "web1 / HAProxy proxies is CRITICAL: it is CRITICAL - hurry")]
    [InlineData(" CRITICAL - nameless", "web1 / HAProxy proxies is CRITICAL:  CRITICAL - nameless")]
    [InlineData("", "web1 / HAProxy proxies is CRITICAL")]
    public void The_summary_says_name_and_state_once(string output, string summary) =>
        Assert.Equal(summary, Page.Summary(Sample.Event("PROBLEM", "CRITICAL", more: [("SERVICEOUTPUT", output)])));

    [Fact]
    public void A_service_page_tells_everything_that_on_call_needs()
    {
        SchedulerEvent @event = Sample.Event("PROBLEM", "CRITICAL", changedAt: Sample.At - 60, more:
        [
            ("SERVICEOUTPUT", "HAPROXY CRITICAL - backend www has no usable server (web-a: Connection refused)"),
            ("LONGSERVICEOUTPUT", "web-a DOWN\nweb-b DOWN"), ("SERVICEPERFDATA", "'sessions'=3;;;0;"), ("SERVICESTATETYPE", "HARD"),
            ("SERVICEDURATIONSEC", "93784"), ("SERVICEATTEMPT", "3"), ("MAXSERVICEATTEMPTS", "3"), ("SERVICENOTIFICATIONNUMBER", "2"),
            ("SERVICEPROBLEMID", "17"), ("SERVICEBUSINESSIMPACT", "5"),
            ("HOSTADDRESS", "10.1.0.5"), ("HOSTALIAS", "Web server 1"), ("HOSTGROUPNAMES", "web,atl"), ("CONTACTNAME", "pagerduty"),
            ("_HOSTDATACENTER", "atl"), ("_HOSTROLE", "web"),
            ("SERVICENOTESURL", "https://wiki.example/haproxy"),
            ("SERVICEACTIONURL", "http://shinken.example/service/web1/HAProxy%20proxies"),
        ]);
        Snapshot.Match(Json(new Page("shinken").Trigger(Sample.Key, Sample.Call(@event), @event)), "service-page");
    }

    [Fact]
    public void A_host_page_has_no_component_and_takes_its_first_group_when_no_datacenter_is_known()
    {
        SchedulerEvent @event = Sample.Event("PROBLEM", "DOWN", service: "", more:
        [
            ("HOSTOUTPUT", "PING CRITICAL - 100% loss"), ("HOSTGROUPNAMES", "web, atl"),
            ("HOSTNOTESURL", "https://wiki.example/host"), ("HOSTACTIONURL", "javascript:alert(1)"),
        ]);
        Snapshot.Match(Json(new Page("shinken").Trigger(Sample.Key, Sample.Call(@event), @event)), "host-page");
    }

    [Theory]
    [InlineData("CRITICAL", "critical")]
    [InlineData("DOWN", "critical")]
    [InlineData("WARNING", "warning")]
    [InlineData("UNKNOWN", "error")]
    [InlineData("UNREACHABLE", "error")]
    [InlineData("OK", "info")]
    [InlineData("UP", "info")]
    [InlineData("", "critical")]
    public void The_severity_follows_the_state(string state, string severity) => Assert.Equal(severity, Severities.Of(state).Word());

    [Fact]
    public void Nagios_long_output_is_unescaped_and_that_of_Shinken_is_left_alone()
    {
        SchedulerEvent @event = Sample.Event("PROBLEM", "CRITICAL", more: [("LONGSERVICEOUTPUT", @"one\ntwo C:\\new\")]);
        Assert.Equal(
            "one\ntwo C:\\new\\",
            new Page("nagios").Trigger(Sample.Key, Sample.Call(@event), @event).Payload!.CustomDetails!["long_output"]);
        Assert.Equal(
            @"one\ntwo C:\\new\",
            new Page("shinken").Trigger(Sample.Key, Sample.Call(@event), @event).Payload!.CustomDetails!["long_output"]);
    }

    [Theory]
    [InlineData(
        "2 of 3 backends are down (and 1 more problem)",
        @"[CRITICAL] 2 of 3 backends are down\n  [CRITICAL] pbx is down\n  [CRITICAL] sip is down\n[WARNING] fop has 1 of 2\nfirst: look",
        "2 of 3 backends are down (and 1 more problem); pbx is down; sip is down; fop has 1 of 2")]
    [InlineData(
        "a is down; also b is down",
        @"[CRITICAL] a is down\n[CRITICAL] b is down\n[OK] c is up\nnote: [WARNING] no finding",
        "a is down; also b is down")]
    [InlineData("a is down", @"[CRITICAL] b is down\n[CRITICAL] b is down\n [DOWN] x\n[CRITICAL]", "a is down; b is down")]
    [InlineData("a is down", "", "a is down")]
    public void The_summary_goes_on_with_the_findings_below_the_headline(string headline, string below, string summary)
    {
        Assert.Equal(
            $"web1 / HAProxy proxies is CRITICAL: {summary}",
            SummaryOf(new Page("nagios"), ("SERVICEOUTPUT", $"HAPROXY CRITICAL - {headline}"), ("LONGSERVICEOUTPUT", below)));
    }

    [Fact]
    public void A_summary_counts_the_findings_that_find_no_room()
    {
        string below = string.Join(
            '\n', Enumerable.Range(1, 100).Select(number => $"  [CRITICAL] backend c{1000 + number} has no usable server"));
        string summary = SummaryOf(new Page("shinken"), ("SERVICEOUTPUT", "100 of 100 backends are down"), ("LONGSERVICEOUTPUT", below));
        Assert.InRange(summary.Length, 960, Page.MaxSummary);
        Assert.Matches(@"; backend c10[0-9]{2} has no usable server and [0-9]+ more$", summary);
        int left = int.Parse(summary.Split(' ')[^2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(100, summary.Split("; ").Length - 1 + left);
    }

    [Fact]
    public void A_page_that_is_too_large_loses_detail_and_says_so()
    {
        SchedulerEvent @event = Sample.Event("PROBLEM", "CRITICAL", more:
        [
            ("LONGSERVICEOUTPUT", new string('"', 400_000)), ("SERVICEOUTPUT", "disk full"),
        ]);
        EventsApiRequest request = new Page("shinken").Trigger(Sample.Key, Sample.Call(@event), @event);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(request, EventsApiJson.Compact.EventsApiRequest).Length, 100_000, Page.MaxBytes);
        Assert.Equal("disk full", request.Payload!.CustomDetails!["output"]);
        Assert.Contains("shortened", request.Payload.CustomDetails!.Keys);
    }

    [Fact]
    public void Whatever_the_macros_hold_the_page_is_one_that_PagerDuty_takes()
    {
        Gen<byte[]> value = Gen.Byte[1, 255].Array[0, 3_000];
        Gen<Dictionary<string, byte[]>> macros = Gen.Select(Gen.Shuffle(Macros.Allowed, 20), value.Array[20]).Select((names, values) =>
        {
            Dictionary<string, byte[]> all = names.Zip(values)
                .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
            all["NOTIFICATIONTYPE"] = all.GetValueOrDefault("NOTIFICATIONTYPE") is { Length: > 0 } type ? type : "PROBLEM"u8.ToArray();
            all["HOSTNAME"] = [.. all.GetValueOrDefault("HOSTNAME") ?? [], (byte)'h'];
            return all;
        });
        macros.Sample(
            all =>
            {
                var @event = new SchedulerEvent("id", new Moment(Sample.At * 1_000_000_000, 5, Sample.Boot), all);
                EventsApiRequest request = new Page("nagios").Trigger(Sample.Key, Sample.Call(@event), @event);
                byte[] json = JsonSerializer.SerializeToUtf8Bytes(request, EventsApiJson.Compact.EventsApiRequest);
                Assert.Empty(EventRules.Errors((JsonObject)JsonNode.Parse(json)!));
                Assert.InRange(json.Length, 1, Page.MaxBytes);
                Assert.InRange(request.Payload!.Summary.Length, 1, Page.MaxSummary);
            },
            iter: 300);
    }

    private static string SummaryOf(Page page, params (string Name, string Value)[] macros) =>
        page.Trigger(Sample.Key, Sample.Call("k"), Sample.Event("PROBLEM", "CRITICAL", more: macros)).Payload!.Summary;

    private static string Json(EventsApiRequest request) =>
        JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(request, EventsApiJson.Compact.EventsApiRequest))!.ToJsonString(Readable);
}
