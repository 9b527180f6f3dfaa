using System.Net.Http.Headers;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// One request over HTTP or HTTPS. Redirects are not followed, cookies and proxies not used. The answer's bytes are the body, its
/// <see cref="Answer.Code"/> is the HTTP status; every status is <see cref="Outcome.Answered"/>.
/// </summary>
/// <param name="Address">An absolute http or https address without user and password.</param>
public sealed record PageQuestion(Uri Address) : Question
{
    /// <summary>Stands in a body for the user.</summary>
    public const string UserMark = "{user}";

    /// <summary>Stands in a body for the password.</summary>
    public const string PasswordMark = "{password}";

    /// <summary>The request's method. Default: GET.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The request's body, ASCII or UTF-8; recorded, so never a secret. Default: null, none.</summary>
    public string? Body { get; init; }

    /// <summary>The body's media type, such as <c>text/xml; charset=utf-8</c>. Default: text/plain.</summary>
    public string ContentType { get; init; } = "text/plain";

    /// <summary>Further headers, such as SOAPAction; recorded, so never a secret. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// A file whose first line is <c>USER:PASSWORD</c>, sent as Basic authentication; readable by its owner alone, who is root or the user
    /// that runs the check. Default: null, none.
    /// </summary>
    public string? CredentialsFile { get; init; }

    /// <summary>
    /// Whether the credentials go into the body, where <see cref="UserMark"/> and <see cref="PasswordMark"/> stand for them, escaped for
    /// XML, and not into a header: for services that take them as elements. Default: false.
    /// </summary>
    public bool CredentialsInBody { get; init; }

    /// <summary>
    /// The time to wait before the request is sent, within the limit: for a server that was asked too soon. Default: zero.
    /// </summary>
    public TimeSpan Pause { get; init; } = TimeSpan.Zero;

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

        text.Append(CredentialsFile is null ? "" : $"credentials {CredentialsFile}{(CredentialsInBody ? " in the body" : "")}\n");
        text.Append(Address.Scheme == Uri.UriSchemeHttps ? $"trust {Trust}\n" : "");
        return text.Append(Body is null ? "" : $"content {ContentType}\n\n{Body}").ToString();
    }

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine) => new NetworkAnswer(machine.WaitFor(this), "answer", new Request(this).Fetch);

    /// <summary>A request under way.</summary>
    private sealed class Request(PageQuestion question)
    {
        private string? complaint;

        internal async Task<Answer> Fetch(CancellationToken stop)
        {
            try
            {
                string? credentials = null;
                if (question.CredentialsFile is { } file && Credentials(file, out credentials) is { } trouble)
                {
                    return Answer.Without(Outcome.Denied, trouble);
                }

                await Task.Delay(question.Pause, stop);

                using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
                if (question.Address.Scheme == Uri.UriSchemeHttps)
                {
                    handler.SslOptions = question.Trust.HandshakeOptions(sentence => complaint = sentence);
                }

                using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
                using HttpRequestMessage request = Message(credentials);
                using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
                await using Stream body = await response.Content.ReadAsStreamAsync(stop);
                return await ReadBody(body, (int)response.StatusCode, stop);
            }
            catch (HttpRequestException) when (complaint is not null)
            {
                return Answer.Without(Outcome.Failed, complaint);
            }
        }

        private HttpRequestMessage Message(string? credentials)
        {
            var request = new HttpRequestMessage(new HttpMethod(question.Method), question.Address);
            if (question.Body is { } body)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(question.CredentialsInBody && credentials is not null ? Filled(body, credentials) : body));
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(question.ContentType);
            }

            foreach ((string name, string value) in question.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            if (credentials is not null && !question.CredentialsInBody)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
            }

            return request;
        }

        /// <summary>Replaces the marks once, so that a secret that looks like a mark stays what it is.</summary>
        private static string Filled(string body, string credentials)
        {
            string[] parts = credentials.Split(':', 2);
            string[] aroundPassword = body.Split(PasswordMark, 2);
            return string.Join(
                System.Security.SecurityElement.Escape(parts[1]),
                aroundPassword.Select(part => part.Replace(UserMark, System.Security.SecurityElement.Escape(parts[0]), StringComparison.Ordinal)));
        }

        private async Task<Answer> ReadBody(Stream body, int status, CancellationToken stop)
        {
            using var bytes = new MemoryStream();
            byte[] piece = new byte[64 * 1024];
            while (await body.ReadAsync(piece, stop) is > 0 and var count)
            {
                await bytes.WriteAsync(piece.AsMemory(0, count), stop);
                if (bytes.Length > question.LongestAnswer)
                {
                    return new Answer(Outcome.TooLong, bytes.ToArray(), $"the answer has more than {question.LongestAnswer} bytes") { Code = status };
                }
            }

            return new Answer(Outcome.Answered, bytes.ToArray()) { Code = status };
        }

        /// <summary>The first line of the file; the result is an objection.</summary>
        private static string? Credentials(string path, out string? credentials)
        {
            byte[] bytes = SecretFile.Read("the credentials file", path, out string? objection);
            credentials = null;
            if (objection is not null)
            {
                return objection;
            }

            int end = bytes.AsSpan().IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = bytes.AsSpan(0, end < 0 ? bytes.Length : end).TrimEnd((byte)'\r');
            if (line.StartsWith("\uFEFF"u8))
            {
                return $"the credentials file '{path}' begins with a byte order mark, which an editor put there; cure: "
                    + $"sed -i '1s/^\\xEF\\xBB\\xBF//' '{path}'";
            }

            if (line.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            {
                return $"the credentials file '{path}' has more than ASCII letters, digits and signs in its first line, which servers "
                    + "read in different ways; give the user a password of those";
            }

            if (!line.Contains((byte)':'))
            {
                return $"the credentials file '{path}' has no USER:PASSWORD in its first line";
            }

            credentials = Encoding.UTF8.GetString(line);
            return null;
        }
    }
}
