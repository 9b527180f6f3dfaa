using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>The whole program's output and exit code, once for each state that a pair can be in.</summary>
public sealed class SansayStatesTests : IDisposable
{
    private static readonly Dictionary<string, Action<LaidOutPair>> Pairs = new()
    {
        ["active-standby"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "standby", "boot").Uptime("sbc-a", "12 days 3 hours").Uptime("sbc-b", "40 days"),
        ["words-in-capitals"] = pair => pair.Rest("sbc-a", " Active ", "Standby").Rest("sbc-b", "STANDBY", ""),
        ["split"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "active", "standby", "sum_attempt_session=5"),
        ["one-box"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "active", "standby"),
        ["both-standby"] = pair => pair.Rest("sbc-a", "standby", "active").Rest("sbc-b", "standby", "boot", "sum_attempt_session=5"),
        ["standby-boot"] = pair => pair.Rest("sbc-a", "standby", "active").Rest("sbc-b", "boot", ""),
        ["active-boot"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "boot", ""),
        ["active-oos"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "oos", "standby"),
        ["standby-oos"] = pair => pair.Rest("sbc-a", "standby", "active").Rest("sbc-b", "oos", "active"),
        ["active-standalone"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "standalone", ""),
        ["unknown-word"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "mirroring | 2", "standby"),
        ["active-refused"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", Answer.Without(Outcome.Refused, "Connection refused")),
        ["active-silent"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", Answer.Without(Outcome.Silent, "no complete answer after 10 s")),
        ["active-no-route"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", Answer.Without(Outcome.Failed, "No route to host")),
        ["active-unresolved"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", Answer.Without(Outcome.Unresolved, "Name or service not known")),
        ["standby-refused"] = pair => pair.Rest("sbc-a", Answer.Without(Outcome.Refused, "Connection refused")).Rest("sbc-b", "standby", "boot"),
        ["oos-refused"] = pair => pair.Rest("sbc-a", Answer.Without(Outcome.Refused, "Connection refused")).Rest("sbc-b", "oos", "boot"),
        ["both-refused"] = pair => pair.Rest("sbc-a", Answer.Without(Outcome.Refused, "")).Rest("sbc-b", Answer.Without(Outcome.Silent, "no complete answer after 10 s")),
        ["credentials-refused"] = pair => pair.Rest("sbc-a", "", 401).Rest("sbc-b", "", 401),
        ["credentials-refused-by-one"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "", 401),
        ["credentials-file-open-to-others"] = pair => pair.Rest("sbc-a", Answer.Without(Outcome.Denied, "the credentials file '/x' is owned by root with mode 644")).Rest("sbc-b", Answer.Without(Outcome.Denied, "the credentials file '/x' is owned by root with mode 644")),
        ["oos-and-not-readable"] = pair => pair.Rest("sbc-a", "", 403).Rest("sbc-b", "oos", "active"),
        ["refused-and-not-readable"] = pair => pair.Rest("sbc-a", "", 403).Rest("sbc-b", Answer.Without(Outcome.Refused, "")),
        ["certificate-of-another"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", Answer.Without(Outcome.Failed, "the server's certificate has the SHA-256 fingerprint 00AA, but 11BB is pinned")),
        ["tls-of-old"] = pair => pair.Rest("sbc-a", "active", "standby").Rest(
            "sbc-b", Answer.Without(Outcome.Failed, "error:0A000410:SSL routines::sslv3 alert handshake failure")),
        ["tls-of-old-on-both"] = pair => pair
            .Rest("sbc-a", Answer.Without(Outcome.Failed, "error:0A000102:SSL routines::unsupported protocol"))
            .Rest("sbc-b", Answer.Without(Outcome.Failed, "error:0A00042E:SSL routines::tlsv1 alert protocol version")),
        ["without-tls"] = pair => pair.Rest("sbc-a", "active", "standby").Rest(
            "sbc-b", Answer.Without(Outcome.Failed, "error:0A00010B:SSL routines::wrong version number")),
        ["collisions"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "", 400),
        ["too-many-requests"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "", 429),
        ["server-error"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "", 503),
        ["redirect"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "", 302),
        ["odd-status"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "", 204),
        ["neither-api"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", "", 404),
        ["empty-body"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", " \r\n"),
        ["login-page"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", SbcDocument.LoginPage),
        ["json"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "{\"mysqldump\": {}}"),
        ["plain-text"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "Max recursion depth reached"),
        ["recursion-text"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "<mysqldump><database>Max recursion depth reached</database></mysqldump>"),
        ["truncated"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", SbcDocument.Statistics("standby", "boot")[..700]),
        ["broken-xml"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "<mysqldump><database></table></mysqldump>"),
        ["doctype"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "<!DOCTYPE m [<!ENTITY a \"b\">]><mysqldump>&a;</mysqldump>"),
        ["no-table"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "<mysqldump><database><table name=\"other\"/></database></mysqldump>"),
        ["no-state"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "standby", "boot", "ha_current_state"),
        ["empty-state"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "", "boot"),
        ["newer-tables"] = pair => pair.Rest("sbc-a", SbcDocument.Statistics(SbcDocument.Row("active", "standby"), newer: true)).Rest("sbc-b", SbcDocument.Statistics(SbcDocument.Row("standby", "boot"), newer: true)),
        ["too-long"] = pair => pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", Answer.Without(Outcome.TooLong, "the answer has more than 4194304 bytes")),
        ["soap"] = pair => pair.Soap("sbc-a", Realtime(SbcDocument.Statistics("active", "standby"))).Soap("sbc-b", Realtime(SbcDocument.Statistics("standby", "boot"))),
        ["soap-mtom"] = pair => pair.Soap("sbc-a", SbcDocument.Multipart(Realtime(SbcDocument.Statistics("active", "standby")))).Soap("sbc-b", SbcDocument.Multipart(
            "<Envelope><Body><realTimeStatsResult><retCode>200</retCode><xmlfile><xop:Include xmlns:xop=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:file%40sansay\"/></xmlfile></realTimeStatsResult></Body></Envelope>",
            SbcDocument.Statistics("standby", "boot"))),
        ["soap-mtom-cut"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", SbcDocument.Multipart(Realtime(SbcDocument.Statistics("standby", "boot")))[..300]),
        ["soap-mtom-part-missing"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", SbcDocument.Multipart(
            "<Envelope><Body><realTimeStatsResult><retCode>200</retCode><xmlfile><Include href=\"cid:gone\"/></xmlfile></realTimeStatsResult></Body></Envelope>")),
        ["soap-unauthorized"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", Refusal("401", "user not authorized")),
        ["soap-finished-with-error"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", Refusal("300", "finished with error")),
        ["soap-failed"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", Refusal("400", "failed")),
        ["soap-invalid-operation"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", Refusal("402", "")),
        ["soap-unknown-code"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", Refusal("-7", "what")),
        ["soap-no-code"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", "<Envelope><Body><realTimeStatsResult><xmlfile>x</xmlfile></realTimeStatsResult></Body></Envelope>"),
        ["soap-fault"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", SbcDocument.Fault("java.lang.NullPointerException"), 500),
        ["soap-fault-inside-200"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", SbcDocument.Fault("no such operation")),
        ["soap-empty-file"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", SbcDocument.Envelope("realTimeStatsResult", "200", "ok", "")),
        ["soap-truncated-file"] = pair => pair.Rest("sbc-a", "active", "standby").Soap("sbc-b", Realtime(SbcDocument.Statistics("standby", "boot")[..400])),
        ["busy"] = pair => pair.Rest("sbc-a", "active", "standby", "sum_active_session=16000", "current_cps=9100", "cpu_idle_percent=15").Rest("sbc-b", "standby", "boot", "cpu_idle_percent=97"),
        ["standby-cpu"] = pair => pair.Rest("sbc-a", "active", "standby", "sum_active_session=120").Rest("sbc-b", "standby", "boot", "cpu_idle_percent=4"),
        ["licence-without-limits"] = pair => pair.Rest("sbc-a", "active", "standby", "max_session_allowed=-1", "max_cps_allowed", "cpu_idle_percent").Rest("sbc-b", "standby", "boot", "cpu_idle_percent=much"),
    };

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void There_are_states() => Assert.InRange(Pairs.Count, 50, 500);

    [Fact]
    public void Every_state_gives_its_report() => Snapshot.MatchAll(
        Pairs.Select(state =>
        {
            LaidOutPair pair = new();
            state.Value(pair);
            (string output, int code) = pair.Run("--state-dir", folder.PathOf(state.Key), "-v");
            return (state.Key, $"exit {code}\n{output}");
        }),
        "states");

    [Theory]
    [InlineData("active-refused", "--severity one-unreachable=critical", 2)]
    [InlineData("both-refused", "--severity both-unreachable=unknown", 3)]
    [InlineData("active-standalone", "--severity standalone=ok", 0)]
    [InlineData("active-standby", "--expect sbc-a=active --expect sbc-b=standby", 0)]
    [InlineData("active-standby", "--expect sbc-b=active", 2)]
    [InlineData("active-standby", "--expect sbc-b=active --severity unexpected=warning", 1)]
    [InlineData("active-standby", "-w cpu_idle=99: --no-memory", 1)]
    [InlineData("licence-without-limits", "-w cpu_idle=20:", 3)]
    [InlineData("active-standby", "-c nodes_reachable=3:", 2)]
    [InlineData("busy", "--only ha", 0)]
    [InlineData("busy", "--only load --no-memory", 2)]
    [InlineData("busy", "--only load", 1)]
    [InlineData("both-refused", "--only load", 3)]
    public void An_operator_says_how_grave_it_is(string name, string arguments, int code)
    {
        LaidOutPair pair = new();
        Pairs[name](pair);
        Assert.Equal(code, pair.Run(["--state-dir", folder.PathOf("state"), .. arguments.Split(' ')]).ExitCode);
    }

    [Theory]
    [InlineData("both-refused", "0 load not judged: no node that carries calls was read (sbc-a unreachable, sbc-b unreachable): see Sansay pair ha")]
    [InlineData("both-standby", "0 load not judged: no node that carries calls was read (sbc-a standby, sbc-b standby): see Sansay pair ha")]
    [InlineData("standby-refused", "0 load not judged: no node that carries calls was read (sbc-a unreachable, sbc-b standby): see Sansay pair ha")]
    [InlineData("active-refused", "0 0 sessions (0 % of the licence)")]
    public void The_load_beside_the_service_of_the_pair(string name, string expected)
    {
        LaidOutPair pair = new();
        Pairs[name](pair);
        (string output, int code) = pair.Run("--state-dir", folder.PathOf("state"), "--only", "load", "--judged-by", "ha=Sansay pair ha");
        Assert.Equal(expected, $"{code} {output.Split('\n')[0].Split(" - ", 2)[1].Split(" | ")[0]}");
    }

    [Fact]
    public void A_numeric_field_without_documented_meaning_is_judged_by_option_only()
    {
        LaidOutPair pair = new LaidOutPair().Rest("sbc-a", "active", "standby", "ha_remote_status=2").Rest("sbc-b", "standby", "boot", "switch_over_flag=1");
        Assert.Equal(0, pair.Run("--no-memory", "--state-dir", folder.PathOf("state")).ExitCode);
        (string output, int code) = pair.Run("--no-memory", "--state-dir", folder.PathOf("state"), "--severity", "flags=warning");
        Assert.Equal(1, code);
        Assert.StartsWith("SANSAY_HA WARNING - ha_remote_status of sbc-a is 2; healthy pairs show 0; also ", output, StringComparison.Ordinal);
    }

    private static string Realtime(string document) => SbcDocument.Envelope("realTimeStatsResult", "200", "ok", document);

    private static string Refusal(string code, string message) => SbcDocument.Envelope("realTimeStatsResult", code, message, null);
}
