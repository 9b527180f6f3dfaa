using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What every connection of the bridge shares.</summary>
internal static partial class Network
{
    /// <summary>How long connecting may take, the handshake of TLS included.</summary>
    public static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Must run before the first connection.</summary>
    public static void Prepare()
    {
        NameService.UseFilesAndDnsOnly();
        if (ProcessContext.EnvironmentBytes("SSL_CERT_FILE") is null && ProcessContext.EnvironmentBytes("SSL_CERT_DIR") is null
            && SystemAuthorities.File() is { } bundle)
        {
            ProcessContext.SetEnvironmentVariable("SSL_CERT_FILE", bundle);
        }
    }

    /// <summary>A client for one server.</summary>
    /// <param name="timeout">How long a call may take, connecting included.</param>
    /// <param name="mostBytes">The longest answer that is read.</param>
    /// <param name="proxy">The way out; null for the direct one. The environment is not asked: notify has the scheduler's, serve
    /// systemd's.</param>
    public static HttpClient NewClient(TimeSpan timeout, int mostBytes, IWebProxy? proxy)
    {
#pragma warning disable CA2000 // the HttpClient disposes of its handlers
        var client = new HttpClient(new WholeMessages(NewHandler(proxy), mostBytes)) { Timeout = timeout };
#pragma warning restore CA2000
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("pagerduty-bridge", Version));
        return client;
    }

    private static string Version => typeof(Network).Assembly.GetName().Version?.ToString(3) ?? "0";

    private static SocketsHttpHandler NewHandler(IWebProxy? proxy) => new()
    {
        UseProxy = proxy is not null,
        Proxy = proxy,

        // A redirect would carry a key to a host that nobody configured.
        AllowAutoRedirect = false,
        ConnectTimeout = ConnectDeadline,

        // PagerDuty closes idle connections; a page must not begin with finding that out.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>Why a call got no answer, in words that hold no user and password of an address.</summary>
    /// <param name="failure">What the HTTP client threw.</param>
    /// <param name="deadline">The HTTP client's timeout.</param>
    public static string Cause(Exception? failure, TimeSpan deadline) => UserInfo().Replace(Reason(failure, deadline), "://");

    [GeneratedRegex(@"://[^/@\s']*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    private static string Reason(Exception? failure, TimeSpan deadline)
    {
        var causes = new List<Exception>();
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            causes.Add(cause);
        }

        // Below a timeout lies how the connection took its end, "Operation canceled" or "The response ended prematurely": no cause of
        // anything.
        return causes.OfType<TimeoutException>().FirstOrDefault() is { } late
            ? late.InnerException is OperationCanceledException
                ? $"no answer within {deadline.TotalSeconds} s"
                : $"no connection within {ConnectDeadline.TotalSeconds} s"
            : causes.Any(cause => cause is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
                ? $"no TLS connection: {causes[^1].Message}"
                : $"no answer: {causes.LastOrDefault()?.Message}";
    }
}
