using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates backends by their usable servers and frontends by whether they accept. Without <c>--min-servers</c>: no usable server is
/// CRITICAL, some down or backup servers only are WARNING.
/// </summary>
internal sealed class ProxiesEvaluation
{
    /// <summary>One or two of a few backends are a large share, and say nothing of what they have in common.</summary>
    private const int FewestForShare = 3;

    private readonly ConcernReport concern;
    private readonly HaproxySettings settings;
    private readonly HashSet<MinimumServers> usedMinimums = [];
    private readonly List<BackendProblem> without = [];
    private readonly List<BackendProblem> degraded = [];
    private readonly List<WorstOfBackends> worst = [];
    private readonly List<string> withoutCheck = [];
    private int proxies;
    private int backends;
    private int backendsDown;
    private int servers;
    private int serversDown;
    private int serversInMaintenance;

    private ProxiesEvaluation(ConcernReport concern, HaproxySettings settings)
    {
        this.concern = concern;
        this.settings = settings;
    }

    internal static void Evaluate(
        IReadOnlyList<HaproxyStats> processes, IReadOnlyList<string> sources, HaproxySettings settings, ReportBuilder report)
    {
        ConcernReport concern = report.For(HaproxyCheck.Proxies);
        ProxiesEvaluation evaluation = new(concern, settings);
        Changes changes = new(concern, sources, report);
        MaintenanceEvaluation maintenance = new(concern);
        FlapsEvaluation flaps = new(concern, settings.Ignored, report.Options);
        foreach (HaproxyStats process in processes)
        {
            string at = processes.Count > 1 ? $" (socket {process.Source})" : "";
            ProcessChanges change = changes.Of(process);
            evaluation.worst.Add(new WorstOfBackends(change, concern.Now, report.Options.Latch));
            foreach (Proxy proxy in Proxy.AllOf(settings.Ignored.Without(process.Rows), process.ServersState))
            {
                evaluation.Evaluate(proxy, at);
                maintenance.Evaluate(proxy, change, at);
            }

            flaps.Evaluate(process, change, at);
        }

        evaluation.Tell(flaps);
        evaluation.NoteUnchecked(report);
        evaluation.EvaluateSubjects();
        evaluation.Measure();
        maintenance.Record();
        flaps.Record(changes.AnyInterval);
        changes.Remember();
        evaluation.Summarize();
    }

    /// <summary>
    /// What several backends have in common is one problem. A large share of them at once is CRITICAL, however little a single one matters:
    /// the way to the servers has failed.
    /// </summary>
    private void Tell(FlapsEvaluation flaps)
    {
        int failed = without.Count(static one => !one.Proxy.IsSetAside);
        Metric share = concern.Record(
            HaproxyCheck.BackendsDownShare, backends == 0 ? null : Math.Round(100.0 * failed / backends, 2), maximum: 100);
        Status ofShare = failed >= FewestForShare ? share.Status : Status.Ok;
        without.ForEach(one => one.Worst.Add(one.Proxy.Name, one.Status.Or(ofShare)));
        degraded.ForEach(static one => one.Worst.Add(one.Proxy.Name, one.Status));
        flaps.Tell(backend => worst.Select(one => one.Of(backend)).MaxBy(static known => known.Status.Severity));
        foreach (IGrouping<Status, BackendProblem> alike in without
            .GroupBy(one => one.Status.Or(ofShare)).OrderByDescending(static group => group.Key.Severity))
        {
            string of = alike.Any(one => one.Status != alike.Key) ? $" ({share.Spoken.Replace(" (", ", ", StringComparison.Ordinal)}" : "";
            HeadlineKind ofOne = KindWithoutServers(alike.First().Proxy);
            Tell([.. alike], alike.Key, ofOne, HaproxyHeadlines.ManyWithoutServers, $"{of} have no usable server");
        }

        if (degraded.Count > 0)
        {
            Tell(degraded, Status.Warning, HaproxyHeadlines.ServersDown, HaproxyHeadlines.ManyServersDown, " have servers down");
        }

        worst.ForEach(static one => one.Remember());
    }

    private void Tell(List<BackendProblem> each, Status status, HeadlineKind one, HeadlineKind many, string what)
    {
        if (each.Count == 1)
        {
            concern.Problem(status, one.About(each[0].Proxy.Name), each[0].Sentence);
            return;
        }

        string names = Words.First([.. each.Select(static problem => problem.Proxy.Name)]);
        ProxyRow[] down = [.. each.SelectMany(static problem => problem.Proxy.Servers).Where(static server => server.IsDown)];
        string[] reasons = [.. down.Select(static server => server.CheckStatus).Distinct()];
        bool areAllDown = each.TrueForAll(static problem => problem.Proxy.Servers.Exists(static server => server.IsDown));
        string reason = areAllDown && reasons is [{ Length: > 0 } only] ? $", all {only}" : "";
        string since = down.Length > 0 && down.Min(static server => server.SecondsSinceChange) is >= 0 and { } seconds
            ? $" for {Words.Duration(seconds)}"
            : "";
        concern.Problem(
            status,
            many,
            $"{each.Count} of {backends} backends{what}{since}{reason}: {names}",
            [.. each.Select(problem => new Finding(status, problem.Sentence, HaproxyCheck.Proxies))]);
    }

    private void NoteUnchecked(ReportBuilder report)
    {
        if (withoutCheck.Count > 0)
        {
            report.Note($"{withoutCheck.Count} of {Words.Count(servers, "server")} without a health check, so that HAProxy calls them up "
                + $"whatever they do ('check' in haproxy.cfg): {Words.First(withoutCheck)}");
        }
    }

    /// <summary>What names nothing must not pass for well.</summary>
    private void EvaluateSubjects()
    {
        if (proxies == 0)
        {
            concern.Problem(Status.Unknown, HaproxyHeadlines.NothingToJudge, settings.Ignored.IsEmpty
                ? "HAProxy shows no frontend and no backend; does its stats socket belong to the process that serves?"
                : "no frontend and no backend is left to judge: --ignore takes them all out");
        }

        foreach (MinimumServers unused in settings.MinimumServers.Except(usedMinimums))
        {
            concern.Problem(Status.Unknown, HaproxyHeadlines.MinimumUnused, unused.NamesOneProxy
                ? $"--min-servers names backend {unused.Pattern}, but HAProxy has no such backend; was it renamed or removed from "
                    + "haproxy.cfg?"
                : $"--min-servers '{unused.Pattern}' matches no backend of HAProxy; was it renamed or removed from haproxy.cfg?");
        }
    }

    private void Measure()
    {
        concern.Measure(HaproxyCheck.Backends, backends);
        concern.Measure(HaproxyCheck.BackendsDown, backendsDown, maximum: backends);
        concern.Measure(HaproxyCheck.Servers, servers);
        concern.Measure(HaproxyCheck.ServersDown, serversDown, maximum: servers);
        concern.Measure(HaproxyCheck.ServersInMaintenance, serversInMaintenance, maximum: servers);
    }

    private void Summarize()
    {
        string maintenance = serversInMaintenance == 0 ? "" : $" ({serversInMaintenance} in maintenance or drain)";
        string usable = Words.Count(servers - serversInMaintenance - serversDown, "usable server");
        string summary = $"{Words.Count(backends, "backend")} with {usable}{maintenance}";
        concern.Ok(summary);
        concern.Summary(summary);
    }

    private void Evaluate(Proxy proxy, string at)
    {
        if (proxy.Frontend is { } frontend)
        {
            proxies++;
            EvaluateFrontend(frontend, at);
        }

        if (proxy.Backend is { } backend)
        {
            proxies++;
            if (proxy.Servers.Count > 0)
            {
                EvaluateBackend(backend, proxy, at);
            }
            else
            {
                EvaluateEmptyBackend(backend, isListen: proxy.Frontend is not null, at);
            }
        }
    }

    private void EvaluateFrontend(ProxyRow frontend, string at)
    {
        if (frontend.Status is not (ServerStatus.Open or ServerStatus.Full or ServerStatus.Stopped))
        {
            concern.Problem(
                Status.Unknown,
                HaproxyHeadlines.FrontendUnclear.About(frontend.Proxy),
                $"whether frontend {frontend.Proxy} accepts is not known: its status is '{frontend.StatusText}', which no frontend "
                    + $"has{at}");
        }
        else if (frontend.Status == ServerStatus.Stopped)
        {
            concern.Problem(
                Status.Warning,
                HaproxyHeadlines.FrontendClosed.About(frontend.Proxy),
                $"frontend {frontend.Proxy} does not accept connections: its status is {frontend.StatusText}{at}");
        }
        else if (concern.SaysWhatIsWell)
        {
            concern.Ok($"frontend {frontend.Proxy} accepts{at}");
        }
    }

    /// <summary>
    /// HAProxy calls it UP. One that answers by itself, with a redirect for example, needs no server; a request that needs one is answered
    /// with 503 and counted (econ, hrsp_5xx), until haproxy.cfg is mended and read again. As long as most are answered otherwise, those are
    /// requests that nobody meant to serve. A listen section without servers is a stats page.
    /// </summary>
    private void EvaluateEmptyBackend(ProxyRow backend, bool isListen, string at)
    {
        MinimumServers? minimum = MinimumOf(backend.Proxy, CountedServers.All);
        if (isListen && minimum?.NamesOneProxy != true)
        {
            if (concern.SaysWhatIsWell)
            {
                concern.Ok($"{backend.Proxy} has no servers: a listen section, such as a stats page{at}");
            }

            return;
        }

        long failed = Math.Max(backend[StatColumn.Responses5xx] ?? 0, backend[StatColumn.ConnectionErrors] ?? 0);
        bool isServing = backend.Answers is { } answers && answers > 2 * failed;
        Status status = (failed > 0 && !isServing ? Status.Warning : Status.Ok).Or(minimum?.StatusOf(0, 0) ?? Status.Ok);
        if (status != Status.Ok)
        {
            string requests = failed > 0 && !isServing
                ? $": {Words.Count(failed, "request")} to it failed since HAProxy started, although"
                : ", but";
            concern.Problem(
                status,
                HaproxyHeadlines.NoServers.About(backend.Proxy),
                $"backend {backend.Proxy} has no server configured{requests} HAProxy calls it {backend.StatusText}{at}");
        }
        else if (concern.SaysWhatIsWell)
        {
            concern.Ok(failed > 0
                ? $"backend {backend.Proxy} has no server configured and answers by itself: {failed} of {backend.Answers} requests "
                    + $"failed{at}"
                : $"backend {backend.Proxy} has no server configured and failed no request: it redirects or answers by itself, or nothing "
                    + $"came{at}");
        }
    }

    private void EvaluateBackend(ProxyRow backend, Proxy proxy, string at)
    {
        int all = proxy.Servers.Count;
        int down = proxy.Count(static server => server.IsDown);
        int inMaintenance = proxy.Count(static server => server.IsOutOfRotation);
        int usable = proxy.Count(static server => server.IsUsable);
        int usableBackups = proxy.Count(static server => server is { IsUsable: true, IsBackup: true });
        bool isDown = usable == 0 || backend.Status == ServerStatus.Down;
        backends++;
        backendsDown += isDown ? 1 : 0;
        servers += all;
        serversDown += down;
        serversInMaintenance += inMaintenance;
        withoutCheck.AddRange(
            proxy.Servers.Where(static server => server.Status == ServerStatus.Unchecked).Select(server => $"{proxy.Name}/{server.Name}"));

        MinimumServers? minimum = MinimumOf(proxy.Name, CountedServers.All);
        MinimumServers? active = MinimumOf(proxy.Name, CountedServers.Active);
        MinimumServers? backup = MinimumOf(proxy.Name, CountedServers.Backup);
        int backups = proxy.Count(static server => server.IsBackup);
        int filled = inMaintenance == 0 ? all : proxy.Count(server => !proxy.IsSpareSlot(server));
        bool isOnBackup = !isDown && usable == usableBackups;
        bool isSaid = EvaluateMinimum(minimum, proxy, isDown ? 0 : usable, filled, static _ => true, at);
        isSaid |= EvaluateMinimum(
            active, proxy, isDown ? 0 : usable - usableBackups, filled - backups, static server => !server.IsBackup, at);
        isSaid |= EvaluateMinimum(backup, proxy, isDown ? 0 : usableBackups, backups, static server => server.IsBackup, at);
        if (isSaid)
        {
            return;
        }

        if (isDown && minimum is null)
        {
            without.Add(new BackendProblem(proxy, worst[^1], Status.Critical, WithoutServers(backend, proxy) + at));
        }
        else if (isOnBackup && active is null)
        {
            string others = usable < all ? proxy.Names(static server => !server.IsUsable) : "it has no active server configured";
            worst[^1].Add(proxy.Name, Status.Warning);
            concern.Problem(
                Status.Warning,
                HaproxyHeadlines.OnBackup.About(proxy.Name),
                $"backend {proxy.Name} runs on backup alone ({proxy.Names(static server => server.IsUsable)}): {others}{at}");
        }
        else if (down > 0 && (minimum ?? active ?? backup) is null)
        {
            string names = proxy.Names(static server => server.IsDown);
            string sentence = $"backend {proxy.Name} has {down} of {Words.Count(all, "server")} down: {names}{at}";
            degraded.Add(new BackendProblem(proxy, worst[^1], Status.Warning, sentence));
        }
        else if (concern.SaysWhatIsWell)
        {
            string others = usable < all ? ": " + proxy.Names(static server => !server.IsUsable) : "";
            concern.Ok($"backend {proxy.Name} has {usable} of {Words.Count(all, "server")} usable{others}{at}");
        }
    }

    private MinimumServers? MinimumOf(string proxy, CountedServers counted) =>
        settings.MinimumServers.For(proxy, counted, usedMinimums);

    /// <summary>Evaluates one minimum, and says whether it was missed.</summary>
    private bool EvaluateMinimum(
        MinimumServers? minimum, Proxy proxy, int usable, int configured, Predicate<ProxyRow> counts, string at)
    {
        Status status = minimum?.StatusOf(usable, configured) ?? Status.Ok;
        if (status == Status.Ok)
        {
            return false;
        }

        if (usable == 0 && configured > 0 && minimum!.Counted == CountedServers.All)
        {
            without.Add(new BackendProblem(proxy, worst[^1], status, WithoutServers(proxy.Backend!, proxy) + at));
            return true;
        }

        string missing = configured > 0 ? ": " + proxy.Names(server => counts(server) && !server.IsUsable) : "";
        worst[^1].Add(proxy.Name, status);
        concern.Problem(
            status,
            HaproxyHeadlines.TooFewServers.About(proxy.Name),
            $"backend {proxy.Name} has {usable} of {configured}{minimum!.Kind} {(configured == 1 ? "server" : "servers")} usable (limit: "
                + $"{minimum.Demand(usable, configured)}){missing}{at}");
        return true;
    }

    private static HeadlineKind KindWithoutServers(Proxy proxy) =>
        proxy.Count(static server => server.IsUsable) > 0 ? HaproxyHeadlines.CalledDown : HaproxyHeadlines.NoUsableServer;

    private static string WithoutServers(ProxyRow backend, Proxy proxy) => proxy.Count(static server => server.IsUsable) > 0
        ? $"HAProxy calls backend {backend.Proxy} {backend.StatusText}{Proxy.Since(backend)} although "
            + proxy.Names(static server => server.IsUsable)
        : $"backend {backend.Proxy} has no usable server: {proxy.Names(static _ => true)}";

    /// <summary>What is wrong with one backend, when nothing else is.</summary>
    private sealed record BackendProblem(Proxy Proxy, WorstOfBackends Worst, Status Status, string Sentence);
}
