namespace Ringfree.Monitoring.Programs.Tests;

/// <summary>A program of the suite is one file that runs on any Linux, whatever is installed there.</summary>
public sealed class StaticTests : IDisposable
{
    private const string Judged = "HAPROXY UNKNOWN - no certificate is named";
    private readonly TestFolder folder = new();

    public static TheoryData<string> Programs
    {
        get
        {
            TheoryData<string> programs = [];
            foreach (string program in Directory.GetFiles(Repository.PathOf("out", "bin")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal))
            {
                programs.Add(program);
            }

            return programs;
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void There_are_programs() => Assert.Contains("check_haproxy", Directory.GetFiles(Repository.PathOf("out", "bin")).Select(Path.GetFileName));

    [Theory]
    [MemberData(nameof(Programs))]
    public void It_is_one_static_file_that_runs_in_an_empty_root(string program)
    {
        Needs.Root();
        Needs.File("/usr/bin/file", "file");
        Assert.Contains("statically linked", ProcessRun.Run("/usr/bin/file", [Repository.Program(program)]).Output, StringComparison.Ordinal);
        ProcessRun.CopyProgram(Repository.Program(program), folder.PathOf(program));
        bool isCheck = program.StartsWith("check_", StringComparison.Ordinal);
        foreach (string argument in new[] { "--help", "--version", "--bogus" })
        {
            ProcessResult result = ProcessRun.Run("/usr/sbin/chroot", [folder.Root, "/" + program, argument]);
            bool isUsageError = argument == "--bogus";
            Assert.True(isCheck ? result.ExitCode == 3 : isUsageError == (result.ExitCode != 0), $"{argument}: {result.ExitCode} {result.Output}{result.Error}");
            Assert.NotEqual("", result.Output + result.Error);
        }
    }

    /// <summary>
    /// A generator reads the facts of every check. One fact made in a way that roots the check would bring its probes and OpenSSL along.
    /// </summary>
    [Theory]
    [InlineData("check_haproxy", true)]
    [InlineData("nrpe-config", false)]
    [InlineData("shinken-objects", false)]
    public void A_generator_carries_no_check(string program, bool carriesOne) =>
        Assert.Equal(carriesOne, File.ReadAllBytes(Repository.Program(program)).AsSpan().IndexOf("OpenSSL 3"u8) >= 0);

    [Theory]
    [InlineData("chown nobody \"$1\"", "/sub' is owned by nobody")]
    [InlineData("chmod 0777 \"$1\"", "/sub' is writable by others (mode 777)")]
    [InlineData("chown nobody \"$1/check_haproxy\"", "/sub/check_haproxy' is owned by nobody")]
    public void Root_refuses_a_check_that_somebody_else_could_have_replaced(string damage, string part)
    {
        Needs.Root();
        string sub = Directory.CreateDirectory(folder.PathOf("sub")).FullName;
        string program = Path.Combine(sub, "check_haproxy");
        ProcessRun.CopyProgram(Repository.Program("check_haproxy"), program);
        Assert.StartsWith(Judged, ProcessRun.Run(program, ["--only", "certificates"]).Output, StringComparison.Ordinal);
        Assert.Equal(0, ProcessRun.Shell(damage, sub).ExitCode);
        ProcessResult refused = ProcessRun.Run(program, ["--only", "certificates"]);
        Assert.Equal(3, refused.ExitCode);
        Assert.Equal(
            $"HAPROXY UNKNOWN - refused to run as root with the program itself '{program}': '{folder.Root}{part}; cure: run it from where only root may write, as make install places it, or as another user\n",
            refused.Output);
        ProcessRun.Shell("chmod 0755 \"$1\"", folder.Root);
        Assert.StartsWith(Judged, ProcessRun.Run("/usr/sbin/runuser", ["-u", "nobody", "--", program, "--only", "certificates"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_judges_a_live_haproxy_from_an_empty_root()
    {
        Needs.Root();
        Needs.File("/usr/sbin/haproxy", "haproxy");
        using var haproxy = new RealHaproxy("backend pbx\n  server pbx1 127.0.0.1:9");
        ProcessRun.CopyProgram(Repository.Program("check_haproxy"), Path.Combine(haproxy.Folder, "check_haproxy"));
        ProcessResult result = ProcessRun.Run("/usr/sbin/chroot", [haproxy.Folder, "/check_haproxy", "--no-memory", "--socket", "/admin.sock"]);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("HAPROXY OK - 1 backend with 1 usable server", result.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// The root's nsswitch.conf names a module that ends whoever loads it, as modules of another libc do. A static program without
    /// precautions proves that the trap is armed.
    /// </summary>
    [Fact]
    public void A_name_is_looked_up_in_a_root_whose_name_service_modules_are_foreign()
    {
        Needs.Root();
        Needs.File("/usr/sbin/haproxy", "haproxy");
        int port = Ports.Free();
        using var haproxy = new RealHaproxy("backend pbx\n  server pbx1 127.0.0.1:9", port);
        folder.Write("etc/nsswitch.conf", "hosts: trap files dns\npasswd: trap files\ngroup: trap files\nservices: trap files\n");
        folder.Write("etc/hosts", "127.0.0.1 proxy.example\n");
        folder.Write("trap.c", "#include <unistd.h>\n__attribute__((constructor)) static void spring(void) { _exit(77); }\n");
        folder.Write("naive.c", "#include <netdb.h>\nint main(void) { struct addrinfo *found; return getaddrinfo(\"proxy.example\", 0, 0, &found); }\n");
        ProcessResult prepared = ProcessRun.Shell(
            """
            cd "$1" && mkdir -p lib/x86_64-linux-gnu &&
            gcc -w -shared -fPIC -o lib/x86_64-linux-gnu/libnss_trap.so.2 trap.c && gcc -w -static -o naive naive.c &&
            cp /lib/x86_64-linux-gnu/libc.so.6 /lib64/ld-linux-x86-64.so.2 lib/x86_64-linux-gnu/ && cp "$2" check_haproxy
            """,
            folder.Root,
            Repository.Program("check_haproxy"));
        Assert.True(prepared.ExitCode == 0, prepared.Error);
        Assert.Equal(77, ProcessRun.Run("/usr/sbin/chroot", [folder.Root, "/naive"]).ExitCode);

        ProcessResult result = ProcessRun.Run("/usr/sbin/chroot", [folder.Root, "/check_haproxy", "--no-memory", "--socket", $"proxy.example:{port}"]);
        Assert.StartsWith("HAPROXY OK - 1 backend with 1 usable server", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);

        ProcessResult unknown = ProcessRun.Run("/usr/sbin/chroot", [folder.Root, "/check_haproxy", "--no-memory", "--socket", $"elsewhere.example:{port}", "-t", "3"]);
        Assert.Equal((3, ""), (unknown.ExitCode, unknown.Error));
        Assert.StartsWith($"HAPROXY UNKNOWN - HAProxy's statistics are not read: the host of the stats socket elsewhere.example:{port} has no address: ", unknown.Output, StringComparison.Ordinal);
    }
}
