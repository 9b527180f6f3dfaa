using System.Net;
using System.Net.Sockets;
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

/// <summary>
/// Kestrel on loopback or a UNIX socket, with nothing else: every request is read whole, up to a cap and a deadline, answered by one function, and
/// the connection ends.
/// </summary>
internal static class HttpServer
{
    private const int MaxConnections = 100;
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4);

    /// <summary>Starts to listen. A socket has mode 0660; one that a killed process left is replaced.</summary>
    /// <exception cref="IOException">The address is in use, or the socket cannot be made.</exception>
    public static async Task<WebApplication> StartAsync(EndPoint address, int maxBody, Func<HttpCall, HttpAnswer> answer)
    {
        string? socket = address is UnixDomainSocketEndPoint ? address.ToString() : null;
        if (socket is not null)
        {
            RemoveAbandoned(socket, address);
        }

        var connections = new OpenConnections(MaxConnections);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = maxBody;
            server.Limits.RequestHeadersTimeout = Deadline;
            server.Limits.KeepAliveTimeout = Deadline;
            server.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(serve => connection => connections.ServeAsync(connection, serve));
            });
        });
        WebApplication application = builder.Build();
        application.Run(http => HandleAsync(http, answer));
        try
        {
            await application.StartAsync();
            if (socket is not null)
            {
                File.SetUnixFileMode(socket, OwnerAndGroup);
            }
        }
        catch (Exception refused) when (refused is IOException or SocketException or UnauthorizedAccessException)
        {
            await application.DisposeAsync();
            throw new IOException($"cannot listen on {ListenAddress.Text(address)}: {refused.Message}", refused);
        }

        return application;
    }

    private static void RemoveAbandoned(string path, EndPoint address)
    {
        if (KernelFile.Look(path, out _) is not { IsSocket: true })
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Somebody listens or it is not ours to remove: the bind says it.
        }
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
        http.Response.Headers.Connection = "close";
        await http.Response.WriteAsync(said.Body, http.RequestAborted);
    }
}
