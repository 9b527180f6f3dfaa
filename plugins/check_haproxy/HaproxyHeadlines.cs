using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// What can be wrong with HAProxy, and what on-call does first about it; <see cref="Place.In"/> fits the commands to a container.
/// </summary>
internal static class HaproxyHeadlines
{
    private const string TestConfig = "haproxy -c -f /etc/haproxy/haproxy.cfg";

    private const string Log = "tail -n 50 /var/log/haproxy.log /var/log/messages";

    private const string ServerReady = "set server PROXY/SERVER state ready";

    private const string Sessions = "'show sess' on the stats socket tells who holds them";

    private const string BuildBundle =
        $"build the bundle anew beside the old one (key, certificate, CA bundle); {TestConfig}; then service haproxy reload";

    private const string KeepsServing = "restart HAProxy: it serves what it loaded, and would not start again";

    // Proxies.
    internal static readonly HeadlineKind NoUsableServer = new(
        HaproxyCheck.Proxies,
        "backend … has no usable server: …",
        "L4CON: on the server, does the service run? L4TOUT: ping the server. L7STS, L7RSP: its service answers badly. Set by an operator: "
            + $"{ServerReady}")
    {
        Explanation = "The bracket is HAProxy's own reason. All backends at once: the network between HAProxy and the servers.",
    };

    internal static readonly HeadlineKind ManyWithoutServers = new(
        HaproxyCheck.Proxies,
        "… of … backends… have no usable server…: …",
        "all at once: the network between HAProxy and the servers: ip route; ping -c 3 one of them; iptables -nL FORWARD; else as for one")
    {
        DoNot = "restart HAProxy for it: the servers, or the way to them, are what is down",
    };

    internal static readonly HeadlineKind ManyServersDown = new(
        HaproxyCheck.Proxies, "… of … backends have servers down…: …", ManyWithoutServers.FirstStep)
    {
        Explanation = "The others carry the load meanwhile: watch `session_use`.",
    };

    internal static readonly HeadlineKind CalledDown = new(
        HaproxyCheck.Proxies,
        "HAProxy calls backend … … although …",
        "'show stat' on the stats socket; is the backend disabled, or does it follow another one ('track') that is down?");

    internal static readonly HeadlineKind ServersDown = new(
        HaproxyCheck.Proxies, "backend … has … of … down: …", NoUsableServer.FirstStep)
    {
        Explanation = "The others carry the load meanwhile: watch `session_use`.",
    };

    internal static readonly HeadlineKind TooFewServers = new(
        HaproxyCheck.Proxies, "backend … has … of … usable (…)…", NoUsableServer.FirstStep)
    {
        Explanation = ServersDown.Explanation,
    };

    internal static readonly HeadlineKind OnBackup = new(
        HaproxyCheck.Proxies, "backend … runs on backup alone (…): …", NoUsableServer.FirstStep)
    {
        Explanation = "Treat it as down: the next failure is an outage.",
    };

    internal static readonly HeadlineKind NoServers = new(
        HaproxyCheck.Proxies,
        "backend … has no server configured…",
        "compare the backend in haproxy.cfg with its source: it lost its servers, or its redirect does not match every request");

    internal static readonly HeadlineKind FrontendClosed = new(
        HaproxyCheck.Proxies,
        "frontend … does not accept connections: its status is …",
        "'enable frontend NAME' on an admin socket; or a reload that did not finish: service haproxy status");

    internal static readonly HeadlineKind FrontendUnclear = new(
        HaproxyCheck.Proxies, "whether frontend … accepts is not known: its status is '…', which no frontend has…", "")
    {
        Explanation = "The row of `show stat` is shifted or of a version that this check does not know: send a recording (`--record`).",
    };

    internal static readonly HeadlineKind InMaintenance = new(
        HaproxyCheck.Proxies,
        "server … for … (limit: …)…",
        $"ask who works on it; nobody: {ServerReady} (or weight 100%) on an admin socket; a name that does not resolve: getent hosts NAME")
    {
        DoNot = "set it ready before it is known why it is out of rotation",
    };

    internal static readonly HeadlineKind Flaps = new(
        HaproxyCheck.Proxies,
        "server … flaps: its check took it down … within …; now …",
        "on the server: its log at these times; it dies, or its check times out ('check inter/fall/rise' in haproxy.cfg)")
    {
        Explanation = "While it flaps, the worst that became of its backend within the latch time stays the status.",
    };

    internal static readonly HeadlineKind ManyFlap = new(
        HaproxyCheck.Proxies,
        "… servers flap, their checks took them down up to … within the last hour: …",
        $"the network between HAProxy and the servers loses packets, or their checks time out: ping -c 20 one of them; {Flaps.FirstStep}");

    internal static readonly HeadlineKind NothingToJudge = new(HaproxyCheck.Proxies, "…no frontend and no backend…", "")
    {
        Explanation = "The stats socket is of another process, or `--ignore` takes everything out.",
    };

    internal static readonly HeadlineKind MinimumUnused = new(HaproxyCheck.Proxies, "--min-servers …", "")
    {
        Explanation = "The backend was renamed or removed: compare haproxy.cfg with the options file.",
    };

    // Traffic.
    internal static readonly HeadlineKind SessionsFull = new(
        HaproxyCheck.Traffic,
        "… has … of … sessions in use: …",
        $"{Sessions}; a slow server holds sessions: look at its response times")
    {
        DoNot = "raise maxconn before it is known who holds them",
    };

    internal static readonly HeadlineKind AnswersFail = new(
        HaproxyCheck.Traffic,
        "backend … answers with HTTP 5xx: …",
        "the error logs of its servers; with no usable server the 503s are HAProxy's own: that first");

    internal static readonly HeadlineKind ConnectsFail = new(
        HaproxyCheck.Traffic,
        "backend … connect… to its servers…: …",
        "on the servers: netstat -ltn, and whether the service is at its own limit: it refuses although its check passes, or has none");

    internal static readonly HeadlineKind AnswersBroken = new(
        HaproxyCheck.Traffic,
        "backend … gets broken answers from its servers: …",
        "the servers' logs: they close in the middle, crash, or need longer than 'timeout server'");

    internal static readonly HeadlineKind Slow = new(
        HaproxyCheck.Traffic,
        "… take … on average of its last 1,024 requests…",
        "the servers' load (uptime); for connections the network between: ping");

    internal static readonly HeadlineKind Queued = new(
        HaproxyCheck.Traffic,
        "requests that wait for a server…: …",
        "the servers of the named backend are at their maxconn: slow answers (their load), or too few servers");

    // The process.
    internal static readonly HeadlineKind NotRunning = new(
        HaproxyCheck.Process,
        "HAProxy is not running…: …",
        $"service haproxy status; {TestConfig} says whether it could start; {Log} says why it ended; then service haproxy start");

    internal static readonly HeadlineKind ContainerDown = new(
        HaproxyCheck.Process,
        "HAProxy is not running…: the container does not run (…)…",
        "vzctl status CTID: the container is down and comes first");

    internal static readonly HeadlineKind NotFound = new(HaproxyCheck.Process, "HAProxy runs… (pid …), but …", "")
    {
        DoNot = "restart HAProxy: it serves",
        Explanation = "Name the socket that the headline shows with `--socket`.",
    };

    internal static readonly HeadlineKind Hidden = new(HaproxyCheck.Process, "whether HAProxy runs is not known: …", "")
    {
        Explanation = "Install the sudoers line that the headline prints.",
    };

    internal static readonly HeadlineKind Silent = new(
        HaproxyCheck.Process,
        "HAProxy… does not answer: …; the process hangs or is overloaded",
        "top -bHn1 -p $(pidof -s haproxy): 100 % is a loop, 0 % is a lock; gcore $(pidof -s haproxy); then service haproxy restart")
    {
        Explanation = "Every call through it waits. Without the core nobody will know why.",
    };

    internal static readonly HeadlineKind NotRead = new(HaproxyCheck.Process, "HAProxy's statistics are not read: …", "")
    {
        DoNot = "restart HAProxy: nothing is known to be wrong with it",
        Explanation = "The statistics cannot be read, for a reason of this check's own: rights, address, `stats uri`, `stats auth`, "
            + "storage. The "
            + "headline has the cure. After a change of groups NRPE is restarted by hand (it does not start at boot, on purpose).",
    };

    internal static readonly HeadlineKind Booting = new(HaproxyCheck.Process, "HAProxy does not run yet…; the node booted … ago, …", "")
    {
        Explanation = "The boot's grace: what is not up at its end pages by itself.",
    };

    internal static readonly HeadlineKind ConnectionsFull = new(
        HaproxyCheck.Process, "HAProxy… has … of … connections in use: …", $"{Sessions}; 'show info' on the stats socket has the limits")
    {
        DoNot = "raise maxconn before it is known who holds them",
    };

    internal static readonly HeadlineKind Busy = new(
        HaproxyCheck.Process,
        "HAProxy… was idle for …",
        "top -bHn1 -p $(pidof -s haproxy); 'show activity' and 'show info' (SslRate, ConnRate): retries, TLS handshakes, or plain load");

    internal static readonly HeadlineKind NoMemory = new(
        HaproxyCheck.Process,
        "HAProxy… got no memory …: requests fail…",
        "free -m; 'show pools' on the stats socket; who else eats the memory: ps aux --sort -rss");

    internal static readonly HeadlineKind Restarts = new(
        HaproxyCheck.Process,
        "HAProxy restarted … within the last hour, …",
        $"{Log}; dmesg (OOM killer): crashes, then keep the core; or a deployment that reloads in a loop");

    internal static readonly HeadlineKind OldProcess = new(
        HaproxyCheck.Process,
        "an old HAProxy process answers on … (pid …): …",
        "ps -C haproxy -o pid,etime,args: a reload left it with long sessions; it ends by itself")
    {
        DoNot = "kill it while calls go through it",
    };

    internal static readonly HeadlineKind ManyProcesses = new(
        HaproxyCheck.Process, "HAProxy runs … processes, but … asked, so most of them are not seen; cure: …", "")
    {
        Explanation = "A `stats socket PATH process N` line for each process, and `--socket` for each.",
    };

    internal static readonly HeadlineKind Twice = new(
        HaproxyCheck.Process, "the same HAProxy process (pid …) answers on … and …: what it has is counted twice", "")
    {
        Explanation = "Name each process with one `--socket`.",
    };

    internal static readonly HeadlineKind Started = new(
        HaproxyCheck.Process, "HAProxy started …: …", $"{Log}: who restarted it, or why did it end?");

    // The configuration on disk.
    internal static readonly HeadlineKind ConfigurationRefused = new(
        HaproxyCheck.Config,
        "HAProxy would not start again with …: …; '…' says why",
        $"{TestConfig} says which line: mend it, or put the last good file back; then test again")
    {
        DoNot = "restart HAProxy: it runs with what it loaded, and would not start again",
        Explanation = "The file was changed since HAProxy started, or a certificate or map that it names.",
    };

    internal static readonly HeadlineKind NotTested = new(HaproxyCheck.Config, "… is not tested: …", "")
    {
        Explanation = "The headline has the reason, and the sudoers line where that is the cure.",
    };

    internal static readonly HeadlineKind NoConfiguration = new(HaproxyCheck.Config, "no configuration is named; cure: …", "")
    {
        Explanation = "Name the files that HAProxy is started with by `--config`, or leave the concern out.",
    };

    // Certificates.
    internal static readonly HeadlineKind Expires = new(
        HaproxyCheck.Certificates, "the …certificate … expires on …, in …", $"renew it; {BuildBundle}");

    internal static readonly HeadlineKind Expired = new(
        HaproxyCheck.Certificates, "the …certificate … has expired on …, … ago: clients refuse it…", Expires.FirstStep);

    internal static readonly HeadlineKind ExpiredBeside = new(
        HaproxyCheck.Certificates,
        "the intermediate certificate … (certificate …) of bundle … has expired on … beside a valid path…: …",
        $"build the bundle beside the old one without that certificate; {TestConfig}; then service haproxy reload");

    internal static readonly HeadlineKind NotYetValid = new(
        HaproxyCheck.Certificates,
        "the …certificate … is not valid before …: clients refuse it; is the clock right?",
        "date -u; when it is right, put the certificate back that was served before");

    internal static readonly HeadlineKind NotLoaded = new(
        HaproxyCheck.Certificates,
        "the certificate … that HAProxy serves at …, while the renewed one in bundle … not loaded; cure: …",
        $"{TestConfig}; service haproxy reload; then see why the renewal's hook did not");

    internal static readonly HeadlineKind RenewedNotLoaded = new(
        HaproxyCheck.Certificates,
        "HAProxy has loaded a certificate of bundle …, while the renewed one in the file, …, … not loaded; cure: …",
        NotLoaded.FirstStep);

    internal static readonly HeadlineKind WrittenSince = new(
        HaproxyCheck.Certificates,
        "bundle … was written on …, after HAProxy started on …, and is likely not loaded; cure: …",
        NotLoaded.FirstStep)
    {
        Explanation = "A stats socket of `level operator` lets the check ask HAProxy itself, and `--endpoint` shows what is served.",
    };

    internal static readonly HeadlineKind NotOnDisk = new(
        HaproxyCheck.Certificates,
        "the certificate … that HAProxy serves at … and stands in no bundle on disk: …",
        "grep -n crt /etc/haproxy/haproxy.cfg: where is its bundle?")
    {
        DoNot = "reload HAProxy before its bundle is found",
    };

    internal static readonly HeadlineKind OlderOnDisk = new(
        HaproxyCheck.Certificates,
        "the certificate … that HAProxy serves at …, while bundle … holds an older one, until …: …",
        "put the newer bundle back; who restored the older one?")
    {
        DoNot = "reload HAProxy before: it would serve the older certificate",
    };

    internal static readonly HeadlineKind OlderThanLoaded = new(
        HaproxyCheck.Certificates,
        "HAProxy has loaded a certificate of bundle …, while the file holds an older one, …, until …: …",
        OlderOnDisk.FirstStep)
    {
        DoNot = OlderOnDisk.DoNot,
    };

    internal static readonly HeadlineKind BundleRefused = new(
        HaproxyCheck.Certificates, "… bundle … HAProxy …", BuildBundle)
    {
        DoNot = KeepsServing,
    };

    internal static readonly HeadlineKind ExtraRefused = new(
        HaproxyCheck.Certificates,
        "…, which HAProxy loads beside bundle …, …: HAProxy refuses the bundle…",
        $"ls -l FILE*: what wrote it? Without it HAProxy starts: mv FILE /root/; {TestConfig}")
    {
        DoNot = KeepsServing,
    };

    internal static readonly HeadlineKind BundleUnread = new(HaproxyCheck.Certificates, "… cannot be read…", "")
    {
        Explanation = "The headline has the reason, and the sudoers line where that is the cure.",
    };

    internal static readonly HeadlineKind BundleMissing = new(HaproxyCheck.Certificates, "… does not exist; was it renamed in "
        + "haproxy.cfg ('crt')?", "")
    {
        Explanation = "Name the bundle that haproxy.cfg loads.",
    };

    internal static readonly HeadlineKind StorageSilent = new(HaproxyCheck.Certificates, "bundle … is not read: …", "")
    {
        Explanation = "It lies on storage that does not answer: that first, see the node's `mounts`.",
    };

    internal static readonly HeadlineKind FolderEmpty = new(
        HaproxyCheck.Certificates,
        "the folder of bundles … holds no bundle: HAProxy refuses it",
        "ls -l FOLDER: what emptied it? Put the bundles back")
    {
        DoNot = KeepsServing,
    };

    internal static readonly HeadlineKind NoneNamed = new(HaproxyCheck.Certificates, "no certificate is named; cure: …", "")
    {
        Explanation = "Name the bundles with `--bundle`, or leave the concern out.",
    };

    internal static readonly HeadlineKind NotCertificates = new(HaproxyCheck.Certificates, "what is served at … are no certificates", "")
    {
        Explanation = "Another service answers there: correct the address.",
    };

    internal static readonly HeadlineKind Unresolved = new(
        HaproxyCheck.Certificates, "the host of … has no address: …", "getent hosts HOST; /etc/hosts and DNS of this host");

    internal static readonly HeadlineKind KeyOpen = new(
        HaproxyCheck.Certificates,
        "every user of this machine can read the private key in … (…); cure: chmod o= …, and replace the key if somebody else has been "
            + "here",
        "last: who has been here? Others than administrators: have the certificate issued with a new key");

    internal static readonly HeadlineKind Weak = new(
        HaproxyCheck.Certificates, "certificate … (…) of bundle … …: today's clients refuse it; cure: …", Expires.FirstStep);

    internal static readonly HeadlineKind ChainBroken = new(
        HaproxyCheck.Certificates,
        "…; cure: …",
        $"append the CA bundle that came with the certificate, whole; {TestConfig}; service haproxy reload");

    internal static readonly HeadlineKind NotCovered = new(
        HaproxyCheck.Certificates,
        "no certificate covers …: …; cure: …",
        $"have it issued with the name; {BuildBundle}");

    internal static readonly HeadlineKind WrongCertificate = new(
        HaproxyCheck.Certificates,
        "HAProxy serves at … a certificate that does not cover … but …: clients refuse it",
        "grep -n crt /etc/haproxy/haproxy.cfg: the order of 'crt' and its crt-list; or have it issued with the name");

    internal static readonly HeadlineKind NotServed = new(
        HaproxyCheck.Certificates,
        "nothing listens at …, so no certificate is served there",
        "service haproxy status; grep -n 'bind.*ssl' /etc/haproxy/haproxy.cfg");

    internal static readonly HeadlineKind HandshakeFails = new(
        HaproxyCheck.Certificates,
        "… TLS handshake…",
        "timeout 10 openssl s_client -connect ENDPOINT </dev/null; grep -n 'bind.*ssl' /etc/haproxy/haproxy.cfg");
}
