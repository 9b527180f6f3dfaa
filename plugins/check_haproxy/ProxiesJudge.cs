using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Judges backends by their usable servers and frontends by whether they accept. Without <c>--servers</c>: no usable server is CRITICAL,
/// some down or backup servers alone are WARNING.
/// </summary>
internal sealed class ProxiesJudge
{
    private readonly Judgement judgement;
    private readonly Quorums quorums;
    private readonly IgnoreList ignored;
    private int proxies;
    private int backends;
    private int backendsDown;
    private int servers;
    private int serversDown;
    private int serversAside;

    private ProxiesJudge(Judgement judgement, Quorums quorums, IgnoreList ignored)
    {
        this.judgement = judgement;
        this.quorums = quorums;
        this.ignored = ignored;
    }

    internal static void Judge(Judgement judgement, IReadOnlyList<HaproxyStats> processes, Quorums quorums, IgnoreList ignored)
    {
        ProxiesJudge judge = new(judgement, quorums, ignored);
        Changes changes = new(judgement, HaproxyCheck.Proxies);
        SetAsideJudge aside = new(judgement);
        FlapJudge flaps = new(judgement, changes, ignored);
        foreach (HaproxyStats process in processes)
        {
            string at = processes.Count > 1 ? $" (socket {process.Source})" : "";
            ProcessChanges change = changes.Of(process);
            foreach (Proxy proxy in Proxy.AllOf(ignored.Without(process.Rows), process.ServersState))
            {
                judge.Judge(proxy, at);
                aside.Judge(proxy, change, at);
            }

            flaps.Judge(process.Rows, change);
        }

        judge.DemandSubjects();
        judge.AddMetrics();
        aside.AddMetric();
        flaps.AddMetric();
        changes.Remember();
        string setAside = judge.serversAside == 0 ? "" : $" ({judge.serversAside} in maintenance or drain)";
        string summary = $"{Words.Count(judge.backends, "backend")} with {Words.Count(judge.servers - judge.serversAside - judge.serversDown, "usable server")}{setAside}";
        judge.Add(Status.Ok, summary);
        judgement.Summarize(summary);
    }

    private void Add(Status status, string sentence, string? firstStep = null) =>
        judgement.Add(new Finding(status, sentence, HaproxyCheck.Proxies) { FirstStep = firstStep });

    private void Well(Func<string> sentence)
    {
        if (judgement.SaysWhatIsWell)
        {
            Add(Status.Ok, sentence());
        }
    }

    /// <summary>What names nothing must not pass for well.</summary>
    private void DemandSubjects()
    {
        if (proxies == 0)
        {
            Add(Status.Unknown, ignored.IsEmpty
                ? "HAProxy shows no frontend and no backend; does its stats socket belong to the process that serves?"
                : "no frontend and no backend is left to judge: --ignore takes them all out");
        }

        foreach (Quorum quorum in quorums.Unused)
        {
            Add(Status.Unknown, quorum.NamesOneProxy
                ? $"--servers names backend {quorum.Pattern}, but HAProxy has no such backend; was it renamed or removed from haproxy.cfg?"
                : $"--servers '{quorum.Pattern}' matches no backend of HAProxy; was it renamed or removed from haproxy.cfg?");
        }
    }

    private void AddMetrics()
    {
        foreach (Metric metric in (ReadOnlySpan<Metric>)[
            judgement.Options.Measure(HaproxyCheck.Backends, backends, 0),
            judgement.Options.Measure(HaproxyCheck.BackendsDown, backendsDown, 0, backends),
            judgement.Options.Measure(HaproxyCheck.Servers, servers, 0),
            judgement.Options.Measure(HaproxyCheck.ServersDown, serversDown, 0, servers),
            judgement.Options.Measure(HaproxyCheck.ServersAside, serversAside, 0, servers)])
        {
            judgement.Add(metric);
            if (metric.Status != Status.Ok)
            {
                Add(metric.Status, $"{metric.Facts.Meaning}: {metric.Spoken}");
            }
        }
    }

    private void Judge(Proxy proxy, string at)
    {
        if (proxy.Frontend is { } frontend)
        {
            proxies++;
            JudgeFrontend(frontend, at);
        }

        if (proxy.Backend is { } backend)
        {
            proxies++;
            if (proxy.Servers.Count > 0)
            {
                JudgeBackend(backend, proxy, at);
            }
            else
            {
                JudgeEmptyBackend(backend, isListen: proxy.Frontend is not null, at);
            }
        }
    }

    private void JudgeFrontend(ProxyRow frontend, string at)
    {
        if (frontend.Status is ServerStatus.Open or ServerStatus.Full)
        {
            Well(() => $"frontend {frontend.Proxy} accepts{at}");
        }
        else
        {
            Add(Status.Warning, $"frontend {frontend.Proxy} does not accept connections: its status is {frontend.StatusText}{at}");
        }
    }

    /// <summary>
    /// HAProxy calls it UP. One that answers by itself, with a redirect for example, needs no server; a request that needs one is answered
    /// with 503 and counted (econ, hrsp_5xx), until haproxy.cfg is mended and read again. A listen section without servers is a stats page.
    /// </summary>
    private void JudgeEmptyBackend(ProxyRow backend, bool isListen, string at)
    {
        Quorum? quorum = quorums.For(backend.Proxy, CountedServers.All);
        if (isListen && quorum?.NamesOneProxy != true)
        {
            Well(() => $"{backend.Proxy} has no servers: a listen section, such as a stats page{at}");
            return;
        }

        long failed = Math.Max(backend[StatColumn.Responses5xx] ?? 0, backend[StatColumn.ConnectionErrors] ?? 0);
        Status status = (failed > 0 ? Status.Warning : Status.Ok).Or(quorum?.Judge(0, 0) ?? Status.Ok);
        if (status == Status.Ok)
        {
            Well(() => $"backend {backend.Proxy} has no server configured and failed no request: it redirects or answers by itself, or "
                + $"nothing came{at}");
        }
        else
        {
            string requests = failed > 0 ? $": {Words.Count(failed, "request")} to it failed since HAProxy started, although" : ", but";
            Add(
                status,
                $"backend {backend.Proxy} has no server configured{requests} HAProxy calls it {backend.StatusText}{at}",
                "compare the backend in haproxy.cfg with its source: it lost its servers, or its redirect does not match every request");
        }
    }

    private void JudgeBackend(ProxyRow backend, Proxy proxy, string at)
    {
        int all = proxy.Servers.Count;
        int down = proxy.Count(static server => server.IsDown);
        int aside = proxy.Count(static server => server.IsSetAside);
        int usable = proxy.Count(static server => server.IsUsable);
        int usableBackups = proxy.Count(static server => server is { IsUsable: true, IsBackup: true });
        bool isDown = usable == 0 || backend.Status == ServerStatus.Down;
        backends++;
        backendsDown += isDown ? 1 : 0;
        servers += all;
        serversDown += down;
        serversAside += aside;

        Quorum? quorum = quorums.For(proxy.Name, CountedServers.All);
        Quorum? active = quorums.For(proxy.Name, CountedServers.Active);
        Quorum? backup = quorums.For(proxy.Name, CountedServers.Backup);
        int backups = proxy.Count(static server => server.IsBackup);
        bool isOnBackup = !isDown && usable == usableBackups;
        bool isSaid = JudgeQuorum(quorum, proxy, isDown ? 0 : usable, all, static _ => true, at);
        isSaid |= JudgeQuorum(active, proxy, isDown ? 0 : usable - usableBackups, all - backups, static server => !server.IsBackup, at);
        isSaid |= JudgeQuorum(backup, proxy, isDown ? 0 : usableBackups, backups, static server => server.IsBackup, at);
        if (isSaid)
        {
            return;
        }

        (Status status, string sentence) = isDown switch
        {
            true when quorum is null => (Status.Critical, WithoutServers(backend, proxy)),
            _ when isOnBackup && active is null => (Status.Warning, $"backend {proxy.Name} runs on backup alone ({proxy.Names(static server => server.IsUsable)}): {(usable < all ? proxy.Names(static server => !server.IsUsable) : "it has no active server configured")}"),
            _ when down > 0 && (quorum ?? active ?? backup) is null => (Status.Warning, $"backend {proxy.Name} has {down} of {Words.Count(all, "server")} down: {proxy.Names(static server => server.IsDown)}"),
            _ => (Status.Ok, ""),
        };
        if (status != Status.Ok)
        {
            Add(status, sentence + at);
            return;
        }

        Well(() => $"backend {proxy.Name} has {usable} of {Words.Count(all, "server")} usable{(usable < all ? ": " + proxy.Names(static server => !server.IsUsable) : "")}{at}");
    }

    /// <summary>Judges one quorum, and says whether it was missed.</summary>
    private bool JudgeQuorum(Quorum? quorum, Proxy proxy, int usable, int configured, Predicate<ProxyRow> counts, string at)
    {
        Status status = quorum?.Judge(usable, configured) ?? Status.Ok;
        if (status == Status.Ok)
        {
            return false;
        }

        string sentence = usable == 0 && configured > 0 && quorum!.Counted == CountedServers.All
            ? WithoutServers(proxy.Backend!, proxy)
            : $"backend {proxy.Name} has {usable} of {configured}{quorum!.Kind} {(configured == 1 ? "server" : "servers")} usable (limit: {quorum.Demand(usable, configured)}){(configured > 0 ? ": " + proxy.Names(server => counts(server) && !server.IsUsable) : "")}";
        Add(status, sentence + at);
        return true;
    }

    private static string WithoutServers(ProxyRow backend, Proxy proxy) => proxy.Count(static server => server.IsUsable) > 0
        ? $"HAProxy calls backend {backend.Proxy} {backend.StatusText}{Proxy.Since(backend)} although {proxy.Names(static server => server.IsUsable)}"
        : $"backend {backend.Proxy} has no usable server: {proxy.Names(static _ => true)}";
}
