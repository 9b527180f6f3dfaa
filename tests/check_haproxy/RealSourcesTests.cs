using System.Security.Cryptography;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>One grammar for a real HAProxy's UNIX sockets, TCP socket and stats page.</summary>
public sealed class RealSourcesTests : IDisposable
{
    private const string Package = "haproxy";
    private readonly TestFolder folder = new();
    private readonly int web = Ports.Free();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_stats_page_tells_what_the_sockets_tell()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        int page = Ports.Free();
        int tcp = Ports.Free();
        using RealHaproxy haproxy = Start(page, "", tcp);
        string[] sources = [haproxy.Socket, $"127.0.0.1:{tcp}", $"http://127.0.0.1:{page}/haproxy?stats", $"http://localhost:{page}/haproxy?stats;csv"];
        foreach (string source in sources)
        {
            ProcessResult result = Check("--socket", source, "--only", "proxies");
            Assert.Equal(1, result.ExitCode);
            Assert.StartsWith("HAPROXY WARNING - backend pbx has 1 of 2 servers down: pbx2 DOWN ", result.Output, StringComparison.Ordinal);
        }

        ProcessResult all = Check("--socket", sources[2]);
        Assert.Contains(" | backends=1;;;0 backends_down=0;;;0;1 backends_down_share=0%;;@20:;0;100 servers=2;;;0 servers_down=1;;;0;2 ", all.Output, StringComparison.Ordinal);
        Assert.Contains("note: first look at http://127.0.0.1:", all.Output, StringComparison.Ordinal);

        ProcessResult html = Check("--socket", $"http://127.0.0.1:{web}/");
        Assert.Equal(3, html.ExitCode);
        Assert.StartsWith(
            $"HAPROXY UNKNOWN - HAProxy's statistics are not read: the page is no CSV of HAProxy, it begins with '<html>hello</html>'; "
                + $"its path is 'stats uri' of haproxy.cfg (page "
                + $"http://127.0.0.1:{web}/;csv)\n",
            html.Output,
            StringComparison.Ordinal);

        ProcessResult twice = Check("--socket", haproxy.Socket, "--socket", $"127.0.0.1:{tcp}", "--only", "process");
        Assert.Equal(1, twice.ExitCode);
        Assert.Matches($"^HAPROXY WARNING - the same HAProxy process \\(pid [0-9]+\\) answers on {haproxy.Socket} and 127\\.0\\.0\\.1:{tcp}", twice.Output);
    }

    [Fact]
    public void Credentials_come_from_a_file_that_is_its_readers_alone()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        int page = Ports.Free();
        using RealHaproxy haproxy = Start(page, "  stats auth mon:dial-tone\n");
        string source = $"http://127.0.0.1:{page}/haproxy?stats";
        ProcessResult without = Check("--socket", source);
        Assert.Equal(3, without.ExitCode);
        Assert.StartsWith($"HAPROXY UNKNOWN - HAProxy's statistics are not read: the stats page {source};csv asks for a user and a password; cure: write USER:PASSWORD into a file of mode 0600 and name it with --credentials\n", without.Output, StringComparison.Ordinal);

        string right = folder.Write("right", "mon:dial-tone\n");
        Assert.Equal(1, Check("--socket", source, "--credentials", right).ExitCode);

        string wrong = folder.Write("wrong", "mon:busy-tone\n");
        ProcessResult refused = Check("--socket", source, "--credentials", wrong, "-vvv", "--record", folder.PathOf("recording"));
        Assert.Equal(3, refused.ExitCode);
        Assert.StartsWith($"HAPROXY UNKNOWN - HAProxy's statistics are not read: the stats page {source};csv refuses the credentials of {wrong}; compare them with 'stats auth' in haproxy.cfg", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("busy-tone", refused.Output, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(folder.PathOf("recording"), "*", SearchOption.AllDirectories), file => Assert.DoesNotContain("busy-tone", File.ReadAllText(file), StringComparison.Ordinal));

        File.SetUnixFileMode(right, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        ProcessResult open = Check("--socket", source, "--credentials", right);
        Assert.Equal(3, open.ExitCode);
        Assert.Contains($"the credentials file '{right}' is owned by ", open.Output, StringComparison.Ordinal);
        Assert.Contains($"; cure: chmod 0600 '{right}'", open.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_over_https_is_believed_with_its_authority_alone()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using TestAuthority authority = new();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string bundle = folder.Write("page.pem", TestAuthority.PrivateKey(key) + authority.Issue(key, 60, "localhost", "127.0.0.1") + authority.Intermediate);
        string ca = folder.Write("ca.pem", authority.Root);
        int page = Ports.Free();
        using RealHaproxy haproxy = Start(page, "", bind: $" ssl crt {bundle}");
        string source = $"https://127.0.0.1:{page}/haproxy?stats";
        Assert.Equal(1, Check("--socket", source, "--ca", ca).ExitCode);
        ProcessResult untrusted = Check("--socket", source);
        Assert.Equal(3, untrusted.ExitCode);
        Assert.StartsWith($"HAPROXY UNKNOWN - HAProxy's statistics are not read: the stats page {source};csv cannot be asked: ", untrusted.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_sources_a_hanging_one_does_not_use_up_the_time_of_the_others()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using RealHaproxy hanging = Start(Ports.Free(), "");
        using RealHaproxy well = new("backend fop\n  server fop1 127.0.0.1:9");
        hanging.Signal("STOP");
        ProcessResult result = Check("--socket", hanging.Socket, "--socket", well.Socket, "-t", "2", "-v");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"HAPROXY CRITICAL - HAProxy accepts on {hanging.Socket} but does not answer: no end of the answer after 0 bytes; the process hangs or is overloaded", result.Output, StringComparison.Ordinal);
        Assert.Contains("[OK] backend fop has 1 of 1 server usable", result.Output, StringComparison.Ordinal);
    }

    private static ProcessResult Check(params string[] arguments) =>
        ProcessRun.Run(Repository.Program("check_haproxy"), ["--no-memory", "--state-dir", "/proc/nonexistent", .. arguments]);

    private RealHaproxy Start(int page, string stats, int tcp = 0, string bind = "")
    {
        var haproxy = new RealHaproxy(
            $"""
            listen page
              bind 127.0.0.1:{page}{bind}
              stats enable
              stats uri /haproxy?stats
            {stats}
            listen web
              bind 127.0.0.1:{web}
              http-request return status 200 content-type text/html string "<html>hello</html>"
            backend pbx
              server pbx1 127.0.0.1:{web} check inter 100ms
              server pbx2 127.0.0.1:9 check inter 100ms fall 1
            """,
            tcp);
        haproxy.WaitForStatus("pbx", "pbx2", "DOWN");
        return haproxy;
    }
}
