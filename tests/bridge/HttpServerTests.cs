using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class HttpServerTests
{
    /// <summary>Whether it was signed is not known, and after a 4xx PagerDuty gives a subscription up.</summary>
    [Theory]
    [InlineData("too large", 2_000)]
    [InlineData("too slow", 10)]
    public async Task What_is_not_read_whole_is_answered_with_503(string what, int length)
    {
        var address = new IPEndPoint(IPAddress.Loopback, Ports.Free());
        await using WebApplication server = await HttpServer.StartAsync(address, maxBody: 1_000, _ => HttpAnswer.Plain(202, ""));
        using var client = new TcpClient();
        await client.ConnectAsync(address);
        NetworkStream stream = client.GetStream();
        string head = $"POST /webhooks/pagerduty HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\nhalf";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        string? status = await reader.ReadLineAsync(deadline.Token);
        Assert.True(status?.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal) == true, $"{what}: {status}");
    }
}
