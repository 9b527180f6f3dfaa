using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>
/// A node as a tree of files in the formats of an OpenVZ kernel and vzctl, judged by the published program with <c>--root</c>. Each run is
/// recorded and replayed, and the replay must say the same.
/// </summary>
public sealed partial class NodeTree : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly List<string> mounts = ["/dev/sda1 / ext4 rw 0 0", "proc /proc proc rw 0 0"];
    private readonly StringBuilder beancounters = new();
    private int nextPid = 2000;
    private int runs;

    public NodeTree()
    {
        File.SetUnixFileMode(folder.Root, (UnixFileMode)0b111_101_101);
        Process("init", "0", pid: 1, vpid: 1);
        Process("sshd", "0", pid: 900, vpid: 900);
        Write("/etc/vz/vz.conf", "LOCKDIR=/vz/lock\nDUMPDIR=/vz/dump\nVE_ROOT=/vz/root/$VEID\nVE_PRIVATE=\"/vz/private/$VEID\"\n");
        Write("/etc/vz/conf/0.conf", "ONBOOT=\"no\"\n");
        Write("/etc/vz/conf/ve-basic.conf-sample", "ONBOOT=\"yes\"\n");
        Booted(TimeSpan.FromDays(40));
        Write("/proc/sys/kernel/random/boot_id", "5f0c3a51-0000-4000-8000-000000000000\n");
    }

    public string Root => folder.PathOf("n");

    public string State => folder.PathOf("state");

    public void Dispose() => folder.Dispose();

    public NodeTree Write(string path, string text, int mode = 0b110_100_100)
    {
        folder.Write("n" + path, text, (UnixFileMode)mode);
        return this;
    }

    public string At(string path) => Root + path;

    /// <summary>How long ago the node booted.</summary>
    public NodeTree Booted(TimeSpan ago) => Write("/proc/uptime", string.Create(CultureInfo.InvariantCulture, $"{ago.TotalSeconds:0.00} {ago.TotalSeconds:0.00}\n"));

    public NodeTree Config(string id, string name, string settings = "ONBOOT=\"yes\"") =>
        Write($"/etc/vz/conf/{id}.conf", $"# made by hand\nVE_ROOT=\"/vz/root/$VEID\"\nVE_PRIVATE=\"/vz/private/$VEID\"\n{settings}\nNAME=\"{name}\"\nHOSTNAME=\"{name}.example\"\n");

    /// <summary>A container that should run and does: init, and the processes that are named.</summary>
    public NodeTree Container(string id, string name, params string[] processes)
    {
        Config(id, name);
        return Running(id, processes);
    }

    public NodeTree Running(string id, params string[] processes)
    {
        Process("init", id, vpid: 1);
        foreach (string process in processes)
        {
            Process(process, id);
        }

        return this;
    }

    /// <summary>A whole PBX.</summary>
    public NodeTree Pbx(string id, string name) => Container(id, name, "asterisk", "httpd", "httpd", "master", "qmgr");

    public NodeTree Process(string name, string environment, char state = 'S', int pid = 0, int vpid = 0, int parent = 1, string? commandLine = null)
    {
        pid = pid == 0 ? nextPid++ : pid;
        vpid = vpid == 0 ? pid - 1000 : vpid;
        string word = state switch { 'Z' => "zombie", 'D' => "disk sleep", _ => "sleeping" };
        Write($"/proc/{pid}/status", $"Name:\t{name}\nState:\t{state} ({word})\nTgid:\t{pid}\nPid:\t{pid}\nPPid:\t{parent}\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t\nenvID:\t{environment}\nVPid:\t{vpid}\nStopState:\t0\nVmPeak:\t    1000 kB\nThreads:\t1\n");
        Write($"/proc/{pid}/cmdline", (commandLine ?? name).Replace(' ', '\0') + "\0");
        return Write($"/proc/{pid}/stat", $"{pid} ({name}) {state} 1 {pid} {pid} 0 -1 4202752 1 2 3 4 5 6 7 8 20 0 1 0 {pid * 10} 19996672 360 18446744073709551615\n");
    }

    public NodeTree Mount(string source, string path, string type, string flags = "rw,relatime")
    {
        Directory.CreateDirectory(At(path));
        mounts.Add($"{source} {At(path)} {type} {flags} 0 0");
        return this;
    }

    /// <summary>Rows as "resource held barrier limit failcnt", in the kernel's layout.</summary>
    public NodeTree Beancounters(string id, params string[] rows)
    {
        string label = id + ":";
        foreach (string row in rows)
        {
            string[] words = row.Split(' ');
            beancounters.Append(CultureInfo.InvariantCulture, $"{label,11}  {words[0],-12} {words[1],20} {words[1],20} {words[2],20} {words[3],20} {words[4],20}\n");
            label = "";
        }

        return this;
    }

    /// <summary>Runs the published program on the tree, as it is or as another user.</summary>
    public (string Output, int ExitCode) Check(params string[] arguments) => Check(asNobody: false, arguments);

    public (string Output, int ExitCode) Check(bool asNobody, params string[] arguments)
    {
        Write("/proc/mounts", string.Join('\n', mounts) + "\n");
        if (beancounters.Length > 0)
        {
            Write("/proc/user_beancounters", $"Version: 2.5\n       uid  resource                     held              maxheld              barrier                limit              failcnt\n         0:  kmemsize     1 1 9223372036854775807 9223372036854775807 7\n{beancounters}", 0b100_000_000);
        }

        string recording = folder.PathOf($"run{++runs}.recording");
        ProcessResult result = asNobody ? RunAsNobody(recording, arguments) : ProcessRun.Run(Repository.Program("check_openvz"), Arguments(State, recording, arguments));
        ProcessResult replayed = ProcessRun.Run(Repository.Program("check_openvz"), ["--replay", recording]);
        Assert.True(result.Output == replayed.Output && result.ExitCode == replayed.ExitCode, $"{result.Output}\nreplayed:\n{replayed.Output}");
        Assert.Equal("", result.Error);
        return (Plain(result.Output), result.ExitCode);
    }

    /// <summary>Without what differs from run to run.</summary>
    public string Plain(string output) =>
        ScanTime().Replace(Moment().Replace(output.Replace(Root, "", StringComparison.Ordinal).Replace(folder.Root, "", StringComparison.Ordinal), "TIME UTC"), "scan_time=N");

    private string[] Arguments(string state, string recording, string[] arguments) => ["--root", Root, "--state-dir", state, "--record", recording, .. arguments];

    private ProcessResult RunAsNobody(string recording, string[] arguments)
    {
        string own = folder.PathOf("nobody");
        ProcessRun.Shell("mkdir -p \"$1\" && cp \"$2\" \"$1\" && chown -R nobody \"$1\"", own, Repository.Program("check_openvz"));
        string records = Path.Combine(own, Path.GetFileName(recording));
        ProcessResult result = ProcessRun.Run("/usr/bin/setpriv", ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", Path.Combine(own, "check_openvz"), .. Arguments(Path.Combine(own, "state"), records, arguments)]);
        Directory.Move(records, recording);
        return result;
    }

    [GeneratedRegex("scan_time=[0-9.]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ScanTime();

    [GeneratedRegex("20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})? UTC", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Moment();
}
