using System.Diagnostics;
using System.Globalization;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>The published check on a real pool, through what happens to pools. Every test leaves the pool healthy.</summary>
public sealed class RealGlusterTests(GlusterLab shared) : IClassFixture<GlusterLab>
{
    private const string Nimbus = "nimbus";
    private const string Containers = "containers";

    [Fact]
    public void A_healthy_pool_is_ok_and_its_logs_do_not_grow()
    {
        GlusterLab lab = Healthy();
        ProcessResult first = lab.Check(1);
        Assert.StartsWith(
            "GLUSTER_SPLIT OK - no file of 2 replicated volumes is in split-brain, nothing to heal, 2 of 2 peers connected, 5 of 5 bricks online, 2 replica sets writable, 2 mounts answer | split_files=0;;0;0 pending_entries=0;;;0 backlog_age=0s;1200;;0 inflight_entries=0;;;0 peers_connected=2;;;0;2 bricks_online=5;;;0;5 brick_space=",
            first.Output,
            StringComparison.Ordinal);
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(0, lab.Check(2).ExitCode);
        Assert.Equal(0, lab.Check(3).ExitCode);

        string before = Logs(lab);
        for (int run = 0; run < 3; run++)
        {
            Assert.Equal(0, lab.Check(1, "--no-memory").ExitCode);
        }

        // glfsheal writes one line before it reads that it shall not; so it is asked where the indices do not suffice.
        Assert.Equal(before, Logs(lab));
    }

    [Fact]
    public void A_brick_that_is_down_and_what_it_missed_until_it_is_healed()
    {
        GlusterLab lab = Healthy();
        lab.KillBrick(2, Nimbus);
        lab.Shell(1, "echo new >$1/new; echo more >>$1/known", lab.Mount(Nimbus));

        ProcessResult all = lab.Check(1, "--no-memory", "-v");
        Assert.Equal(2, all.ExitCode);
        Assert.StartsWith($"GLUSTER_SPLIT CRITICAL - brick {lab.Brick(2, Nimbus)} of nimbus is offline: its process does not run; look at its disk first, then gluster volume start nimbus force; also ", all.Output, StringComparison.Ordinal);
        Says(all, $"[WARNING] nimbus: brick {lab.Brick(2, Nimbus)} (Transport endpoint is not connected) cannot be asked, so files in split-brain there are not seen, ");
        Says(all, $"[OK] nimbus has at least 3 entries to heal for 0s: 3 listed by {lab.Brick(1, Nimbus)}, which the other copies lack\n");
        Says(all, $"[WARNING] nimbus: what brick {lab.Brick(2, Nimbus)} has to heal is not known: Transport endpoint is not connected\n");
        Says(all, $"[WARNING] nimbus is writable only while {lab.Brick(1, Nimbus)} lives: {lab.Brick(2, Nimbus)} is offline (quorum-type none)\n");
        Says(all, "bricks_online=4;;;0;5");
        Says(all, "pending_entries=U");

        // As services of their own: the brick is told once.
        Expect(Service(lab, 1, "bricks"), 2, $"GLUSTER_SPLIT CRITICAL - brick {lab.Brick(2, Nimbus)} of nimbus is offline");
        Expect(Service(lab, 1, "peers"), 0, "GLUSTER_SPLIT OK - 2 of 2 peers connected");
        (string alive, string dead) = (lab.Brick(1, Nimbus), lab.Brick(2, Nimbus));
        const string Elsewhere = ": see bricks of the pool";
        string reserve = $"nimbus is writable only while {alive} lives: {dead} is offline (quorum-type none)";
        Expect(Service(lab, 1, "quorum"), 0, $"GLUSTER_SPLIT OK - {reserve}{Elsewhere}");
        string backlog = $"nimbus has at least 3 entries to heal, and brick {dead} is offline";
        Expect(Service(lab, 1, "heal"), 0, $"GLUSTER_SPLIT OK - {backlog}{Elsewhere}");
        string unseen = $"nimbus: brick {dead} (Transport endpoint is not connected) cannot be asked";
        Expect(Service(lab, 1, "split-brain"), 0, $"GLUSTER_SPLIT OK - {unseen}, so files in split-brain there are not seen");

        // Its own server sees an empty index on its own disk, and counts the other one.
        Says(lab.Check(2, "--no-memory", "--only", "heal", "-v"), $"3 listed by {lab.Brick(1, Nimbus)}");

        // glusterd says done before the self-heal daemons have heard of it; a brick that starts at once would be healed.
        lab.Gluster("volume", "set", Nimbus, "cluster.self-heal-daemon", "off");
        lab.Shell(1, "sleep 2");
        lab.StartBricks(Nimbus, "known", 2);
        ProcessResult first = lab.Check(1, "--only", "heal", "-v");
        Assert.Equal(1, first.ExitCode);
        Assert.StartsWith("GLUSTER_SPLIT WARNING - nimbus is not healed: its self-heal daemon is switched off (gluster volume set nimbus cluster.self-heal-daemon on) | pending_entries=3;;;0 backlog_age=0s", first.Output, StringComparison.Ordinal);
        lab.Shell(1, "sleep 1.1");
        ProcessResult second = lab.Check(1, "--only", "heal", "-v", "-w", "backlog_age=0");
        Assert.Matches($"\\[WARNING\\] nimbus has 3 entries to heal for [0-9]+ s \\(limit: at most 0 s\\), not moving since [0-9:]+ UTC: 3 listed by {lab.Brick(1, Nimbus)}, which the other copies lack\n", second.Output);

        lab.Gluster("volume", "set", Nimbus, "cluster.self-heal-daemon", "on");
        Heal(lab);
        Assert.StartsWith("GLUSTER_SPLIT OK - nothing to heal | pending_entries=0;;;0 backlog_age=0s", lab.Check(1, "--no-memory", "--only", "heal").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_in_split_brain_of_every_kind_until_they_are_resolved_as_the_runbook_says()
    {
        GlusterLab lab = Healthy();
        Split(lab);
        foreach (int server in new[] { 1, 2 })
        {
            // The proof that an empty index means no split-brain here: with one, neither index is empty.
            string index = Path.Combine(lab.BrickFolder(server, Nimbus), ".glusterfs", "indices", "xattrop");
            Assert.InRange(int.Parse(lab.Shell(server, "ls $1 | grep -vc xattrop-", index), CultureInfo.InvariantCulture), 3, 10);

            // Brick 1 has just started and lists gfids where the other one lists paths; once somebody has looked, both list paths.
            Expect(lab.Check(server, "--only", "split-brain"), 2, "GLUSTER_SPLIT CRITICAL - nimbus has 3 files in split-brain: /data.txt (data), /folder (gfid: /folder/name.txt below it is another file on each brick), /mode.txt (metadata) | split_files=3;;0;0\n");
            _ = lab.On(1, "/bin/ls", "-lR", lab.Mount(Nimbus));
        }

        // Server 3 has no copy: it tells what the lists tell.
        Expect(lab.Check(3, "--only", "split-brain"), 2, "GLUSTER_SPLIT CRITICAL - nimbus has 3 files in split-brain: /data.txt, /folder (gfid: /folder/name.txt below it is another file on each brick), /mode.txt | split_files=3;;0;0\n");
        Says(lab.Check(1, "--only", "split-brain"), "3 files in split-brain since 20");
        Assert.Equal(0, lab.Check(1, "--only", "split-brain", "--volume", Containers).ExitCode);
        Replays(lab);

        // No heal cures them, so they are no backlog, on neither server.
        foreach (int server in new[] { 1, 2 })
        {
            string[] heal = ["--only", "heal", "--volume", Nimbus, "-w", "backlog_age=0", "-v"];
            lab.Check(server, heal);
            lab.Shell(server, "sleep 1.1");
            Says(lab.Check(server, heal), "[OK] nimbus has nothing to heal but what is in split-brain\n");
        }

        lab.Gluster("volume", "heal", Nimbus, "split-brain", "bigger-file", "/data.txt");
        lab.Gluster("volume", "heal", Nimbus, "split-brain", "source-brick", lab.Brick(1, Nimbus), "/mode.txt");
        lab.Gluster("volume", "heal", Nimbus, "split-brain", "source-brick", lab.Brick(2, Nimbus), "/folder/name.txt");
        lab.Gluster("volume", "set", Nimbus, "cluster.self-heal-daemon", "on");
        Heal(lab);
        ProcessResult resolved = lab.Check(1, "--only", "split-brain");
        Assert.Equal("GLUSTER_SPLIT OK - no file of 2 replicated volumes is in split-brain | split_files=0;;0;0\n", resolved.Output);
        Assert.Equal("BBBBBB", lab.Shell(1, "cat $1", lab.Mount(Nimbus, "data.txt")));
    }

    [Fact]
    public void With_three_copies_an_empty_index_proves_nothing()
    {
        GlusterLab lab = Healthy();
        lab.Gluster("volume", "set", Containers, "cluster.quorum-type", "none", "cluster.self-heal-daemon", "off");
        string file = lab.Mount(Containers, "torn.txt");
        lab.Shell(1, "echo base >$1", file);
        lab.KillBrick(1, Containers);
        lab.KillBrick(3, Containers);
        lab.Shell(1, "echo two >$1", file);
        lab.KillBrick(2, Containers);
        lab.Shell(3, "gluster --mode=script --log-file=/dev/null volume start $1 force", Containers);
        lab.KillBrick(1, Containers);
        lab.KillBrick(2, Containers);
        lab.WaitUntil(() => lab.On(1, "/bin/sh", "-c", "echo three >$1", "sh", file).ExitCode == 0, "the client writes to the third brick alone");
        lab.StartBricks(Containers, "known", 3);

        string index = Path.Combine(lab.BrickFolder(1, Containers), ".glusterfs", "indices", "xattrop");
        Assert.Equal("0", lab.Shell(1, "ls $1 | grep -vc xattrop- || true", index));
        ProcessResult split = lab.Check(1, "--only", "split-brain", "--no-memory");
        Assert.StartsWith("GLUSTER_SPLIT CRITICAL - containers has 1 file in split-brain: /torn.txt | split_files=1;;0;0\n", split.Output, StringComparison.Ordinal);

        lab.Gluster("volume", "heal", Containers, "split-brain", "source-brick", lab.Brick(2, Containers), "/torn.txt");
        lab.Gluster("volume", "set", Containers, "cluster.quorum-type", "auto", "cluster.self-heal-daemon", "on");
        Heal(lab);
    }

    [Fact]
    public void A_peer_that_is_lost_takes_its_bricks_from_sight()
    {
        GlusterLab lab = Healthy();
        lab.KillGlusterd(3);
        lab.WaitUntil(() => lab.Gluster("peer", "status").Contains("Disconnected", StringComparison.Ordinal), "server 1 sees that server 3 is gone");
        ProcessResult lost = lab.Check(1, "--no-memory", "--only", "peers", "--only", "bricks", "--only", "quorum", "-v");
        int[] services = [.. new[] { "peers", "bricks", "quorum" }.Select(concern => Service(lab, 1, concern).ExitCode)];
        lab.BringGlusterdBack(3);
        Assert.Equal([2, 0, 0], services);
        Assert.Equal(2, lost.ExitCode);
        Assert.StartsWith($"GLUSTER_SPLIT CRITICAL - peer 127.1.1.3 is disconnected, and with it {lab.Brick(3, Containers)}: its server is down, its glusterd does not run, or the network between is cut | peers_connected=1;;;0;2 bricks_online=4;;;0;5", lost.Output, StringComparison.Ordinal);
        Says(lost, $"note: quorum not judged: containers is writable for sure only while {lab.Brick(1, Containers)} and {lab.Brick(2, Containers)} live");
    }

    [Fact]
    public void A_pool_whose_lock_is_held_is_unknown_within_the_deadline()
    {
        GlusterLab lab = Healthy();
        lab.Shell(2, "kill -STOP $(cat /run/glusterd.pid)");
        using Process holder = lab.StartOn(1, "/usr/sbin/gluster", "--mode=script", "--log-file=/dev/null", "volume", "status", Nimbus);
        lab.Shell(1, "sleep 0.7");
        ProcessResult busy = lab.Check(1, "--no-memory", "--only", "bricks", "--volume", Nimbus, "-t", "12");
        ProcessResult lockFree = lab.Check(1, "--no-memory", "--only", "glusterd", "-t", "12");
        lab.Shell(2, "kill -CONT $(cat /run/glusterd.pid)");
        holder.WaitForExit(30_000);
        holder.Kill();
        Assert.Equal(3, busy.ExitCode);
        Assert.Matches("^GLUSTER_SPLIT UNKNOWN - the state of the bricks is not known: (the pool is locked: 'Another transaction is in progress for nimbus|no answer to 'gluster volume status all' )", busy.Output);
        Assert.InRange(busy.Elapsed.TotalSeconds, 0.5, 12.5);
        Assert.Equal("GLUSTER_SPLIT OK - glusterd answers\n", lockFree.Output);
        lab.WaitUntil(() => lab.Check(1, "--no-memory", "--only", "bricks").ExitCode == 0, "the lock is free");
        Assert.Equal("", lab.On(1, "/usr/bin/pgrep", "-x", "gluster|glfsheal").Output);
    }

    [Fact]
    public void A_dead_glusterd_and_a_user_who_may_not_ask_are_told_apart()
    {
        GlusterLab lab = Healthy();
        lab.KillGlusterd(1);
        ProcessResult dead = lab.Check(1, "--no-memory", "--only", "glusterd");
        ProcessResult blind = lab.Check(1, "--no-memory", "--only", "split-brain");
        ProcessResult mounts = lab.Check(1, "--no-memory", "--only", "mounts");
        lab.BringGlusterdBack(1);
        Assert.Equal(
            "GLUSTER_SPLIT CRITICAL - glusterd is not running on this server: nothing listens on its socket /var/run/glusterd.socket\n",
            dead.Output[..(dead.Output.IndexOf('\n', StringComparison.Ordinal) + 1)]);
        Assert.Equal(3, blind.ExitCode);
        Assert.StartsWith("GLUSTER_SPLIT UNKNOWN - split-brain not judged: glusterd is not running on this server", blind.Output, StringComparison.Ordinal);
        Assert.Equal(0, mounts.ExitCode);

        ProcessResult nobody = lab.On(1, "/usr/sbin/runuser", "-u", "nobody", "--", Repository.Program("check_gluster_split"), "--no-memory", "--only", "glusterd");
        Assert.Equal(3, nobody.ExitCode);
        Assert.StartsWith("GLUSTER_SPLIT UNKNOWN - glusterd answers root alone, and this is user nobody; cure: run the check with sudo; where nobody runs the service, its line in sudoers is 'nobody ALL=(root) NOPASSWD: ", nobody.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hung_mount_is_critical_in_time_and_leaves_nothing_behind()
    {
        GlusterLab lab = Healthy();
        string mount = lab.Mount(Nimbus);
        string client = lab.Shell(1, "pgrep -f \"volfile-id=/*nimbus $1\"", mount.TrimEnd('/'));
        string[] arguments = ["--only", "mounts", "--mount", $"{mount.TrimEnd('/')}=glusterfs,127.1.1.1:/nimbus"];
        Assert.Equal(0, lab.Check(1, arguments).ExitCode);

        lab.Shell(1, "kill -STOP $1", client);
        try
        {
            ProcessResult hung = lab.Check(1, arguments);
            Expect(hung, 2, $"GLUSTER_SPLIT CRITICAL - {mount.TrimEnd('/')} (127.1.1.1:/nimbus) does not answer (no end after 3 s): whoever touches it hangs | mounts_unresponsive=1;;;0;2\n");
            Assert.InRange(hung.Elapsed.TotalSeconds, 2.9, 10);
            Expect(lab.Check(1, arguments), 2, $"GLUSTER_SPLIT CRITICAL - {mount.TrimEnd('/')} (127.1.1.1:/nimbus) does not answer (no end after 3 s): whoever touches it hangs (since 20");
            Assert.Equal("", Probes(lab));
        }
        finally
        {
            lab.Shell(1, "kill -CONT $1", client);
        }

        lab.WaitUntil(() => lab.Check(1, arguments).ExitCode == 0, "the mount answers again");
        Assert.Equal("", Probes(lab));

        lab.Shell(1, "kill -9 $1", client);
        lab.WaitUntil(() => lab.Check(1, arguments).Output.StartsWith($"GLUSTER_SPLIT CRITICAL - {mount.TrimEnd('/')} (127.1.1.1:/nimbus) has lost its client process (Transport endpoint is not connected): umount -l {mount.TrimEnd('/')}, then mount it again", StringComparison.Ordinal), "the check sees that the client died");
        lab.Shell(1, "umount -l $1", mount);
        ProcessResult gone = lab.Check(1, arguments);
        Assert.StartsWith($"GLUSTER_SPLIT CRITICAL - {mount.TrimEnd('/')} is not mounted (127.1.1.1:/nimbus), and --mount asks for it: what is written there now lands on the local disk", gone.Output, StringComparison.Ordinal);
        lab.Shell(1, "mount -t glusterfs -o ro 127.1.1.1:/nimbus $1", mount);
        Assert.StartsWith($"GLUSTER_SPLIT CRITICAL - {mount.TrimEnd('/')} (127.1.1.1:/nimbus) is mounted read-only: nothing on it can be written", lab.Check(1, arguments).Output, StringComparison.Ordinal);
        lab.Shell(1, "umount $1; mount -t glusterfs -o entry-timeout=0,attribute-timeout=0 127.1.1.1:/nimbus $1", mount);
    }

    [Fact]
    public async Task Checks_of_several_servers_at_once_do_not_take_the_lock_from_each_other()
    {
        GlusterLab lab = Healthy();
        string options = Path.Combine(lab.Root, "options");
        await File.WriteAllTextAsync(options, "--only\nbricks\n--only\nheal\n");
        ProcessResult[] results = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(() => lab.Check((number % 3) + 1, "--instance", $"i{number}", "--options-file", options))));
        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.Output));
    }

    /// <summary>Every test begins with a pool in which nothing is broken, a file that is known, and checks that remember nothing.</summary>
    private GlusterLab Healthy()
    {
        GlusterLab lab = shared.Up();
        lab.ForgetMemories();
        foreach (string volume in new[] { Nimbus, Containers })
        {
            lab.Shell(1, "echo base >$1/known; sync", lab.Mount(volume));
        }

        Heal(lab);
        return lab;
    }

    private static void Heal(GlusterLab lab)
    {
        foreach (string volume in new[] { Nimbus, Containers })
        {
            _ = lab.On(1, "/usr/sbin/gluster", "--mode=script", "--log-file=/dev/null", "volume", "heal", volume);
        }

        lab.WaitUntil(() => lab.Check(1, "--no-memory", "--only", "heal").Output.Contains(" pending_entries=0;", StringComparison.Ordinal), "everything is healed");
    }

    /// <summary>Data, metadata and gfid: each brick of nimbus alone takes writes while the other one is down.</summary>
    /// <summary>One concern as a generated service runs it, beside the services of the others.</summary>
    private static ProcessResult Service(GlusterLab lab, int server, string concern)
    {
        IEnumerable<string> others = new[] { "split-brain", "heal", "peers", "bricks", "quorum" }.Where(other => other != concern);
        string[] judgedBy = [.. others.SelectMany(other => new[] { "--judged-by", $"{other}={other} of the pool" })];
        return lab.Check(server, ["--no-memory", "--only", concern, .. judgedBy]);
    }

    private static void Split(GlusterLab lab)
    {
        string mount = lab.Mount(Nimbus);
        lab.Shell(1, "cd $1; echo base >data.txt; echo base >mode.txt; mkdir -p folder", mount);
        lab.Gluster("volume", "set", Nimbus, "cluster.self-heal-daemon", "off");
        lab.KillBrick(2, Nimbus);
        lab.Shell(1, "cd $1; echo AAAA >data.txt; chmod 600 mode.txt; echo one >folder/name.txt", mount);
        lab.StartBricks(Nimbus, "known", 2);
        lab.KillBrick(1, Nimbus);
        lab.Shell(1, "cd $1; echo BBBBBB >data.txt; chmod 640 mode.txt; echo two >folder/name.txt", mount);
        lab.StartBricks(Nimbus, "known", 2);
    }

    /// <summary>The exit code, and how the output begins.</summary>
    private static void Expect(ProcessResult result, int code, string beginning)
    {
        Assert.Equal(beginning, result.Output[..Math.Min(beginning.Length, result.Output.Length)]);
        Assert.Equal(code, result.ExitCode);
    }

    private static void Says(ProcessResult result, string text) => Assert.True(result.Output.Contains(text, StringComparison.Ordinal), $"'{text}' is not in\n{result.Output}");

    /// <summary>What a live check saw, judged elsewhere, is the same report.</summary>
    private static void Replays(GlusterLab lab)
    {
        using var folder = new TestFolder();
        ProcessResult recorded = lab.Check(1, "--no-memory", "-v", "--record", folder.PathOf("recording"));
        ProcessResult replayed = ProcessRun.Run(Repository.Program("check_gluster_split"), ["--replay", folder.PathOf("recording")]);
        Assert.Equal((recorded.ExitCode, recorded.Output), (replayed.ExitCode, replayed.Output));
    }

    private static string Logs(GlusterLab lab) => lab.Shell(1, "cd /var/log/glusterfs; stat -c '%n %s' cli.log glfsheal-*.log 2>/dev/null || true");

    private static string Probes(GlusterLab lab) => lab.On(1, "/usr/bin/pgrep", "-f", "--", "--in-child").Output;
}
