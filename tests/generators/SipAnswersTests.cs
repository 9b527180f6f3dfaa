using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>What the example's SIP check says of a server's answer: the generated command line, with the real check_udp.</summary>
public sealed class SipAnswersTests
{
    public static TheoryData<string?, string> Answers { get; } = new()
    {
        { "SIP/2.0 200 OK", "0 UDP OK - N second response time on 127.0.0.1 port PORT [SIP/2.0 200 OK" },
        { "SIP/2.0 403 Forbidden", "0 UDP OK - N second response time on 127.0.0.1 port PORT [SIP/2.0 403 Forbidden" },
        { "SIP/2.0 404 Not Found", "0 UDP OK - N second response time on 127.0.0.1 port PORT [SIP/2.0 404 Not Found" },
        { "SIP/2.0 483 Too Many Hops", "0 UDP OK - N second response time on 127.0.0.1 port PORT [SIP/2.0 483 Too Many Hops" },
        { "SIP/2.0 503 Service Unavailable", "2 CRITICAL - Socket timeout after 1 seconds" },
        { "SIP/2.0 603 Decline", "2 CRITICAL - Socket timeout after 1 seconds" },
        { null, "2 CRITICAL - Socket timeout after 1 seconds" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_of_a_server_that_works_is_ok_and_any_other_is_critical(string? answer, string expected)
    {
        const string Plugin = "/usr/lib/nagios/plugins/check_udp";
        Needs.File(Plugin, "monitoring-plugins-basic");
        using CancellationTokenSource end = new();
        TaskCompletionSource<int> port = new();
        Task answering = AnswerAsync(port, answer, end.Token);
        string line = ObjectReader.Of("commands").Single(command => command["command_name"] == "rf-run-sip")["command_line"]
            .Replace("/var/lib/shinken/libexec/check_udp", Plugin, StringComparison.Ordinal)
            .Replace("$HOSTADDRESS$", "127.0.0.1", StringComparison.Ordinal)
            .Replace("-p 5060 -t 10", $"-p {await port.Task} -t 1", StringComparison.Ordinal);
        ProcessResult run = ProcessRun.Run("/bin/sh", ["-c", line]);
        await end.CancelAsync();
        await answering;
        string said = Regex.Replace(run.Output.Split('\n')[0].TrimEnd('\r'), "[0-9]+\\.[0-9]+(?= second)", "N").Replace($"port {await port.Task}", "port PORT", StringComparison.Ordinal);
        Assert.Equal((expected, ""), ($"{run.ExitCode} {said}", run.Error));
    }

    private static async Task AnswerAsync(TaskCompletionSource<int> port, string? answer, CancellationToken end)
    {
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
        port.SetResult(((IPEndPoint)server.Client.LocalEndPoint!).Port);
        try
        {
            while (true)
            {
                UdpReceiveResult question = await server.ReceiveAsync(end);
                Assert.StartsWith("OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=", Encoding.ASCII.GetString(question.Buffer), StringComparison.Ordinal);
                if (answer is not null)
                {
                    await server.SendAsync(Encoding.ASCII.GetBytes($"{answer}\r\nContent-Length: 0\r\n\r\n"), question.RemoteEndPoint, end);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }
}
