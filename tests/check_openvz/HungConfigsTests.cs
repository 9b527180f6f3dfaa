using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>The storage of the container configs hangs: a real mount, on the published program.</summary>
public sealed class HungConfigsTests : IDisposable
{
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    /// <summary>Those of the last run are believed, and without one nothing is judged by the wrong set.</summary>
    [Fact]
    public void Names_of_earlier_runs_are_believed_and_unknown_ones_are_not_guessed()
    {
        Needs.Root();
        Needs.File("/dev/fuse", "kernel");
        node.Pbx("101", "acme").Container("10", "revnat-atl", "httpd", "haproxy").Config("102", "bolt");
        node.Write("/etc/here", "acme\nrevnat-atl\nbolt\n");
        string[] arguments = ["--manifest", node.At("/etc/here"), "--container", "revnat-atl=httpd,haproxy"];
        Assert.Equal(2, node.Check(arguments).ExitCode);
        ProcessResult run = ProcessRun.Run(
            "/usr/bin/unshare",
            [
                "--mount", "--propagation", "private", "--", "/bin/bash", "-c", Script, "bash", node.Root,
                Repository.PathOf("tests/support/hung-mount"), Repository.Program("check_openvz"), node.State, .. arguments,
            ]);
        string output = Regex.Replace(
            node.Plain(run.Output), "no end after [0-9.]+ s", "no end after N s", RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain("first: vzlist", output, StringComparison.Ordinal);
        Snapshot.Match(output, "hung_configs");
    }

    private const string Script = """
        root="$1"; hang="$2"; check="$3"; state="$4"; shift 4
        "$hang" "$root/etc/vz/conf" fuse conf >"$root/mounted" & holder=$!
        until grep -q mounted "$root/mounted" 2>/dev/null; do sleep 0.02; done
        for memory in "$state" "$root/no-memory"; do
            for concern in containers services; do
                echo "== $concern with $(basename "$memory")"
                "$check" --root "$root" --state-dir "$memory" --only $concern "$@"
            done
        done
        kill -9 $holder; wait $holder 2>/dev/null
        umount -l "$root/etc/vz/conf"
        """;
}
