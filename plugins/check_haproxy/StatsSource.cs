using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Where statistics are asked: a stats socket, or the stats page over HTTP.</summary>
internal sealed record StatsSource
{
    private const string Csv = ";csv";

    private StatsSource(SocketAddress? socket, Uri? page)
    {
        Socket = socket;
        Page = page;
    }

    /// <summary>Null for a page.</summary>
    internal SocketAddress? Socket { get; }

    /// <summary>Null for a socket. Ends with <c>;csv</c>.</summary>
    internal Uri? Page { get; }

    /// <summary>Where its HAProxy runs.</summary>
    internal Place Place => Place.Of(Socket?.Path);

    /// <summary>Whether its HAProxy runs on this machine or in a container of it.</summary>
    internal bool IsHere => Socket?.Path is not null
        || (Socket?.Host ?? Page!.Host) is var host
        && (host is "localhost" or "::1" or "[::1]" || host.StartsWith("127.", StringComparison.Ordinal));

    internal static StatsSource At(string socketPath) => new(new SocketAddress(socketPath), null);

    /// <exception cref="UsageException">The text is no source.</exception>
    internal static StatsSource Parse(string text)
    {
        if (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return new StatsSource(null, ParsePage(text));
        }

        return SocketAddress.TryParse(text) is { } socket
            ? new StatsSource(socket, null)
            : throw new UsageException($"--socket '{text}' is no socket; accepted are {SocketAddress.AcceptedForms}, and http:// or https:// and the address of the stats page");
    }

    /// <inheritdoc/>
    public override string ToString() => Socket?.ToString() ?? Page!.ToString();

    private static Uri ParsePage(string text)
    {
        string whole = text.EndsWith(Csv, StringComparison.Ordinal) ? text : text + Csv;
        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? page) || page.Host.Length == 0)
        {
            throw new UsageException($"--socket '{text}' is no address of a stats page; accepted is http[s]://HOST[:PORT]/PATH, such as http://127.0.0.1:8404/stats");
        }

        // The text is not quoted: it may hold a password.
        return page.UserInfo.Length == 0
            ? page
            : throw new UsageException($"--socket http://...@{page.Authority} holds a user name; accepted is --credentials FILE, so that no password stands in a command line");
    }
}
