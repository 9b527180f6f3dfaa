using System.Text;
using CsCheck;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class MappingTests
{
    [Fact]
    public void Every_notification_type_has_its_row()
    {
        string[] types =
        [
            "PROBLEM", "RECOVERY", "ACKNOWLEDGEMENT", "FLAPPINGSTART", "FLAPPINGSTOP", "FLAPPINGDISABLED",
            "DOWNTIMESTART", "DOWNTIMEEND", "DOWNTIMECANCELLED", "CUSTOM", "SOMETHING NEW",
        ];
        string[] states = ["OK", "WARNING", "CRITICAL", "UNKNOWN", "UP", "DOWN", "UNREACHABLE", ""];
        var table = new StringBuilder();
        foreach (string type in types)
        {
            foreach (string state in states)
            {
                string service = state is "UP" or "DOWN" or "UNREACHABLE" ? "" : "Disk";
                SchedulerEvent @event = Sample.Event(type, state, service: service);
                string meaning = Meaning.Of(@event.Type, @event.IsBad)?.ToString().ToLowerInvariant() ?? "recorded only";
                table.Append($"{type,-18} {(service.Length > 0 ? "service" : "host"),-8} {(state.Length > 0 ? state : "(none)"),-12} {meaning}\n");
            }
        }

        Snapshot.Match(table.ToString(), "mapping");
    }

    [Fact]
    public void Every_notification_type_has_its_calls()
    {
        var page = new Page("shinken");
        var lines = new StringBuilder();
        foreach (string type in (string[])["PROBLEM", "RECOVERY", "ACKNOWLEDGEMENT", "CUSTOM", "FLAPPINGSTART", "FLAPPINGSTOP", "FLAPPINGDISABLED", "DOWNTIMESTART", "DOWNTIMEEND", "DOWNTIMECANCELLED", "SOMETHING NEW"])
        {
            foreach ((string service, string state) in new[] { ("Disk", "CRITICAL"), ("Disk", "OK"), ("", "DOWN"), ("", "UP") })
            {
                // What PagerDuty is told when it knows of the problem already.
                using Store store = Store.Open(":memory:", new ManualTime());
                string bad = service.Length > 0 ? "CRITICAL" : "DOWN";
                string output = service.Length > 0 ? "SERVICEOUTPUT" : "HOSTOUTPUT";
                store.Incidents.Ingest([Sample.Event("PROBLEM", bad, "web1", service)], Sample.Boot);
                string key = store.Table.Due(1)[0];
                Call first = store.Next(key)!;
                store.Begin(first);
                store.Accept(first);
                store.Incidents.Ingest([Sample.Event(type, state, "web1", service, spooledAt: Sample.At + 60, more: (output, "what the plugin said"))], Sample.Boot);
                string call = store.Next(key) is not { } next ? "(no call)" : Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                    next.Action == CallAction.Trigger ? page.Trigger(Sample.Key, next, store.NotificationOf(key)) : Page.Close(Sample.Key, next.Verb, key),
                    EventsApiJson.Compact.EventsApiRequest));
                lines.Append($"{type} of a {(service.Length > 0 ? "service" : "host")} that is {state}:\n{call}\n");
            }
        }

        Snapshot.Match(lines.ToString(), "mapping-calls");
    }

    [Fact]
    public void Every_http_status_is_classified()
    {
        string Row(int status) => Answer.Judge(status, "success") switch
        {
            Verdict.Delivered => "delivered",
            Verdict.RetryCouldHelp => "retry",
            _ => "refused",
        };

        var table = new StringBuilder();
        for (var first = 200; first < 600;)
        {
            int last = first;
            while (last < 599 && Row(last + 1) == Row(first))
            {
                last++;
            }

            table.Append($"{first}-{last} {Row(first)}\n");
            first = last + 1;
        }

        Assert.Equal(
            """
            200-201 retry
            202-202 delivered
            203-399 retry
            400-400 refused
            401-599 retry

            """,
            table.ToString());
    }

    [Theory]
    [InlineData("web1", "", "host=web1")]
    [InlineData("web1", "HAProxy proxies", "host=web1;service=HAProxy proxies")]
    [InlineData("web1;service=x", "", "host=web1%3Bservice%3Dx")]
    [InlineData("100%", "Réseau", "host=100%25;service=R%C3%A9seau")]
    public void A_dedup_key_names_host_and_service(string host, string service, string expected) =>
        Assert.Equal(expected, DedupKey.Of(Encoding.UTF8.GetBytes(host), Encoding.UTF8.GetBytes(service)));

    [Fact]
    public void Dedup_keys_are_short_plain_and_different_for_different_incidents() =>
        Gen.Select(Gen.Byte.Array[1, 200], Gen.Byte.Array[0, 200], Gen.Byte.Array[1, 200], Gen.Byte.Array[0, 200]).Sample(
            (host, service, otherHost, otherService) =>
            {
                string key = DedupKey.Of(host, service);
                Assert.InRange(key.Length, 6, DedupKey.MaxLength);
                Assert.All(key, character => Assert.InRange(character, ' ', '~'));
                bool isSame = host.SequenceEqual(otherHost) && service.SequenceEqual(otherService);
                Assert.Equal(isSame, key == DedupKey.Of(otherHost, otherService));
                Assert.NotEqual(key, DedupKey.Of([.. host, (byte)'x'], service));
            },
            iter: 2_000);
}
