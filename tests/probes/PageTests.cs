using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>Pages over HTTP against a server of the test: where the credentials go, and that a pause is waited for.</summary>
public sealed class PageTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public PageTests() => listener.Start();

    public void Dispose()
    {
        listener.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Credentials_go_into_a_header()
    {
        (Answer answer, string request) = await Fetch(new PageQuestion(Address) { CredentialsFile = Credentials("user:pass:word\nsecond line\n") });
        Assert.Equal((Outcome.Answered, 203, "body"), (answer.Outcome, answer.Code, Encoding.UTF8.GetString(answer.Bytes.Span)));
        Assert.Contains("Authorization: Basic " + Convert.ToBase64String("user:pass:word"u8), request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_go_into_the_body_escaped_and_nowhere_else()
    {
        PageQuestion question = new(Address)
        {
            Method = "POST",
            Body = "<a>{user}</a><b>{password}</b>",
            ContentType = "text/xml; charset=utf-8",
            CredentialsInBody = true,
            CredentialsFile = Credentials("us&er:p<w>{user}{password}\n"),
        };
        (_, string request) = await Fetch(question);
        Assert.EndsWith("\r\n\r\n<a>us&amp;er</a><b>p&lt;w&gt;{user}{password}</b>", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", request, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith($"credentials {question.CredentialsFile} in the body\ncontent text/xml; charset=utf-8\n\n<a>{{user}}</a><b>{{password}}</b>", question.Print(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_is_waited_for_before_the_request()
    {
        long start = Environment.TickCount64;
        await Fetch(new PageQuestion(Address) { Pause = TimeSpan.FromMilliseconds(400) });
        Assert.InRange(Environment.TickCount64 - start, 380, 20_000);
    }

    [Theory]
    [InlineData("chmod 0640 \"$1\"", "' is owned by ")]
    [InlineData("rm \"$1\"", "' cannot be read by ")]
    [InlineData("ln -s /dev/null \"$1.l\" && mv \"$1.l\" \"$1\"", "' cannot be read by ")]
    [InlineData("echo nobody >\"$1\"", "' has no USER:PASSWORD in its first line")]
    [InlineData("printf '\\357\\273\\277user:pass\\n' >\"$1\"", "' begins with a byte order mark, which an editor put there; cure: sed")]
    [InlineData("printf 'user:p\\303\\244ss\\n' >\"$1\"", "' has more than ASCII letters, digits and signs in its first line")]
    public void A_secret_that_is_not_kept_is_not_used(string damage, string objection)
    {
        string file = Credentials("user:pass\n");
        Assert.Equal(0, ProcessRun.Shell(damage, file).ExitCode);
        Answer answer = World().Ask(new PageQuestion(Address) { CredentialsFile = file });
        Assert.Equal(Outcome.Denied, answer.Outcome);
        Assert.Contains($"the credentials file '{file}{objection}", answer.Reason, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    private Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/x");

    private string Credentials(string text) => folder.Write("credentials", text);

    private LocalWorld World() => new(new Deadline(TimeSpan.FromSeconds(30)));

    private async Task<(Answer Answer, string Request)> Fetch(PageQuestion question)
    {
        Task<string> serving = Serve();
        Answer answer = await Task.Run(() => World().Ask(question));
        return (answer, await serving);
    }

    private async Task<string> Serve()
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        byte[] buffer = new byte[8192];
        string request = "";
        do
        {
            request += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
        }
        while (!request.Contains("\r\n\r\n", StringComparison.Ordinal) || stream.DataAvailable || (request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("\r\n\r\n", StringComparison.Ordinal)));
        await stream.WriteAsync("HTTP/1.1 203 X\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"u8.ToArray());
        return request;
    }
}
