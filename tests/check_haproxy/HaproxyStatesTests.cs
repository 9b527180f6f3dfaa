using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Haproxy;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>The whole program, the whole output and the exit code, once per state.</summary>
public class HaproxyStatesTests
{
    private const string Socket = "/run/haproxy/admin.sock";

    private const string Healthy = """
        web FRONTEND OPEN ;scur=5 ;slim=2000
        web sock-1 OPEN ;listener=1 ;scur=5 ;slim=2000
        pbx pbx1 UP ;scur=3 ;slim=100
        pbx pbx2 UP ;scur=2
        pbx BACKEND UP ;act=2 ;bck=0 ;scur=5 ;slim=200 ;qcur=0
        """;

    [Theory]
    [InlineData("healthy", Healthy)]
    [InlineData("no-usable-server", """
        pbx pbx1 DOWN ;check_status=L4CON ;last_chk=Connection refused
        pbx pbx2 DOWN ;check_status=L7STS ;last_chk=Service Unavailable ;lastchg=7500
        pbx BACKEND DOWN ;act=0 ;bck=0
        """)]
    [InlineData("one-of-three-down", """
        pbx pbx1 UP
        pbx pbx2 DOWN ;check_status=* L4TOUT
        pbx pbx3 UP
        pbx BACKEND UP ;act=2 ;bck=0
        """)]
    [InlineData("going-down-still-serves", """
        pbx pbx1 UP 2/3 ;check_status=L4CON
        pbx BACKEND UP ;act=1 ;bck=0
        """)]
    [InlineData("going-up-does-not-serve", """
        pbx pbx1 DOWN 1/2 ;check_status=L7OK
        pbx BACKEND DOWN ;act=0 ;bck=0
        """)]
    [InlineData("down-by-agent", """
        pbx pbx1 DOWN (agent) ;check_status=L7OK
        pbx pbx2 UP
        pbx BACKEND UP ;act=1 ;bck=0
        """)]
    [InlineData("maintenance-and-drain-are-tolerated", """
        pbx pbx1 MAINT
        pbx pbx2 MAINT (via pbx/pbx1)
        pbx pbx3 MAINT (resolution)
        pbx pbx4 MAINT(via)
        pbx pbx5 DRAIN
        pbx pbx6 DRAIN (agent)
        pbx pbx7 NOLB 1/2
        pbx pbx8 UP ;weight=0
        pbx pbx9 UP
        pbx BACKEND UP ;act=1 ;bck=0
        """)]
    [InlineData("all-in-maintenance", """
        pbx pbx1 MAINT ;lastchg=90061
        pbx pbx2 DRAIN
        pbx BACKEND DOWN ;act=0 ;bck=0
        """)]
    [InlineData("unchecked-servers", """
        pbx pbx1 no check
        pbx BACKEND UP ;act=1 ;bck=0
        """)]
    [InlineData("unchecked-with-weight-0", """
        pbx pbx1 no check ;weight=0
        pbx BACKEND UP ;act=1 ;bck=0
        """)]
    [InlineData("runs-on-backup", """
        pbx pbx1 DOWN ;check_status=L4CON ;last_chk=Connection refused
        pbx pbx2 UP ;act=0 ;bck=1
        pbx BACKEND UP ;act=0 ;bck=1
        """)]
    [InlineData("backup-by-design", """
        pbx pbx1 UP ;act=0 ;bck=1
        pbx BACKEND UP ;act=0 ;bck=1
        """)]
    [InlineData("empty-backend", """
        web FRONTEND OPEN ;scur=0 ;slim=10
        pbx BACKEND UP ;act=0 ;bck=0
        """)]
    [InlineData("listen-without-servers", """
        stats FRONTEND OPEN ;scur=0 ;slim=10
        stats BACKEND UP ;act=0 ;bck=0
        """)]
    [InlineData("listener-rows-are-not-servers", """
        pbx pbx1 DOWN ;listener=1
        pbx FRONTEND OPEN ;scur=0 ;slim=10
        """)]
    [InlineData("unrecognized-status", """
        pbx pbx1 SLEEPING
        pbx pbx2 UP
        pbx BACKEND UP ;act=1 ;bck=0
        """)]
    [InlineData("backend-down-against-its-rows", """
        pbx pbx1 UP
        pbx BACKEND DOWN ;act=1 ;bck=0
        """)]
    [InlineData("frontend-stopped", """
        web FRONTEND STOP ;scur=0 ;slim=10
        pbx pbx1 UP
        pbx BACKEND UP ;act=1 ;bck=0
        """)]
    [InlineData("sessions-near-the-limit", """
        web FRONTEND OPEN ;scur=1700 ;slim=2000
        pbx pbx1 UP ;scur=95 ;slim=100
        pbx BACKEND UP ;act=1 ;bck=0 ;scur=1000 ;slim=200 ;qcur=7
        """)]
    [InlineData("frontend-full", """
        web FRONTEND FULL ;scur=2000 ;slim=2000
        pbx pbx1 UP
        pbx BACKEND UP ;act=1 ;bck=0
        """)]
    [InlineData("nothing-but-the-header", "")]
    [InlineData("hostile-texts", """
        p|b'x pbx1 DOWN ;check_status=L7RSP ;last_chk="bad ""thing"", with | and `id`"
        p|b'x BACKEND DOWN ;act=0 ;bck=0
        """)]
    [InlineData("two-backends-down-among-many-servers", """
        pbx a1 DOWN
        pbx a2 DOWN
        pbx a3 DOWN
        pbx a4 DOWN
        pbx a5 DOWN
        pbx a6 DOWN
        pbx BACKEND DOWN ;act=0 ;bck=0
        sip b1 DOWN ;check_status=L4TOUT
        sip BACKEND DOWN ;act=0 ;bck=0
        fop c1 UP
        fop c2 DOWN
        fop BACKEND UP ;act=1 ;bck=0
        """)]
    public void State(string name, string rows) => MatchState(name, new FakeWorld().Answer(Socket, StatsAnswer.Of(rows)));

    [Theory]
    [InlineData("process-connections", "Name: HAProxy\nVersion: 3.0.1\nPid: 9\nUptime_sec: 59\nMaxconn: 2000\nCurrConns: 1900\n\n")]
    [InlineData("old-process-answers", "Name: HAProxy\nVersion: 2.4.0\nPid: 9\nUptime_sec: 3599\nMaxconn: 2000\nCurrConns: 1\nStopping: 1\n\n")]
    [InlineData("process-says-little", "Name: HAProxy\n\n")]
    public void Process(string name, string info) => MatchState(name, new FakeWorld().Answer(Socket, StatsAnswer.Of(Healthy, info)));

    [Theory]
    [InlineData("empty-answer", "")]
    [InlineData("permission-in-band", "Permission denied\n\n")]
    [InlineData("unknown-command", "Unknown command, but maybe one of the following ones is a better match:\n  help\n\n")]
    [InlineData("another-server", "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html>\n")]
    [InlineData("cut-in-info", "Name: HAProxy\nVersion: 2.6")]
    [InlineData("info-alone", "Name: HAProxy\nVersion: 2.6.12\n\n")]
    [InlineData("stat-refused", "Name: HAProxy\nVersion: 2.6.12\n\nPermission denied\n\n")]
    [InlineData("header-without-status", "Name: HAProxy\n\n# pxname,svname,type,\na,b,2,\n\n")]
    [InlineData("short-row", "Name: HAProxy\n\n# pxname,svname,status,type,\na,b,UP\n\n")]
    [InlineData("unknown-type", "Name: HAProxy\n\n# pxname,svname,status,type,\na,b,UP,9,\n\n")]
    [InlineData("more-behind-the-end", "Name: HAProxy\n\n# pxname,svname,status,type,\na,b,UP,2,\n\nextra\n")]
    [InlineData("cut-in-rows", "Name: HAProxy\n\n# pxname,svname,status,type,\na,b,UP,2,\n")]
    public void Answer_that_is_no_answer(string name, string answer) => MatchState("answer-" + name, new FakeWorld().Answer(Socket, answer));

    [Theory]
    [InlineData("refused", SocketOutcome.Refused, "Connection refused")]
    [InlineData("silent", SocketOutcome.Silent, "no end of the answer after 0 bytes")]
    [InlineData("missing", SocketOutcome.Missing, "No such file or directory")]
    [InlineData("too-long", SocketOutcome.TooLong, "the answer has more than 16777216 bytes")]
    [InlineData("failed", SocketOutcome.Failed, "Too many open files")]
    public void Socket_trouble(string name, SocketOutcome outcome, string reason) => MatchState(
        "socket-" + name,
        new FakeWorld().Fail(Socket, outcome, reason).Place(Socket, new PathStatus(PathKind.Socket, 0b110_110_000, "haproxy", "haproxy")));

    [Theory]
    [InlineData("group-may", PathKind.Socket, 0b110_110_000, "haproxy")]
    [InlineData("root-only", PathKind.Socket, 0b110_000_000, "root")]
    [InlineData("folder-closed", PathKind.Denied, 0, "")]
    public void Denied(string name, PathKind kind, int mode, string group) => MatchState(
        "denied-" + name,
        new FakeWorld().Fail(Socket, SocketOutcome.Denied, "Permission denied")
            .Place(Socket, new PathStatus(kind, mode, "root", group))
            .Place("/run/haproxy", new PathStatus(PathKind.Folder, 0b111_101_000, "haproxy", "haproxy")));

    [Fact]
    public void Without_options_the_usual_sockets_are_tried_in_order()
    {
        FakeWorld redHat = new FakeWorld().Answer("/var/lib/haproxy/stats", StatsAnswer.Of(Healthy));
        Assert.StartsWith("HAPROXY OK", Run(redHat).Output, StringComparison.Ordinal);
        MatchState("no-usual-socket", new FakeWorld());
    }

    [Fact]
    public void Two_sockets_are_two_processes()
    {
        FakeWorld world = new FakeWorld()
            .Answer("/run/a.sock", StatsAnswer.Of(Healthy))
            .Answer("/run/b.sock", StatsAnswer.Of("pbx pbx1 DOWN ;check_status=L4CON\npbx BACKEND DOWN ;act=0 ;bck=0", "Name: HAProxy\nPid: 12\nMaxconn: 100\nCurrConns: 85\nUptime_sec: 20\n\n"));
        MatchState("two-sockets", world, "--socket", "/run/a.sock", "--socket", "/run/b.sock");
        world.Fail("/run/b.sock", SocketOutcome.Refused, "Connection refused");
        MatchState("two-sockets-one-refused", world, "--socket", "/run/a.sock", "--socket", "/run/b.sock");
    }

    [Theory]
    [InlineData("proxies")]
    [InlineData("traffic")]
    [InlineData("process")]
    public void One_concern_alone(string concern) =>
        MatchState("only-" + concern, new FakeWorld().Answer(Socket, StatsAnswer.Of(Healthy)), "--only", concern, "-vvv");

    [Fact]
    public void Limits_of_the_operator_are_judged_and_printed() => MatchState(
        "limits-of-the-operator",
        new FakeWorld().Answer(Socket, StatsAnswer.Of(Healthy)),
        "-w", "servers=3:", "-c", "queue=@0:0", "-c", "0.1", "-w", "uptime=100000:");

    [Theory]
    [InlineData("relative.sock")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("a:b:5")]
    [InlineData(":5")]
    [InlineData("ho st:5")]
    public void A_socket_that_is_none_is_refused(string socket)
    {
        (string output, int code) = Run(new FakeWorld(), "--socket", socket);
        Assert.Equal(3, code);
        Assert.Equal($"HAPROXY UNKNOWN - --socket '{socket}' is no socket; accepted are an absolute path of at most 107 bytes, HOST:PORT or [IPV6]:PORT\n", output);
    }

    [Fact]
    public void Columns_of_version_1_4_are_enough()
    {
        string answer = "Name: HAProxy\nVersion: 1.4.27\n\n# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,rate_lim,rate_max,check_status,check_code,check_duration,\n"
            + "pbx,pbx1,0,0,0,0,,0,0,0,,0,,0,0,0,0,DOWN,1,1,0,1,1,30,30,,1,1,1,,0,,2,0,,0,L4CON,,0,\n"
            + "pbx,BACKEND,0,0,0,0,200,0,0,0,0,0,,0,0,0,0,DOWN,0,0,0,,1,30,30,,1,1,0,,0,,1,0,,0,,,,\n\n";
        MatchState("version-1.4", new FakeWorld().Answer(Socket, answer));
    }

    [Fact]
    public void A_limit_on_what_haproxy_does_not_tell_is_unknown() => MatchState(
        "limits-on-untold-values",
        new FakeWorld().Answer(Socket, StatsAnswer.Of("pbx pbx1 UP\npbx BACKEND UP ;act=1 ;bck=0", "Name: HAProxy\n\n")),
        "-w", "session_use=5", "-w", "connection_use=5", "-w", "uptime=60:");

    private static void MatchState(string name, FakeWorld world, params string[] arguments)
    {
        (string output, int code) = Run(world, arguments);
        Snapshot.Match($"exit {code}\n{output}", name);
    }

    private static (string Output, int ExitCode) Run(FakeWorld world, params string[] arguments) => Host.RunInside<HaproxyCheck>(arguments, world);
}
