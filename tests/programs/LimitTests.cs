using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Programs.Tests;

/// <summary>
/// What a caller may allow a program: address space, data, descriptors, processes, size of files, CPU. NRPE and schedulers pass their own
/// limits on, through sudo too. Whatever they are, a check ends with one legal line and exit code, and notify spools or says that it did
/// not.
/// </summary>
public sealed partial class LimitTests : IDisposable
{
    private const string AsNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";

    private static readonly string[] Limits =
    [
        "-v 4000000", "-v 1000000", "-v 500000", "-v 300000", "-v 100000", "-v 20000", "-d 100000", "-d 20000", "-d 5000",
        "-n 3", "-n 4", "-n 5", "-n 6", "-n 8", "-n 16", "-f 0", "-f 1", "-s 64", "-s 256", "-u 1", "-u 2", "-u 4", "-l 0", "-i 0", "-t 1",
    ];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [GeneratedRegex("^[A-Z_]+ (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+")]
    private static partial Regex LegalLine();

    public static TheoryData<string> Checks() =>
        [.. Directory.GetFiles(Repository.PathOf("out/bin"), "check_*").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Every_limit_of_the_caller_ends_with_a_line(string check)
    {
        Needs.Root();
        string program = Installed(check);
        Directory.CreateDirectory(folder.PathOf("state"));
        ProcessRun.Shell("chown 65534 \"$1\"; chmod 700 \"$1\"", folder.PathOf("state"));
        Assert.NotEmpty(Limits);
        foreach (string limit in Limits)
        {
            ProcessResult result = ProcessRun.Shell(
                $"ulimit -c 0; {AsNobody} bash -c 'ulimit {limit} && exec \"$@\"' bash \"$1\" --state-dir \"$2\" -t 5 "
                    + SmallestCall(check, folder),
                program,
                folder.PathOf("state"));
            Assert.True(
                result.ExitCode is >= 0 and <= 3 && LegalLine().IsMatch(result.Output),
                $"ulimit {limit}: {check} ended with {result.ExitCode}: {result.Output}{result.Error}");
        }
    }

    [Fact]
    public void A_gigabyte_of_address_space_suffices()
    {
        Assert.NotEmpty(Checks());
        foreach (string check in Checks().Select(row => row.Data))
        {
            ProcessResult result = ProcessRun.Shell("ulimit -v 1000000; \"$1\" --version", Repository.PathOf("out/bin", check));
            Assert.StartsWith(check, result.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("-v 1000000", "the notification is spooled")]
    [InlineData(
        "-v 300000",
        "the program cannot start: its caller allows 300000 KiB of address space (ulimit -v); raise that where the caller is started; "
            + "this notification is neither spooled nor delivered")]
    [InlineData("-d 20000", "the notification is spooled")]
    [InlineData("-u 1", "this notification is neither spooled nor delivered")]
    [InlineData("-f 0", "the notification is not spooled: cannot write ")]
    [InlineData("-n 4", "Too many open files")]
    [InlineData("-n 5", "the notification is not spooled: cannot create ")]
    [InlineData("-n 8", "the notification is spooled")]
    public void Notify_spools_or_says_that_it_did_not(string limit, string said)
    {
        Needs.Root();
        string program = Installed("pagerduty-bridge");
        string spool = folder.PathOf("spool");
        Directory.CreateDirectory(spool);
        ProcessRun.Shell("chown 65534 \"$1\"; chmod 700 \"$1\"", spool);
        folder.Write("bridge.toml", $"[spool]\npath = \"{spool}\"\n");
        ProcessRun.Shell("chmod 644 \"$1\"", folder.PathOf("bridge.toml"));
        ProcessResult result = ProcessRun.Shell(
            $"export NAGIOS_NOTIFICATIONTYPE=PROBLEM NAGIOS_HOSTNAME=pbx NAGIOS_SERVICEDESC=sip NAGIOS_SERVICESTATE=CRITICAL; {AsNobody} "
            + $"bash -c 'ulimit {limit} && exec \"$@\"' bash \"$1\" notify --config \"$2\"",
            program,
            folder.PathOf("bridge.toml"));
        Assert.StartsWith("pagerduty-bridge", result.Output, StringComparison.Ordinal);
        Assert.Contains(said, result.Output, StringComparison.Ordinal);
        Assert.Equal(said.Contains("is spooled", StringComparison.Ordinal) ? 1 : 0, Directory.GetFiles(spool, "*.event").Length);
        Assert.InRange(result.ExitCode, 1, 2);
    }

    [Fact]
    public void The_status_of_a_bridge_that_cannot_start_is_unknown()
    {
        ProcessResult result = ProcessRun.Shell("ulimit -v 100000; \"$1\" status", Repository.PathOf("out/bin/pagerduty-bridge"));
        Assert.Equal(3, result.ExitCode);
        const string Line = "PAGERDUTY_BRIDGE UNKNOWN - the program cannot start: its caller allows 100000 KiB";
        Assert.StartsWith(Line, result.Output, StringComparison.Ordinal);
    }

    private static string SmallestCall(string check, TestFolder folder) => check switch
    {
        "check_openvz" => $"--root {folder.PathOf("node")}",
        "check_haproxy" => $"--socket {folder.PathOf("admin.sock")}",
        "check_sansay_ha" => $"--node a=127.0.0.1:1 --node b=127.0.0.1:2 --credentials {folder.PathOf("none")} --pin {new string('0', 64)}",
        "check_voipmon" => $"--manager 127.0.0.1:9 --mysql-options {folder.PathOf("none")}",
        "check_gluster_split" => "--gluster /bin/true",
        "check_over_ssh" => $"-H 127.0.0.1:9 --identity {folder.PathOf("none")} --known-hosts {folder.PathOf("none")} rf_x",
        _ => throw new ArgumentOutOfRangeException(nameof(check), check, "a call that ends at once is missing"),
    };

    /// <summary>Where every user may run it.</summary>
    private string Installed(string program)
    {
        string copy = folder.PathOf(program);
        File.Copy(Repository.PathOf("out/bin", program), copy);
        ProcessRun.Shell("chmod 755 \"$1\" \"$2\"", folder.Root, copy);
        return copy;
    }
}
