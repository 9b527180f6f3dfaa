using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>The rows of one proxy of one process.</summary>
internal sealed class Proxy(string name, ServersState? state)
{
    private const int NamedServers = 4;

    internal string Name { get; } = name;

    internal ProxyRow? Frontend { get; private set; }

    internal ProxyRow? Backend { get; private set; }

    internal List<ProxyRow> Servers { get; } = [];

    /// <summary>The proxies of a process, in HAProxy's order.</summary>
    internal static IReadOnlyCollection<Proxy> AllOf(IReadOnlyList<ProxyRow> rows, ServersState? state)
    {
        Dictionary<string, Proxy> byName = [];
        Proxy? proxy = null;
        foreach (ProxyRow row in rows)
        {
            if (!ReferenceEquals(proxy?.Name, row.Proxy) && !byName.TryGetValue(row.Proxy, out proxy))
            {
                byName[row.Proxy] = proxy = new Proxy(row.Proxy, state);
            }

            proxy!.Add(row);
        }

        return byName.Values;
    }

    internal int Count(Predicate<ProxyRow> matches)
    {
        int count = 0;
        foreach (ProxyRow server in Servers)
        {
            count += matches(server) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether an operator or haproxy.cfg took all of its servers out of rotation, so that none of them has failed.</summary>
    internal bool IsSetAside => Servers.TrueForAll(server =>
        server.IsOutOfRotation && CauseOf(server) is MaintenanceCause.Operator or MaintenanceCause.Configuration);

    /// <summary>Why a server is drained or in maintenance, as far as HAProxy tells.</summary>
    internal MaintenanceCause CauseOf(ProxyRow server)
    {
        string status = server.StatusText;
        bool Begins(string word) => status.StartsWith($"MAINT ({word}", StringComparison.Ordinal)
            || status.StartsWith($"MAINT({word}", StringComparison.Ordinal);
        return Begins("resolution") ? MaintenanceCause.Resolution
            : Begins("via") ? MaintenanceCause.Tracked
            : state?.CauseOf(server) ?? MaintenanceCause.Untold;
    }

    /// <summary>
    /// Whether it is a slot of a server-template that the answer of the name server does not fill, while others of the same name have an
    /// address. Without <c>show servers state</c> nobody can tell it from a server whose own name does not resolve. A slot without a name
    /// is one of an SRV record: HAProxy before 2.0 does not tell the record, and its filled slots have the names that it lists.
    /// </summary>
    internal bool IsSpareSlot(ProxyRow server) =>
        CauseOf(server) == MaintenanceCause.Resolution
        && state?.NameOf(server) is { } name
        && Servers.Exists(other => (name.Length == 0 || state.NameOf(other) == name) && CauseOf(other) != MaintenanceCause.Resolution);

    /// <summary>The first servers that match, with their states, and how many more there are.</summary>
    internal string Names(Predicate<ProxyRow> matches)
    {
        StringBuilder text = new();
        int named = 0;
        foreach (ProxyRow server in Servers)
        {
            if (matches(server) && named++ < NamedServers)
            {
                text.Append(text.Length > 0 ? ", " : "").Append(Describe(server));
            }
        }

        return named > NamedServers ? $"{text} and {named - NamedServers} more" : text.ToString();
    }

    /// <summary>" for 3m 2s", or nothing when HAProxy does not tell.</summary>
    internal static string Since(ProxyRow row) => row.SecondsSinceChange is >= 0 and { } seconds ? $" for {Words.Duration(seconds)}" : "";

    private string Describe(ProxyRow server)
    {
        // A change of weight does not restart the clock of the status.
        string since = server.HasLostItsWeight ? " with weight 0" : Since(server);
        string reason = (server.CheckStatus, server.LastCheck) switch
        {
            _ when server.IsOutOfRotation => CauseOf(server) switch
            {
                MaintenanceCause.Operator => " (by an operator)",
                MaintenanceCause.Configuration => " (by haproxy.cfg)",
                _ => "",
            },
            _ when !server.IsDown => "",
            ("", "") => "",
            ("", var last) => $" ({last})",
            (var check, "") => $" ({check})",
            var (check, last) => $" ({check}: {last})",
        };
        return $"{server.Name} {server.StatusText}{since}{reason}";
    }

    private void Add(ProxyRow row)
    {
        switch (row.Type)
        {
            case RowType.Frontend:
                Frontend = row;
                break;
            case RowType.Backend:
                Backend = row;
                break;
            case RowType.Server:
                Servers.Add(row);
                break;
        }
    }
}
