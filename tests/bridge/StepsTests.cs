using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What a stock service's page says of its meaning and first step, from the text of steps.toml and a notification alone.</summary>
public sealed class StepsTests
{
    public const string Text =
        """
        [steps.nrpe-redhat]
        meaning = "the NRPE agent of {host} does not answer"
        first = "from the Shinken host: check_nrpe -H {address}"

        [[steps.nrpe-redhat.cases]]
        output = "refused"
        meaning = "{host} rebooted, or its NRPE stopped: NRPE does not start at boot, on purpose"
        first = "ssh {host} uptime. Rebooted: service vz status, then touch /var/run/ringfree-checks-may-start && service nrpe start. Up for days: service nrpe status"

        [[steps.nrpe-redhat.cases]]
        output = "connect"
        meaning = "{host} is out of reach"

        [steps.host]
        meaning = "{host} does not answer to ping"
        first = "ping {address}; ssh {host}"
        """;

    private const string Refused = "connect to address 192.0.2.12 port 5666: Connection refused";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void The_page_of_a_refused_agent_says_that_the_host_rebooted_since_when_and_what_to_do()
    {
        SchedulerEvent refused = Agent(Refused);
        Assert.Equal(
            "node002 / NRPE agent is CRITICAL: node002 rebooted, or its NRPE stopped: NRPE does not start at boot, on purpose "
            + "(connect to address 192.0.2.12 port 5666: Connection refused), since 2026-11-12 03:11 UTC",
            Page.Summary(refused, PageOf().AdviceOn(refused)));
        EventsApiRequest request = PageOf().Trigger(Sample.Key, Sample.Call(refused), refused);
        Snapshot.Match(
            JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(request, EventsApiJson.Compact.EventsApiRequest))!.ToJsonString(Readable), "steps-page");
    }

    [Fact]
    public void A_mail_says_the_same()
    {
        SchedulerEvent refused = Agent(Refused);
        string key = DedupKey.Of(refused);
        Call call = Sample.Call(key);
        EventsApiRequest page = PageOf().Trigger("", call, refused);
        Snapshot.Match($"{MailGrammar.Subject(call, refused, page.Payload!.Summary)}\n\n{MailGrammar.Body(call, refused, page)}", "steps-mail");
    }

    [Fact]
    public void The_plain_mail_to_a_person_does_too()
    {
        var time = new ManualTime();
        using var store = Store.Open(":memory:", time);
        store.Incidents.Ingest([Agent(Refused), Sample.Event("PROBLEM", "WARNING")], Sample.Boot);
        IReadOnlyList<Incident> incidents = store.Incidents.List(withSettled: false);
        Page page = PageOf();
        string body = PlainMail.Body(
            [.. incidents.Select(incident => (incident, page.AdviceOn(store.Table.NotificationOf(incident))))], 3, time.GetUtcNow());
        Snapshot.Match(body, "steps-plain-mail");
    }

    [Theory]
    [InlineData("CHECK_NRPE: Socket timeout after 10 seconds.", "the NRPE agent of node002 does not answer", "from the Shinken host: check_nrpe -H 192.0.2.12")]
    [InlineData("CONNECTION REFUSED", "node002 rebooted, or its NRPE stopped: NRPE does not start at boot, on purpose", null)]
    [InlineData("cannot connect", "node002 is out of reach", "")]
    public void The_first_case_whose_text_occurs_wins_in_any_case_of_letters(string output, string meaning, string? first)
    {
        Advice advice = PageOf().AdviceOn(Agent(output))!;
        Assert.Equal(meaning, advice.Meaning);
        Assert.Equal(first ?? advice.FirstStep, advice.FirstStep);
    }

    [Theory]
    [InlineData("an unknown key")]
    [InlineData("no key")]
    [InlineData("a key of the host")]
    [InlineData("a good state")]
    [InlineData("its own first step")]
    [InlineData("its own first step, as Nagios writes it")]
    public void Nothing_is_added_to(string what)
    {
        (string Name, string Value)[] more = what switch
        {
            "an unknown key" => [("_SERVICESTEP", "nrpe-beos")],
            "no key" => [],
            "a key of the host" => [("_HOSTSTEP", "host")],
            "its own first step" => [("_SERVICESTEP", "nrpe-redhat"), ("LONGSERVICEOUTPUT", "two lines\nfirst: service nrpe status")],
            "its own first step, as Nagios writes it" => [("_SERVICESTEP", "nrpe-redhat"), ("LONGSERVICEOUTPUT", @"two lines\nfirst: service nrpe status")],
            _ => [("_SERVICESTEP", "nrpe-redhat")],
        };
        string state = what == "a good state" ? "OK" : "CRITICAL";
        SchedulerEvent @event = Sample.Event("PROBLEM", state, "node002", "NRPE agent", more: [("SERVICEOUTPUT", "refused"), .. more]);
        Page page = new(what.EndsWith("Nagios writes it", StringComparison.Ordinal) ? "nagios" : "shinken", () => Read(Text));
        EventsApiRequest request = page.Trigger(Sample.Key, Sample.Call(@event), @event);
        Assert.Equal(Page.Summary(@event), request.Payload!.Summary);
        Assert.DoesNotContain("meaning", request.Payload.CustomDetails!.Keys);
        Assert.DoesNotContain("first_step", request.Payload.CustomDetails!.Keys);
    }

    [Fact]
    public void A_host_has_a_key_of_its_own_and_an_unknown_change_no_since()
    {
        SchedulerEvent down = Sample.Event(
            "PROBLEM", "DOWN", "node002", "", more: [("HOSTOUTPUT", "PING CRITICAL - 100% loss"), ("_HOSTSTEP", "host"), ("_SERVICESTEP", "nrpe-redhat")]);
        Advice advice = PageOf().AdviceOn(down)!;
        Assert.Equal("node002 is DOWN: node002 does not answer to ping (PING CRITICAL - 100% loss)", Page.Summary(down, advice));
        Assert.Equal("ping {address}; ssh node002", advice.FirstStep);
    }

    [Fact]
    public void The_plugin_s_line_is_cut_and_never_the_meaning_or_since_when()
    {
        SchedulerEvent loud = Agent(new string('x', 5_000));
        string summary = Page.Summary(loud, PageOf().AdviceOn(loud));
        Assert.Equal(Page.MaxSummary, summary.Length);
        Assert.StartsWith("node002 / NRPE agent is CRITICAL: the NRPE agent of node002 does not answer (xxx", summary, StringComparison.Ordinal);
        Assert.EndsWith("xxx…), since 2026-11-12 03:11 UTC", summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node002; rm -rf /", "192.0.2.12", "node002; rm -rf / is out of reach", "ping 192.0.2.12; ssh {host}")]
    [InlineData("$(reboot)", "`reboot`", "$(reboot) is out of reach", "ping {address}; ssh {host}")]
    [InlineData("-oProxyCommand=x", "2001:db8::1", "-oProxyCommand=x is out of reach", "ping 2001:db8::1; ssh {host}")]
    [InlineData("{address}", "192.0.2.12", "{address} is out of reach", "ping 192.0.2.12; ssh {host}")]
    [InlineData("a\nb\u001b[2J", "", "a b is out of reach", "ping {address}; ssh {host}")]
    public void What_could_run_in_a_shell_is_not_filled_into_a_command(string host, string address, string meaning, string first)
    {
        Steps steps = Read("[steps.x]\nmeaning = \"{host} is out of reach\"\nfirst = \"ping {address}; ssh {host}\"\n");
        SchedulerEvent @event = Sample.Event("PROBLEM", "CRITICAL", host, more: [("_SERVICESTEP", "x"), ("HOSTADDRESS", address)]);
        Assert.Equal(new Advice(meaning, first), steps.For(@event, ""));
    }

    [Theory]
    [InlineData("[steps.x]\nfirst = \"a\"\n", "steps.toml:1: steps.x.meaning: is missing; it must be given")]
    [InlineData("[steps.x]\nmeaning = \"\"\n", "steps.toml:2: steps.x.meaning: given 0 characters; accepted: 1 to 1000 characters in one line, no control characters")]
    [InlineData("[steps.x]\nmeaning = \"a\\nb\"\n", "steps.toml:2: steps.x.meaning: given 3 characters; accepted: 1 to 1000 characters in one line, no control characters")]
    [InlineData("[steps.x]\nmeaning = \"a\"\nfirts = \"b\"\n", "steps.toml:3: steps.x.firts: unknown key; did you mean first? accepted: meaning, first, cases")]
    [InlineData("[[steps.x.cases]]\nmeaning = \"a\"\n", "steps.toml:1: steps.x.cases[1].output: is missing; it must be given")]
    [InlineData("[step.x]\nmeaning = \"a\"\n", "steps.toml:1: step: unknown key; did you mean steps? accepted: steps")]
    public void What_is_wrong_is_named_and_nothing_is_used(string text, string complaint)
    {
        var problems = new Problems();
        Assert.Same(Steps.None, Steps.Parse(text, "steps.toml", problems));
        Assert.Contains(complaint, problems.ToString().Split('\n'));
    }

    [Fact]
    public void Whatever_macros_and_texts_hold_the_page_is_one_that_PagerDuty_takes() =>
        Gen.Select(Gen.String[0, 1_200], Gen.String[1, 999], Gen.String[0, 60], Gen.Const("PROBLEM")).Sample(
            (output, meaning, address, type) =>
            {
                string clean = string.Concat(meaning.Where(character => !char.IsControl(character) && !char.IsSurrogate(character)).Append('m'));
                Steps steps = Read($"[steps.x]\nmeaning = {JsonSerializer.Serialize(clean)}\nfirst = \"ssh {{address}}\"\n");
                SchedulerEvent @event = Sample.Event(
                    type, "CRITICAL", changedAt: Sample.At - 5, more: [("_SERVICESTEP", "x"), ("HOSTADDRESS", address), ("SERVICEOUTPUT", output)]);
                EventsApiRequest request = new Page("shinken", () => steps).Trigger(Sample.Key, Sample.Call(@event), @event);
                byte[] json = JsonSerializer.SerializeToUtf8Bytes(request, EventsApiJson.Compact.EventsApiRequest);
                Assert.Empty(EventRules.Errors((JsonObject)JsonNode.Parse(json)!));
                Assert.InRange(request.Payload!.Summary.Length, 1, Page.MaxSummary);
                Assert.DoesNotContain(request.Payload.Summary, char.IsControl);
            },
            iter: 500);

    private static SchedulerEvent Agent(string output) => Sample.Event(
        "PROBLEM",
        "CRITICAL",
        "node002",
        "NRPE agent",
        changedAt: Sample.At - 60,
        more: [("SERVICEOUTPUT", output), ("HOSTADDRESS", "192.0.2.12"), ("_SERVICESTEP", "nrpe-redhat")]);

    private static Page PageOf() => new("shinken", () => Read(Text));

    private static Steps Read(string text)
    {
        var problems = new Problems();
        Steps steps = Steps.Parse(text, "steps.toml", problems);
        Assert.Equal("", problems.ToString());
        return steps;
    }
}
