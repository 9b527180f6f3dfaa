using System.Net;
using System.Net.Sockets;
using System.Text;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What goes to PagerDuty byte for byte, and what its answers and those of others mean.</summary>
public sealed class EventsApiTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("200 OK", """{"status":"success"}""", "RetryCouldHelp", "HTTP 200")]
    [InlineData("202 Accepted", """{"status":"success","message":"Event processed"}""", "Delivered", "HTTP 202: Event processed")]
    [InlineData("202 Accepted", """{"status":"invalid event","message":"no","errors":["x"]}""", "Refused", "HTTP 202: no; x")]
    [InlineData(
        "202 Accepted",
        "<html>log in</html>",
        "RetryCouldHelp",
        "HTTP 202, but not PagerDuty's answer: something between may have taken the event")]
    [InlineData("202 Accepted", "", "RetryCouldHelp", "HTTP 202, but not PagerDuty's answer: something between may have taken the event")]
    [InlineData("400 Bad Request", """{"status":"invalid event","message":"no"}""", "Refused", "HTTP 400: no")]
    [InlineData("403 Forbidden", "<html>filter</html>", "RetryCouldHelp", "HTTP 403")]
    [InlineData("404 Not Found", "", "RetryCouldHelp", "HTTP 404")]
    [InlineData("411 Length Required", "", "RetryCouldHelp", "HTTP 411")]
    public async Task An_answer_means_what_only_PagerDuty_can_have_said(string status, string body, string verdict, string text)
    {
        using var server = new RawServer(status, "", body);
        Answer answer = await CallAsync(server.Endpoint);
        Assert.Equal((verdict, text), (answer.Verdict.ToString(), answer.Text));
    }

    [Theory]
    [InlineData("Retry-After: 17\r\n", 17)]
    [InlineData("Retry-After: 86400\r\n", 300)]
    [InlineData("Date: Mon, 30 Nov 2026 08:00:00 GMT\r\nRetry-After: Mon, 30 Nov 2026 08:00:42 GMT\r\n", 42)]
    [InlineData("Retry-After: soon\r\n", null)]
    [InlineData("Retry-After: -5\r\n", null)]
    [InlineData("", null)]
    public async Task A_wait_that_a_server_asks_for_is_known_up_to_five_minutes(string headers, int? seconds)
    {
        using var server = new RawServer("429 Too Many Requests", headers, "");
        Answer answer = await CallAsync(server.Endpoint);
        Assert.Equal(seconds, (int?)answer.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_request_has_its_length_and_the_name_of_the_program_and_is_not_chunked()
    {
        using var server = new RawServer("202 Accepted", "", """{"status":"success"}""");
        _ = await CallAsync(server.Endpoint);
        string request = await server.Request;
        Assert.Contains("\r\nContent-Length: ", request, StringComparison.Ordinal);
        Assert.Contains("\r\nUser-Agent: pagerduty-bridge/", request, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", request, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_way_leads_through_the_proxy_of_the_config_with_its_credentials()
    {
        using var proxy = new RawServer("202 Accepted", "", """{"status":"success"}""", asksForCredentials: true);
        var problems = new Problems();
        string address = proxy.Endpoint.GetLeftPart(UriPartial.Authority);
        string credentials = folder.Write("proxy", "ann:s3cret");
        Config config = Load($"[proxy]\naddress = \"{address}\"\ncredentials_file = \"{credentials}\"", problems)!;
        Answer answer = await CallAsync(new Uri("http://events.example"), Secrets.ProxyOf(config, problems));
        Assert.Equal("", problems.ToString());
        Assert.Equal(Verdict.Delivered, answer.Verdict);
        string request = await proxy.Request;
        Assert.StartsWith("POST http://events.example/v2/enqueue HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String("ann:s3cret"u8)}", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://ann:s3cret@proxy.example:3128")]
    [InlineData("socks5://proxy.example")]
    [InlineData("http://proxy.example/path")]
    public void A_proxy_that_is_none_is_refused_and_not_quoted(string address)
    {
        var problems = new Problems();
        Assert.Null(Load($"[proxy]\naddress = \"{address}\"", problems));
        Assert.Contains(
            "address: is not shown, it may hold a password; accepted: http://HOST:PORT, with the credentials in credentials_file",
            problems.ToString(),
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cause_holds_no_user_and_password()
    {
        var failure = new HttpRequestException(
            "The proxy tunnel request to proxy 'http://user:s3cret@127.0.0.1:18159/' failed with status code '407'.");
        Assert.Equal(
            "no answer: The proxy tunnel request to proxy 'http://127.0.0.1:18159/' failed with status code '407'.",
            Network.Cause(failure, TimeSpan.FromSeconds(1)));
    }

    private async Task<Answer> CallAsync(Uri endpoint, IWebProxy? proxy = null)
    {
        Secret key = Secret.RoutingKey(folder.Write("key", Sample.Key), new Problems())!;
        using var pagerDuty = new PagerDuty(endpoint, key, proxy);
        return await pagerDuty.CallAsync(Page.Close(Sample.Key, "resolve", "k"), CancellationToken.None);
    }

    private Config? Load(string toml, Problems problems) =>
        Config.Load(folder.Write("c.toml", $"[pagerduty]\nrouting_key_file = \"/etc/ringfree/key\"\n{toml}\n"), problems);

    /// <summary>Answers every request alike and keeps the last one as it came.</summary>
    private sealed class RawServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource<string> request = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RawServer(string status, string headers, string body, bool asksForCredentials = false)
        {
            listener.Start();
            _ = Task.Run(() => ServeAsync(status, headers, body, asksForCredentials));
        }

        public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        public Task<string> Request => request.Task.WaitAsync(TimeSpan.FromMinutes(1));

        public void Dispose() => listener.Dispose();

        private async Task ServeAsync(string status, string headers, string body, bool asksForCredentials)
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                NetworkStream stream = client.GetStream();
                string head = await ReadAsync(stream);
                bool isAsked = asksForCredentials && !head.Contains("Proxy-Authorization", StringComparison.Ordinal);
                string answer = isAsked
                    ? "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
                        + "Content-Length: 0\r\nConnection: close\r\n\r\n"
                    : $"HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\n"
                        + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
                if (!isAsked)
                {
                    request.TrySetResult(head);
                }

                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            }
        }

        private static async Task<string> ReadAsync(NetworkStream stream)
        {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (true)
            {
                int count = await stream.ReadAsync(buffer);
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                string all = text.ToString();
                int end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                int at = all.IndexOf("Content-Length: ", StringComparison.Ordinal);
                int length = at < 0
                    ? 0
                    : int.Parse(all[(at + "Content-Length: ".Length)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
                if (count == 0 || (end >= 0 && all.Length >= end + 4 + length))
                {
                    return all;
                }
            }
        }
    }
}
