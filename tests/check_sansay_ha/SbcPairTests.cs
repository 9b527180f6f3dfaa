using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using FreePorts = Ringfree.Monitoring.Tests.Support.Ports;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>The published program against the double, over TLS, with its device faults.</summary>
public sealed partial class SbcPairTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly SbcPair pair = new();

    public void Dispose()
    {
        pair.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("auto", "GET /SSConfig/webresources/stats/realtime?format=xml, GET /SSConfig/webresources/system/realtime")]
    [InlineData("rest", "GET /SSConfig/webresources/stats/realtime?format=xml, GET /SSConfig/webresources/system/realtime")]
    [InlineData("soap", "POST realTimeStatsParams, POST SystemStatsParams")]
    public void A_healthy_pair_is_read_by_either_api(string api, string requests)
    {
        ProcessResult result = Check("--api", api, "-vv");
        Assert.Equal("0 sbc-a active, sbc-b standby, 0 sessions (0 % of the licence); no earlier state of sbc-a and sbc-b, baseline recorded", Headline(result));
        Assert.Contains($"trace: sbc-a (ADDRESS, {(api == "soap" ? "soap" : "rest")}, up 12d 3h): cluster_active_session=0", Ports().Replace(result.Output, "ADDRESS"), StringComparison.Ordinal);
        Assert.Equal(requests, string.Join(", ", pair.A.Requests));
        Assert.Equal(requests, string.Join(", ", pair.B.Requests));
        DemandNoWrites();
    }

    [Fact]
    public void An_older_release_leads_from_rest_to_soap()
    {
        pair.A.HasRest = false;
        pair.B.HasRest = false;
        pair.B.SpeaksMtom = true;
        pair.B.IsNewer = true;
        Assert.StartsWith("0 sbc-a active, sbc-b standby", Headline(Check()), StringComparison.Ordinal);
        Assert.Equal("GET /SSConfig/webresources/stats/realtime?format=xml, POST realTimeStatsParams, POST SystemStatsParams", string.Join(", ", pair.A.Requests));
        DemandNoWrites();
    }

    [Fact]
    public void A_device_without_any_api_is_unknown()
    {
        pair.B.HasRest = false;
        pair.B.HasSoap = false;
        Assert.Equal("3 sbc-b has neither REST nor SOAP at their usual paths (HTTP 404 to both): is this the management address and port of an SBC?; sbc-a active", Headline(Check()));
    }

    [Fact]
    public void A_switch_over_in_the_middle_of_a_reading_is_no_split()
    {
        Check();
        pair.SwitchOverInTheMiddleOfTheNextReading();
        ProcessResult result = Check();
        Assert.StartsWith("2 switch-over: sbc-b is active now and sbc-a standby; before, sbc-a was active", Headline(result), StringComparison.Ordinal);
        Assert.Contains("note: read twice: at first sbc-a active, sbc-b active\n", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("2 switch-over", Headline(Check()), StringComparison.Ordinal);
        Assert.StartsWith("0 sbc-a standby, sbc-b active", Headline(Check("--acknowledge")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_that_stays_is_critical()
    {
        pair.B.Become("active");
        Assert.Equal("2 split: sbc-a and sbc-b are both active, so that calls land on either", Headline(Check()));
    }

    [Fact]
    public void One_box_behind_both_addresses_is_unmasked()
    {
        ProcessResult result = Run("127.0.0.1:" + pair.A.Address.Split(':')[1], "localhost:" + pair.A.Address.Split(':')[1], pair.A.Pin, pair.A.Pin);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("are answered by one and the same box", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CutConnection", 1, "redundancy is lost: sbc-b is unreachable: The response ended prematurely")]
    [InlineData("Status400", 3, "sbc-b still answers HTTP 400 after 3 tries")]
    [InlineData("Status403", 3, "sbc-b does not let the user of ")]
    [InlineData("Status429", 3, "sbc-b still answers HTTP 429 after 3 tries")]
    [InlineData("Status503", 3, "sbc-b still answers HTTP 503 after 3 tries")]
    [InlineData("Redirect", 3, "sbc-b answers with a redirect (HTTP 302)")]
    [InlineData("EmptyBody", 3, "sbc-b answers with an empty body")]
    [InlineData("LoginPage", 3, "sbc-b answers with a web page ('Sansay Login')")]
    [InlineData("TruncatedXml", 3, "sbc-b answers with XML that is cut after ")]
    [InlineData("Json", 3, "sbc-b answers with JSON although XML was asked for")]
    [InlineData("RecursionText", 3, "sbc-b answers 'Max recursion depth reached' in place of its tables")]
    [InlineData("DoctypeWithEntity", 3, "sbc-b answers with a document type declaration, which is refused")]
    [InlineData("NoTable", 3, "sbc-b answers without the table system_stat")]
    [InlineData("NoState", 3, "sbc-b answers without ha_current_state")]
    [InlineData("EndlessBody", 3, "sbc-b answers without end: the answer has more than 4194304 bytes")]
    [InlineData("DeepXml", 3, "sbc-b answers with XML of more than 64 elements inside each other; sbc-a active")]
    [InlineData("WideXml", 3, "sbc-b answers with XML of more than 64 attributes in one element; sbc-a active")]
    [InlineData("ManyFields", 3, "sbc-b answers with more than 1000 fields in one row of system_stat; sbc-a active")]
    [InlineData("ManyNames", 3, "sbc-b answers with XML of more than 1000 names of elements and attributes; sbc-a active")]
    [InlineData("ManySections", 3, "sbc-b answers without the table system_stat; sbc-a active")]
    [InlineData("DeepXml", 3, "sbc-b answers with XML of more than 64 elements inside each other; sbc-a active", "soap")]
    [InlineData("ManySections", 3, "sbc-b answers without the table system_stat; sbc-a active", "soap")]
    [InlineData("SoapFault", 3, "sbc-b answers with a SOAP fault: 'java.lang.NullPointerException'", "soap")]
    [InlineData("ReturnCode300", 3, "sbc-b answers with an error: retCode 300 inside HTTP 200", "soap")]
    [InlineData("ReturnCode400", 3, "sbc-b answers with a failure: retCode 400 inside HTTP 200", "soap")]
    [InlineData("ReturnCode402", 3, "sbc-b answers that the operation is invalid: retCode 402 inside HTTP 200", "soap")]
    [InlineData("ReturnCode999", 3, "sbc-b answers with the unknown retCode '999' inside HTTP 200", "soap")]
    [InlineData("EmptyXmlFile", 3, "sbc-b answers with retCode 200 and an empty xmlfile", "soap")]
    [InlineData("TruncatedXml", 3, "sbc-b answers with XML that is cut after ", "soap")]
    public void A_fault_has_its_own_sentence_and_is_never_ok(string fault, int code, string sentence, string api = "rest")
    {
        pair.B.Misbehave(Enum.Parse<SbcFault>(fault));
        ProcessResult result = Check("--api", api);
        Assert.StartsWith($"{code} {sentence}", Headline(result), StringComparison.Ordinal);
        Assert.DoesNotContain("root:", result.Output, StringComparison.Ordinal);
        DemandNoWrites();
    }

    [Theory]
    [InlineData("Status400", 2)]
    [InlineData("Status429", 1)]
    [InlineData("Status503", 2)]
    public void A_stumble_is_tried_again(string fault, int times)
    {
        pair.B.Misbehave(Enum.Parse<SbcFault>(fault), times);
        Assert.StartsWith("0 sbc-a active, sbc-b standby", Headline(Check()), StringComparison.Ordinal);
        Assert.Equal(times + 2, pair.B.Requests.Count);
    }

    [Fact]
    public void A_silent_node_does_not_silence_the_other()
    {
        pair.B.Misbehave(SbcFault.SilentAfterHandshake);
        ProcessResult result = Check();
        Assert.Matches("^1 redundancy is lost: sbc-b is unreachable: no complete answer( after 10(\\.[0-9])? s)? from ADDRESS; sbc-a is active alone$", Ports().Replace(Headline(result), "ADDRESS"));
        Assert.InRange(result.Elapsed.TotalSeconds, 9, 20);
    }

    [Fact]
    public void A_pair_that_is_silent_as_a_whole_is_critical_before_the_deadline()
    {
        pair.A.Misbehave(SbcFault.Silent);
        pair.B.Misbehave(SbcFault.Silent);
        ProcessResult result = Check();
        Assert.StartsWith("2 neither node can be reached: sbc-a is unreachable: no complete answer", Headline(result), StringComparison.Ordinal);
        Assert.InRange(result.Elapsed.TotalSeconds, 9, 20);
    }

    [Fact]
    public void A_dead_node_loses_the_redundancy()
    {
        pair.B.Stop();
        Assert.Equal($"1 redundancy is lost: sbc-b is unreachable: nothing listens on {pair.B.Address}; sbc-a is active alone", Headline(Check()));
        Assert.StartsWith("2 redundancy is lost", Headline(Check("--severity", "one-unreachable=critical")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_of_tls_1_0_is_not_readable_and_not_unreachable()
    {
        const string OpenSsl = "/usr/bin/openssl";
        Needs.File(OpenSsl, "openssl");
        (string key, string certificate, int port) = (folder.PathOf("old.key"), folder.PathOf("old.pem"), FreePorts.Free());
        string[] request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=old"];
        Assert.Equal(0, ProcessRun.Run(OpenSsl, request).ExitCode);
        using Process server = ProcessRun.Start(
            OpenSsl,
            ["s_server", "-accept", $"127.0.0.1:{port}", "-key", key, "-cert", certificate, "-tls1", "-cipher", "ALL:@SECLEVEL=0", "-www"]);
        try
        {
            WaitUntilListening(port);
            ProcessResult result = Run(pair.A.Address, $"127.0.0.1:{port}", pair.A.Pin, pair.B.Pin);
            Assert.Matches(
                "^3 sbc-b answers and agrees on no TLS with this check, which speaks 1\\.2 and 1\\.3 \\(.+\\): an old release may speak "
                    + "1\\.0 only; sbc-a active$",
                Headline(result));
            Assert.Contains($"the pair: openssl s_client -connect 127.0.0.1:{port} -tls1 ", result.Output, StringComparison.Ordinal);

            string fingerprint = ProcessRun.Run(OpenSsl, ["x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"]).Output;
            ProcessResult read = Run(pair.A.Address, $"127.0.0.1:{port}", pair.A.Pin, fingerprint.Trim().Split('=')[1], "--old-tls");
            Assert.StartsWith("3 sbc-b answers with a web page instead of statistics", Headline(read), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public void A_certificate_is_believed_by_pin_or_authority_only()
    {
        string authority = folder.Write("ca.pem", pair.A.Certificate.ExportCertificatePem() + "\n" + pair.B.Certificate.ExportCertificatePem() + "\n");
        Assert.StartsWith("0 ", Headline(Bare("--ca", authority)), StringComparison.Ordinal);
        Assert.StartsWith("3 sbc-a shows a certificate that is not believed: ", Headline(Bare()), StringComparison.Ordinal);
        Assert.Contains(
            $"sbc-b shows a certificate that is not believed: the server's certificate has the SHA-256 fingerprint {pair.B.Pin}, but {pair.A.Pin} is pinned",
            Bare("--pin", pair.A.Pin).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_credentials_are_told_apart_by_api()
    {
        string wrong = folder.Write("wrong", $"{SbcNode.User}:guess\n");
        Assert.Equal($"3 sbc-a refuses the user and password of {wrong} (HTTP 401)", Headline(Check("--credentials", wrong)));
        Assert.StartsWith("3 sbc-a refuses the user: retCode 401 inside HTTP 200: 'user not authorized'", Headline(Check("--credentials", wrong, "--api", "soap")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_credentials_file_that_others_may_read_is_not_used()
    {
        string open = folder.Write("open", $"{SbcNode.User}:{SbcNode.Password}\n", UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        ProcessResult result = Check("--credentials", open);
        Assert.StartsWith($"3 sbc-a and sbc-b were not asked: the credentials file '{open}' is owned by ", Headline(result), StringComparison.Ordinal);
        Assert.Empty(pair.A.Requests);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("soap")]
    public void The_secret_is_in_no_output_no_recording_and_no_memory(string api)
    {
        ProcessResult result = Check("-vvv", "--api", api, "--record", folder.PathOf("recording"));
        Assert.Equal(0, result.ExitCode);
        string[] files = [.. Directory.GetFiles(folder.PathOf("recording"), "*", SearchOption.AllDirectories), .. Directory.GetFiles(folder.PathOf("state"))];
        Assert.InRange(files.Length, 10, 100);
        string everything = result.Output + result.Error + string.Concat(files.Select(File.ReadAllText));
        foreach (string form in new[] { "s3cret", "s3cret &amp;", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{SbcNode.User}:{SbcNode.Password}")) })
        {
            Assert.DoesNotContain(form, everything, StringComparison.Ordinal);
        }

        pair.Dispose();
        ProcessResult replayed = ProcessRun.Run(Repository.Program("check_sansay_ha"), ["--replay", folder.PathOf("recording")]);
        Assert.Equal((result.ExitCode, result.Output), (replayed.ExitCode, replayed.Output));
    }

    private ProcessResult Check(params string[] arguments) => Run(pair.A.Address, pair.B.Address, pair.A.Pin, pair.B.Pin, arguments);

    /// <summary>Without pins.</summary>
    private ProcessResult Bare(params string[] arguments) => ProcessRun.Run(
        Repository.Program("check_sansay_ha"),
        ["--node", $"sbc-a={pair.A.Address}", "--node", $"sbc-b={pair.B.Address}", "--credentials", Credentials(), "--state-dir", folder.PathOf("state"), .. arguments]);

    private ProcessResult Run(string a, string b, string pinA, string pinB, params string[] arguments) => ProcessRun.Run(
        Repository.Program("check_sansay_ha"),
        [
            "--node", $"sbc-a={a}", "--node", $"sbc-b={b}", "--pin", $"sbc-a={pinA}", "--pin", $"sbc-b={pinB}",
            "--credentials", Credentials(), "--state-dir", folder.PathOf("state"), .. arguments,
        ]);

    private static void WaitUntilListening(int port)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using TcpClient client = new("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (clock.Elapsed < TimeSpan.FromMinutes(1))
            {
                Task.Delay(50).Wait();
            }
        }
    }

    private string Credentials() => folder.Write("credentials", $"{SbcNode.User}:{SbcNode.Password}\n");

    private void DemandNoWrites()
    {
        Assert.NotEmpty(pair.A.Requests);
        Assert.Empty(pair.A.Writes);
        Assert.Empty(pair.B.Writes);
    }

    private static string Headline(ProcessResult result) =>
        $"{result.ExitCode} {result.Output.Split('\n')[0].Split(" - ", 2)[1].Split(" | ")[0].Split("; also ")[0]}";

    [GeneratedRegex("127\\.0\\.0\\.1:[0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ports();
}
