using System.IO.Enumeration;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// The proxies and servers of <c>--ignore PROXY[/SERVER]</c>, patterns with * and ?. An ignored server counts neither as usable nor as
/// configured.
/// </summary>
internal sealed class IgnoreList
{
    private readonly List<string> proxies = [];
    private readonly List<(string Proxy, string Server)> servers = [];

    internal bool IsEmpty => proxies.Count + servers.Count == 0;

    /// <exception cref="UsageException">A value is no pattern.</exception>
    internal IgnoreList(IEnumerable<string> given)
    {
        foreach (string text in given)
        {
            string[] parts = text.Split('/');
            if (parts.Length > 2 || parts.Any(part => part.Length == 0))
            {
                throw new UsageException($"--ignore '{text}' is no pattern; accepted is PROXY or PROXY/SERVER, where * stands for any text and ? for one character");
            }

            if (parts.Length == 1)
            {
                proxies.Add(text);
            }
            else
            {
                servers.Add((parts[0], parts[1]));
            }
        }
    }

    internal IReadOnlyList<ProxyRow> Without(IReadOnlyList<ProxyRow> rows) =>
        IsEmpty ? rows : [.. rows.Where(row => !Ignores(row))];

    internal bool Ignores(ProxyRow row) => !IsEmpty
        && (proxies.Exists(pattern => Matches(pattern, row.Proxy))
            || (row.Type == RowType.Server && servers.Exists(pattern => Matches(pattern.Proxy, row.Proxy) && Matches(pattern.Server, row.Name))));

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
