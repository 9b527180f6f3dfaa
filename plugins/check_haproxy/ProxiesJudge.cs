using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Judges backends by their usable servers and frontends by whether they accept.</summary>
internal sealed class ProxiesJudge
{
    private const int NamedServers = 4;

    private readonly List<Finding> findings;
    private readonly bool saysWhatIsWell;
    private int proxies;
    private int backends;
    private int backendsDown;
    private int servers;
    private int serversDown;
    private int serversAside;

    private ProxiesJudge(List<Finding> findings, bool saysWhatIsWell)
    {
        this.findings = findings;
        this.saysWhatIsWell = saysWhatIsWell;
    }

    internal static string Judge(IReadOnlyList<HaproxyStats> processes, Options options, List<Finding> findings, List<Metric> metrics)
    {
        ProxiesJudge judge = new(findings, options.Verbosity > 0);
        foreach (HaproxyStats process in processes)
        {
            judge.JudgeProcess(process, processes.Count > 1 ? $" (socket {process.Socket})" : "");
        }

        if (judge.proxies == 0)
        {
            findings.Add(new Finding(Status.Unknown, "HAProxy shows no frontend and no backend; does its stats socket belong to the process that serves?", HaproxyCheck.Proxies));
        }

        judge.AddMetrics(options, metrics);
        string aside = judge.serversAside == 0 ? "" : $" ({judge.serversAside} in maintenance or drain)";
        string summary = $"{Words.Count(judge.backends, "backend")} with {Words.Count(judge.servers - judge.serversAside - judge.serversDown, "usable server")}{aside}";
        findings.Add(new Finding(Status.Ok, summary, HaproxyCheck.Proxies));
        return summary;
    }

    private void AddMetrics(Options options, List<Metric> metrics)
    {
        metrics.Add(options.Measure(HaproxyCheck.Backends, backends, 0));
        metrics.Add(options.Measure(HaproxyCheck.BackendsDown, backendsDown, 0, backends));
        metrics.Add(options.Measure(HaproxyCheck.Servers, servers, 0));
        metrics.Add(options.Measure(HaproxyCheck.ServersDown, serversDown, 0, servers));
        metrics.Add(options.Measure(HaproxyCheck.ServersAside, serversAside, 0, servers));
        foreach (Metric metric in metrics)
        {
            if (metric.Status != Status.Ok)
            {
                findings.Add(new Finding(metric.Status, $"{metric.Facts.Meaning}: {metric.Spoken}", HaproxyCheck.Proxies));
            }
        }
    }

    private void JudgeProcess(HaproxyStats process, string at)
    {
        Dictionary<string, Proxy> byName = [];
        Proxy? proxy = null;
        foreach (ProxyRow row in process.Rows)
        {
            if (!ReferenceEquals(proxy?.Name, row.Proxy) && !byName.TryGetValue(row.Proxy, out proxy))
            {
                byName[row.Proxy] = proxy = new Proxy(row.Proxy);
            }

            proxy!.Add(row);
        }

        foreach (Proxy known in byName.Values)
        {
            if (known.Frontend is { } frontend)
            {
                proxies++;
                Add(JudgeFrontend(frontend, at));
            }

            if (known.Backend is { } backend)
            {
                proxies++;
                Add(known.Servers.Count > 0 ? JudgeBackend(backend, known, at) : JudgeEmptyBackend(backend, isListen: known.Frontend is not null, at));
            }
        }
    }

    private void Add(Finding? finding)
    {
        if (finding is not null)
        {
            findings.Add(finding);
        }
    }

    /// <summary>What is well is a finding only when somebody wants to read it: composing a sentence for each backend is a tenth of a run.</summary>
    private Finding? Well(Func<string> sentence) => saysWhatIsWell ? new Finding(Status.Ok, sentence(), HaproxyCheck.Proxies) : null;

    private Finding? JudgeFrontend(ProxyRow frontend, string at) => frontend.Status is ServerStatus.Open or ServerStatus.Full
        ? Well(() => $"frontend {frontend.Proxy} accepts{at}")
        : new Finding(Status.Warning, $"frontend {frontend.Proxy} does not accept connections: its status is {frontend.StatusText}{at}", HaproxyCheck.Proxies);

    /// <summary>HAProxy calls it UP; every request that reaches it is answered with 503. A listen section without servers is a stats page.</summary>
    private Finding? JudgeEmptyBackend(ProxyRow backend, bool isListen, string at) => isListen
        ? Well(() => $"{backend.Proxy} has no servers: a listen section, such as a stats page{at}")
        : new Finding(Status.Warning, $"backend {backend.Proxy} has no server configured, so every request to it fails although HAProxy calls it {backend.StatusText}{at}", HaproxyCheck.Proxies);

    private Finding? JudgeBackend(ProxyRow backend, Proxy proxy, string at)
    {
        int all = proxy.Servers.Count;
        int down = proxy.Count(IsDown);
        int aside = proxy.Count(static server => server.IsSetAside);
        int usable = proxy.Count(static server => server.IsUsable);
        int usableBackups = proxy.Count(static server => server is { IsUsable: true, Backup: > 0 });
        bool isDown = usable == 0 || backend.Status == ServerStatus.Down;
        backends++;
        backendsDown += isDown ? 1 : 0;
        servers += all;
        serversDown += down;
        serversAside += aside;

        if (!isDown && down == 0 && usable > usableBackups)
        {
            return Well(() => $"backend {backend.Proxy} has {usable} of {Words.Count(all, "server")} usable{(aside > 0 ? ": " + proxy.Names(static server => server.IsSetAside) : "")}{at}");
        }

        (Status status, string sentence) = isDown switch
        {
            true when usable > 0 => (Status.Critical, $"HAProxy calls backend {backend.Proxy} {backend.StatusText}{Since(backend)} although {proxy.Names(static server => server.IsUsable)}"),
            true => (Status.Critical, $"backend {backend.Proxy} has no usable server: {proxy.Names(static _ => true)}"),
            _ when usable == usableBackups => (Status.Warning, $"backend {backend.Proxy} runs on backup alone ({proxy.Names(static server => server.IsUsable)}): {(usable < all ? proxy.Names(static server => !server.IsUsable) : "it has no active server configured")}"),
            _ => (Status.Warning, $"backend {backend.Proxy} has {down} of {Words.Count(all, "server")} down: {proxy.Names(IsDown)}"),
        };
        return new Finding(status, sentence + at, HaproxyCheck.Proxies);
    }

    private static bool IsDown(ProxyRow server) => server.Status is ServerStatus.Down or ServerStatus.Unrecognized;

    private static string Since(ProxyRow row) => row.SecondsSinceChange is >= 0 and { } seconds ? $" for {Words.Duration(seconds)}" : "";

    /// <summary>The rows of one proxy name.</summary>
    private sealed class Proxy(string name)
    {
        internal string Name { get; } = name;

        internal ProxyRow? Frontend { get; private set; }

        internal ProxyRow? Backend { get; private set; }

        internal List<ProxyRow> Servers { get; } = [];

        internal void Add(ProxyRow row)
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

        internal int Count(Predicate<ProxyRow> matches)
        {
            int count = 0;
            foreach (ProxyRow server in Servers)
            {
                count += matches(server) ? 1 : 0;
            }

            return count;
        }

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

        private static string Describe(ProxyRow server)
        {
            string weight = server.Status is ServerStatus.Up or ServerStatus.Unchecked && server.Weight is 0 ? " with weight 0" : "";
            string reason = (server.CheckStatus, server.LastCheck) switch
            {
                _ when !IsDown(server) => "",
                ("", "") => "",
                ("", var last) => $" ({last})",
                (var check, "") => $" ({check})",
                var (check, last) => $" ({check}: {last})",
            };
            return $"{server.Name} {server.StatusText}{weight}{Since(server)}{reason}";
        }
    }
}
