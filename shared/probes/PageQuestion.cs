using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// One request over HTTP or HTTPS. Redirects are not followed, cookies and proxies not used. The answer's bytes are the body, its
/// <see cref="Answer.Code"/> is the HTTP status; every status is <see cref="Outcome.Answered"/>.
/// </summary>
/// <param name="Address">An absolute http or https address without user and password.</param>
public sealed record PageQuestion(Uri Address) : Question
{
    private const int LongestCredentials = 4096;

    /// <summary>The request's method. Default: GET.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The request's body, ASCII or UTF-8; recorded, so never a secret. Default: null, none.</summary>
    public string? Body { get; init; }

    /// <summary>The body's media type, such as <c>text/xml; charset=utf-8</c>. Default: text/plain.</summary>
    public string ContentType { get; init; } = "text/plain";

    /// <summary>Further headers, such as SOAPAction; recorded, so never a secret. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// A file whose first line is <c>USER:PASSWORD</c>, sent as Basic authentication; readable by its owner alone, who is root or the user that
    /// runs the check. Default: null, none.
    /// </summary>
    public string? CredentialsFile { get; init; }

    /// <summary>Which certificate is believed over HTTPS. Default: one that the system's authorities vouch for.</summary>
    public CertificateTrust Trust { get; init; } = new();

    /// <inheritdoc/>
    public override string Kind => "pages";

    /// <inheritdoc/>
    public override string What => $"the answer of {Address}";

    /// <inheritdoc/>
    public override string Print()
    {
        StringBuilder text = new($"{Method} {Address}\n");
        foreach ((string name, string value) in Headers)
        {
            text.Append($"{name}: {value}\n");
        }

        text.Append(CredentialsFile is null ? "" : $"credentials {CredentialsFile}\n");
        text.Append(Address.Scheme == Uri.UriSchemeHttps ? $"trust {Trust}\n" : "");
        return text.Append(Body is null ? "" : $"content {ContentType}\n\n{Body}").ToString();
    }

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine)
    {
        NameService.UseFilesAndDnsOnly();
        return new PendingPage(this, machine.WaitFor(this));
    }

    /// <summary>A request under way.</summary>
    private sealed class PendingPage : IPendingAnswer
    {
        private readonly PageQuestion question;
        private readonly Wait wait;
        private readonly CancellationTokenSource cancellation;
        private readonly Task<Answer> answer;
        private string? complaint;

        internal PendingPage(PageQuestion question, Wait wait)
        {
            this.question = question;
            this.wait = wait;
            cancellation = new CancellationTokenSource(wait.Left);
            answer = Task.Run(Fetch);
        }

        public Answer Finish(ChunkReader? reader)
        {
            wait.Begin();
            bool ended = answer.Wait(wait.Left);
            wait.Finish();
            Answer whole = ended ? answer.Result : Answer.Without(Outcome.Silent, "no complete answer");
            if (reader is null)
            {
                return whole;
            }

            reader(whole.Bytes.Span);
            return whole with { Bytes = default };
        }

        public void Dispose() => cancellation.Dispose();

        private async Task<Answer> Fetch()
        {
            try
            {
                string? authorization = null;
                if (question.CredentialsFile is { } file && Credentials(file, out authorization) is { } trouble)
                {
                    return Answer.Without(Outcome.Denied, trouble);
                }

                using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
                if (question.Address.Scheme == Uri.UriSchemeHttps)
                {
                    handler.SslOptions = question.Trust.HandshakeOptions(sentence => complaint = sentence);
                }

                using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
                using HttpRequestMessage request = Request(authorization);
                using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation.Token);
                await using Stream body = await response.Content.ReadAsStreamAsync(cancellation.Token);
                return await ReadBody(body, (int)response.StatusCode);
            }
            catch (Exception exception)
            {
                return Failure(exception);
            }
        }

        private HttpRequestMessage Request(string? authorization)
        {
            var request = new HttpRequestMessage(new HttpMethod(question.Method), question.Address);
            if (question.Body is { } body)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(question.ContentType);
            }

            foreach ((string name, string value) in question.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            if (authorization is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", authorization);
            }

            return request;
        }

        private async Task<Answer> ReadBody(Stream body, int status)
        {
            using var bytes = new MemoryStream();
            byte[] piece = new byte[64 * 1024];
            while (await body.ReadAsync(piece, cancellation.Token) is > 0 and var count)
            {
                await bytes.WriteAsync(piece.AsMemory(0, count), cancellation.Token);
                if (bytes.Length > question.LongestAnswer)
                {
                    return new Answer(Outcome.TooLong, bytes.ToArray(), $"the answer has more than {question.LongestAnswer} bytes") { Code = status };
                }
            }

            return new Answer(Outcome.Answered, bytes.ToArray()) { Code = status };
        }

        private Answer Failure(Exception exception)
        {
            for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            {
                switch (cause)
                {
                    case OperationCanceledException:
                        return Answer.Without(Outcome.Silent, $"no complete answer after {Math.Round(wait.Elapsed.TotalSeconds, 1)} s");
                    case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                        return Answer.Without(Outcome.Refused, cause.Message);
                    case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                        return Answer.Without(Outcome.Unresolved, cause.Message);
                    case SocketException { SocketErrorCode: SocketError.TimedOut }:
                        return Answer.Without(Outcome.Silent, cause.Message);
                    case AuthenticationException:
                        return Answer.Without(Outcome.Failed, complaint ?? cause.Message);
                }
            }

            return Answer.Without(Outcome.Failed, (exception.InnerException ?? exception).Message);
        }

        /// <summary>Reads the secret at the last moment, so that nothing but the request holds it.</summary>
        private static string? Credentials(string path, out string? authorization)
        {
            const uint OthersMay = 0b000_111_111;
            authorization = null;
            LocalFile file = LocalFile.Read(path, LongestCredentials);
            if (file.Failure is { } reason)
            {
                return $"the credentials file '{path}' cannot be read: {reason}";
            }

            if ((file.Mode & OthersMay) != 0 || (file.Owner != 0 && file.Owner != Libc.EffectiveUser()))
            {
                return $"the credentials file '{path}' is owned by {Accounts.UserName(file.Owner)} with mode {Convert.ToString(file.Mode & 0xFFF, 8)}, but must be its reader's alone; cure: chown {Accounts.UserName(Libc.EffectiveUser())} '{path}' && chmod 0600 '{path}'";
            }

            if (RootTrust.Applies && RootTrust.ObjectionToFile("the credentials file", path, file) is { } objection)
            {
                return objection;
            }

            int end = file.Bytes.AsSpan().IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = file.Bytes.AsSpan(0, end < 0 ? file.Bytes.Length : end).TrimEnd((byte)'\r');
            if (!line.Contains((byte)':'))
            {
                return $"the credentials file '{path}' has no USER:PASSWORD in its first line";
            }

            authorization = Convert.ToBase64String(line);
            return null;
        }
    }
}
