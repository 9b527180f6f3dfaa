using System.Diagnostics;
using System.Globalization;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>
/// A real pool of three servers (see lab.sh), brought up once for a class of tests. It dies with its standard input, so that nothing stays
/// when the tests are killed.
/// </summary>
public sealed class GlusterLab : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string name = $"rf-gluster-{Guid.NewGuid():N}";
    private readonly Dictionary<int, string> holders = [];
    private Process? lab;

    /// <summary>Where everything of the lab lies; the bricks at SERVER/VOLUME, the mounts of server 1 at mount/VOLUME.</summary>
    public string Root => folder.Root;

    /// <summary>Brings the pool up at the first call. What the machine lacks skips the test.</summary>
    public GlusterLab Up()
    {
        Needs.Root();
        Needs.File("/usr/sbin/glusterd", "glusterfs-server");
        Needs.File("/sbin/mount.glusterfs", "glusterfs-client");
        Needs.File("/usr/bin/getfattr", "attr");
        Needs.File("/dev/fuse", "(the kernel's FUSE device; no package)");
        if (lab is not null)
        {
            return this;
        }

        // Others may pass through to the mounts below, as they may on a server.
        File.SetUnixFileMode(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        lab = ProcessRun.Start(
            "/usr/bin/unshare",
            ["--mount", "--propagation", "private", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", Repository.PathOf("tests", "check_gluster_split", "lab.sh"), Root, name]);
        if (lab.StandardOutput.ReadLine() != "ready")
        {
            throw new InvalidOperationException($"the lab did not come up: {lab.StandardError.ReadToEnd()}");
        }

        foreach (string process in Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            string command = ReadCommand(process);
            if (command.StartsWith(name, StringComparison.Ordinal))
            {
                holders[int.Parse(command[(name.Length + 1)..].Split('\0')[0], CultureInfo.InvariantCulture)] = Path.GetFileName(process);
            }
        }

        Assert.Equal(3, holders.Count);
        return this;
    }

    public string Brick(int server, string volume) => $"127.1.1.{server}:{BrickFolder(server, volume)}";

    public string BrickFolder(int server, string volume) => Path.Combine(Root, server.ToString(CultureInfo.InvariantCulture), volume);

    public string Mount(string volume, string file = "") => Path.Combine(Root, "mount", volume, file);

    /// <summary>Runs a program on a server.</summary>
    public ProcessResult On(int server, string program, params string[] arguments) =>
        ProcessRun.Run("/usr/bin/nsenter", ["--target", holders[server], "--mount", "--net", "--pid", "--", program, .. arguments]);

    /// <summary>Starts a program on a server that the caller kills.</summary>
    public Process StartOn(int server, string program, params string[] arguments) =>
        ProcessRun.Start("/usr/bin/nsenter", ["--target", holders[server], "--mount", "--net", "--pid", "--", program, .. arguments]);

    /// <summary>Runs a line of shell on a server that must succeed.</summary>
    public string Shell(int server, string line, params string[] parameters)
    {
        ProcessResult result = On(server, "/bin/sh", ["-c", line, "sh", .. parameters]);
        Assert.True(result.ExitCode == 0, $"{line} ended with {result.ExitCode}: {result.Output}{result.Error}");
        return result.Output.Trim();
    }

    public string Gluster(params string[] words)
    {
        ProcessResult result = On(1, "/usr/sbin/gluster", ["--mode=script", "--log-file=/dev/null", .. words]);
        Assert.True(result.ExitCode == 0, $"gluster {string.Join(' ', words)}: {result.Output}{result.Error}");
        return result.Output;
    }

    /// <summary>Runs the published check on a server, with a memory of that server's own.</summary>
    public ProcessResult Check(int server, params string[] arguments) =>
        On(server, Repository.Program("check_gluster_split"), [.. MemoryOf(server), .. arguments]);

    public string[] MemoryOf(int server)
    {
        string memory = folder.PathOf($"memory-{server}");
        Directory.CreateDirectory(memory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return ["--state-dir", memory];
    }

    /// <summary>Else a check would be told by an answer that another test had, up to half a minute ago.</summary>
    public void ForgetMemories()
    {
        foreach (string memory in Directory.GetDirectories(Root, "memory-*"))
        {
            Directory.Delete(memory, recursive: true);
        }
    }

    public void KillBrick(int server, string volume)
    {
        Shell(server, "kill -9 $(cat /run/gluster/vols/$1/*.pid)", volume);
        WaitUntil(() => On(server, "/bin/sh", "-c", "kill -0 $(cat /run/gluster/vols/$1/*.pid)", "sh", volume).ExitCode != 0, $"the brick of {volume} on server {server} ends");
    }

    /// <summary>Starts what does not run, and waits until the clients of server 1 have it again.</summary>
    public void StartBricks(string volume, string knownFile, int copies)
    {
        Gluster("volume", "start", volume, "force");
        WaitUntil(() => CopiesSeen(volume, knownFile) >= copies, $"the client of {volume} sees {copies} copies");
    }

    public void KillGlusterd(int server) => Shell(server, "kill -9 $(cat /run/glusterd.pid)");

    /// <summary>
    /// Starts a glusterd that was killed, and waits until the pool is whole again. One start in some dozens, two peers that greet glusterd
    /// at once make it give a volume to a self-heal daemon "with pid -1": it shows that one as offline from then on, also after volume
    /// start force (seen with 10.3, in its log). The next start decides anew.
    /// </summary>
    public void BringGlusterdBack(int server)
    {
        var start = Stopwatch.StartNew();
        WaitUntil(
            () =>
            {
                bool isRunning = On(server, "/bin/sh", "-c", "kill -0 $(cat /run/glusterd.pid)").ExitCode == 0;
                if (isRunning && start.Elapsed > TimeSpan.FromSeconds(20))
                {
                    KillGlusterd(server);
                    isRunning = false;
                    start.Restart();
                }

                // One that was killed may leave its port in use for a moment: the next one ends then.
                if (!isRunning)
                {
                    Shell(server, "glusterd --xlator-option management.transport.socket.bind-address=127.1.1.$1 --pid-file=/run/glusterd.pid", server.ToString(CultureInfo.InvariantCulture));
                }

                return Check(1, "--no-memory", "--only", "bricks").ExitCode == 0;
            },
            $"the glusterd of server {server} is back and the pool is whole",
            seconds: 120);
    }

    public void WaitUntil(Func<bool> condition, string what, int seconds = 30)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(seconds), $"waited in vain until {what}");
            Task.Delay(100).Wait();
        }
    }

    public void Dispose()
    {
        if (lab is not null)
        {
            lab.StandardInput.Close();
            if (!lab.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                lab.Kill(entireProcessTree: true);
                lab.WaitForExit();
            }

            lab.Dispose();
        }

        folder.Dispose();
    }

    private int CopiesSeen(string volume, string file) =>
        On(1, "/usr/bin/getfattr", "-n", "trusted.glusterfs.pathinfo", "--only-values", Mount(volume, file)).Output.Split("<POSIX").Length - 1;

    private static string ReadCommand(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
