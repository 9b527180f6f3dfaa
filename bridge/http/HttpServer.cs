using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ringfree.Monitoring.Bridge;

/// <summary>An answer of the HTTP server.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The body's type.</param>
/// <param name="Body">The body.</param>
internal sealed record HttpAnswer(int Status, string ContentType, string Body)
{
    public static HttpAnswer Plain(int status, string body) => new(status, "text/plain; charset=utf-8", body);
}

/// <summary>A request with its whole body.</summary>
/// <param name="Method">Such as GET.</param>
/// <param name="Path">Such as /health.</param>
/// <param name="Header">A header by its name; empty when missing.</param>
/// <param name="Body">The raw body.</param>
internal sealed record HttpCall(string Method, string Path, Func<string, string> Header, ReadOnlyMemory<byte> Body);

/// <summary>Kestrel on loopback with nothing else: every request is read whole, up to a cap and a deadline, and answered by one function.</summary>
internal static class HttpServer
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4);

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<WebApplication> StartAsync(IPEndPoint address, int maxBody, Func<HttpCall, HttpAnswer> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = maxBody;
            server.Limits.MaxConcurrentConnections = 100;
            server.Limits.RequestHeadersTimeout = Deadline;
            server.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
        });
        WebApplication application = builder.Build();
        application.Run(http => HandleAsync(http, answer));
        await application.StartAsync();
        return application;
    }

    private static async Task HandleAsync(HttpContext http, Func<HttpCall, HttpAnswer> answer)
    {
        HttpAnswer said;
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, http.RequestAborted);
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, either.Token);
            said = answer(new HttpCall(http.Request.Method, http.Request.Path, name => http.Request.Headers[name].ToString(), body.ToArray()));
        }
        catch (Exception unread) when (unread is Microsoft.AspNetCore.Http.BadHttpRequestException or OperationCanceledException)
        {
            // Whether it was signed is not known: after a 4xx PagerDuty would give a subscription up.
            said = HttpAnswer.Plain(StatusCodes.Status503ServiceUnavailable, "too large or too slow\n");
        }
        catch (Exception)
        {
            said = HttpAnswer.Plain(StatusCodes.Status500InternalServerError, "failed: ask again\n"); // whoever asked will ask again
        }

        http.Response.StatusCode = said.Status;
        http.Response.ContentType = said.ContentType;
        await http.Response.WriteAsync(said.Body, http.RequestAborted);
    }
}
