using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>What a real HAProxy counts between two runs, and who set its servers aside.</summary>
public sealed class RealTrafficTests : IDisposable
{
    private const string Package = "haproxy";
    private readonly TestFolder folder = new();
    private readonly int web = Ports.Free();
    private readonly int front = Ports.Free();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Errors_between_two_runs_are_told_and_stay_raised()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using RealHaproxy haproxy = new($"""
            listen web
              bind 127.0.0.1:{web}
              http-request return status 500 if {Brace("path_end fail")}
              http-request return status 200
            frontend front
              bind 127.0.0.1:{front}
              use_backend dead if {Brace("path /dead")}
              use_backend few if {Brace("path /few/fail")}
              use_backend half if {Brace("path_beg /half/")}
              default_backend pbx
            backend pbx
              server pbx1 127.0.0.1:{web}
            backend few
              server few1 127.0.0.1:{web}
            backend half
              server half1 127.0.0.1:{web}
            backend dead
              retries 1
              server dead1 127.0.0.1:9
            backend flapping
              server flap1 127.0.0.1:{web} check inter 50ms rise 1 fall 10
            """);
        ProcessResult first = Check(haproxy);
        Assert.Equal(0, first.ExitCode);
        Assert.Contains($"note: first look at {haproxy.Socket}: rates, flapping and restarts are judged from the next run on\n", first.Output, StringComparison.Ordinal);
        Task interval = Task.Delay(TimeSpan.FromSeconds(11));
        using HttpClient client = new();
        for (int request = 0; request < 100; request++)
        {
            using HttpResponseMessage failed = await client.GetAsync(new Uri($"http://127.0.0.1:{front}/fail"));
        }

        string[] paths = [.. Enumerable.Repeat("few/fail", 5), .. Enumerable.Repeat("half/fail", 3), .. Enumerable.Repeat("half/", 3)];
        foreach (string path in paths)
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:{front}/{path}"));
            Assert.Equal(path.EndsWith("fail", StringComparison.Ordinal) ? 500 : 200, (int)answer.StatusCode);
        }

        // HAProxy waits for a second before it tries the same server again.
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using HttpResponseMessage dead = await client.GetAsync(new Uri($"http://127.0.0.1:{front}/dead"));
        }));

        for (int death = 0; death < 3; death++)
        {
            haproxy.Command("set server flapping/flap1 health down");
            haproxy.WaitForStatus("flapping", "flap1", "UP");
        }

        await interval;
        ProcessResult second = Check(haproxy);
        Assert.Equal(2, second.ExitCode);
        const string Within = " answers within [1-9][0-9]s, ", Since = " \\(since [0-9: -]+ UTC\\)\n";
        const string All = "\\(limit: below 100 %\\)" + Since, Half = "\\(limit: below 50 %\\)" + Since;
        Assert.Matches($"\\[CRITICAL\\] backend pbx answers with HTTP 5xx: 100 of 100{Within}100 % {All}", second.Output);
        Assert.Matches($"\\[CRITICAL\\] backend few answers with HTTP 5xx: 5 of 5{Within}100 % {All}", second.Output);
        Assert.Matches($"\\[WARNING\\] backend half answers with HTTP 5xx: 3 of 6{Within}50 % {Half}", second.Output);
        Assert.Matches("\\[WARNING\\] backend dead cannot connect to its servers: [0-9.]+ a second \\(limit: at most 1\\), 100 within [1-9][0-9]s ", second.Output);
        Assert.Matches("\\[WARNING\\] backend dead connects to its servers again: [0-9.]+ a second \\(limit: at most 1\\), 100 within [1-9][0-9]s ", second.Output);
        Assert.Matches("\\[WARNING\\] server flapping/flap1 flaps: its check took it down [3-9] times \\(limit: at most 2\\) within the last hour; now UP", second.Output);

        ProcessResult held = Check(haproxy);
        Assert.Equal(2, held.ExitCode);
        Assert.Contains("[CRITICAL] backend pbx answers with HTTP 5xx: ", held.Output, StringComparison.Ordinal);
        Assert.Contains("less than 10s ago: rates, flapping and restarts are not judged\n", held.Output, StringComparison.Ordinal);
        Assert.Equal(0, Check(haproxy, "--only", "process").ExitCode);
    }

    [Fact]
    public void Requests_that_wait_are_told_with_their_backend()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int silentPort = ((IPEndPoint)silent.LocalEndpoint).Port;
        using RealHaproxy haproxy = new($"""
            listen slow
              bind 127.0.0.1:{front}
              timeout queue 20s
              timeout server 20s
              timeout client 20s
              server slow1 127.0.0.1:{silentPort.ToString(CultureInfo.InvariantCulture)} maxconn 1
            """);
        TcpClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => new TcpClient("127.0.0.1", front))];
        foreach (TcpClient client in clients)
        {
            client.GetStream().Write("GET / HTTP/1.0\r\n\r\n"u8);
        }

        haproxy.WaitUntil(() => haproxy.Command("show stat").Contains("\nslow,BACKEND,2,", StringComparison.Ordinal), "two requests wait");
        ProcessResult result = Check(haproxy, "--only", "traffic", "-w", "queue=1", "-c", "session_use=99");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("[WARNING] requests that wait for a server, 2 of them of backend slow: 2 (limit: at most 1)\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("[CRITICAL] server slow/slow1 has 1 of 1 sessions in use: 100 % (limit: at most 99 %)\n", result.Output, StringComparison.Ordinal);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public void Who_set_a_server_aside_is_told_apart()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using RealHaproxy haproxy = new($"""
            resolvers none
              nameserver nobody 127.0.0.1:9
            listen web
              bind 127.0.0.1:{web}
              http-request return status 200
            backend pbx
              server up 127.0.0.1:{web}
              server forced 127.0.0.1:{web} check inter 100ms
              server drained 127.0.0.1:{web}
              server weightless 127.0.0.1:{web}
              server configured 127.0.0.1:{web} disabled
              server configured0 127.0.0.1:{web} weight 0
              server unresolved nosuch.invalid:80 resolvers none init-addr none
              server follower 127.0.0.1:{web} track pbx/forced
            """);
        haproxy.Command("set server pbx/forced state maint");
        haproxy.Command("set server pbx/drained state drain");
        haproxy.Command("set server pbx/weightless weight 0");
        ProcessResult tolerated = Check(haproxy, "--only", "proxies");
        Assert.Equal(0, tolerated.ExitCode);
        Assert.StartsWith("HAPROXY OK - 1 backend with 1 usable server (7 in maintenance or drain) | ", tolerated.Output, StringComparison.Ordinal);

        // A second is past an age of none: what was set aside at run time is told, what haproxy.cfg says or what follows another is not.
        haproxy.WaitUntil(() => haproxy.Command("show servers state").Split('\n').Any(line => line.Contains(" forced ", StringComparison.Ordinal) && int.Parse(line.Split(' ')[9], CultureInfo.InvariantCulture) > 0), "a second passes");
        ProcessResult aged = Check(haproxy, "--only", "proxies", "-w", "maintenance_age=0");
        Assert.Equal(1, aged.ExitCode);
        string[] told = [.. aged.Output.Split('\n').Where(line => line.StartsWith("[WARNING] server pbx/", StringComparison.Ordinal)).Select(line => System.Text.RegularExpressions.Regex.Replace(line, "[0-9]+ ?s", "N", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)))];
        Assert.Equal(
            [
                "[WARNING] server pbx/forced is in MAINT for N, set by an operator and perhaps forgotten (limit: at most N)",
                "[WARNING] server pbx/drained is in DRAIN for N, set by an operator and perhaps forgotten (limit: at most N)",
                "[WARNING] server pbx/unresolved is in MAINT (resolution) for N because its name does not resolve (limit: at most N)",
            ],
            told.Where(line => !line.Contains("weightless", StringComparison.Ordinal)));
        ProcessResult verbose = Check(haproxy, "--only", "proxies", "-v");
        Assert.Contains("configured MAINT for ", verbose.Output, StringComparison.Ordinal);
        Assert.Contains(" (by haproxy.cfg)", verbose.Output, StringComparison.Ordinal);
    }

    private static string Brace(string condition) => "{ " + condition + " }";

    private ProcessResult Check(RealHaproxy haproxy, params string[] arguments) =>
        ProcessRun.Run(Repository.Program("check_haproxy"), ["--socket", haproxy.Socket, "--state-dir", folder.Root, .. arguments]);
}
