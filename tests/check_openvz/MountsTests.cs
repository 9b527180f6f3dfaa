namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>A storage layer that hangs: a real mount, on the published program.</summary>
public sealed class MountsTests : IDisposable
{
    private static readonly string[] Layers =
    [
        "--only", "mounts", "--mount", "/vz/containers=nfs,storage-atl|storage-dal:/containers-atl", "--mount", "/vz/dc-atl=nfs,storage-atl:/dc-atl", "--mount", "/vz/nimbus=fuse.glusterfs,storage-atl:nimbus",
    ];

    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void A_hung_layer_is_critical_within_the_deadline_and_is_not_asked_again()
    {
        Needs.Root();
        Needs.File("/dev/fuse", "kernel");
        Whole().Check(Layers);
        ProcessResult run = ProcessRun.Run(
            "/usr/bin/unshare",
            ["--mount", "--propagation", "private", "--", "/bin/bash", "-c", Script, "bash", node.Root, Repository.PathOf("tests/support/hung-mount"), Repository.Program("check_openvz"), node.State, .. Layers]);
        string[] lines = node.Plain(run.Output).Split('\n');
        Assert.Matches(
            @"^OPENVZ CRITICAL - /vz/nimbus \(fuse\.glusterfs of storage-atl:nimbus\) does not answer: no end after [3-9](\.[0-9])? s; "
            + @"whoever touches it hangs \| mounts_unresponsive=1;;0;0;3",
            lines[0]);
        Assert.Matches("^took [3-9] s$", lines[1]);
        Assert.StartsWith("OPENVZ CRITICAL - /vz/nimbus (fuse.glusterfs of storage-atl:nimbus) does not answer since TIME UTC; whoever touches it hangs | ", lines[2], StringComparison.Ordinal);
        Assert.Matches("^took [0-2] s$", lines[3]);
        Assert.Equal("children 1", lines[4]);
    }

    private const string Script = """
        root="$1"; hang="$2"; check="$3"; state="$4"; shift 4
        "$hang" "$root/vz/nimbus" fuse.glusterfs storage-atl:nimbus >"$root/mounted" & holder=$!
        until grep -q mounted "$root/mounted" 2>/dev/null; do sleep 0.02; done
        for run in 1 2; do
            start=$SECONDS
            "$check" --root "$root" --state-dir "$state" "$@" | head -1
            echo "took $((SECONDS - start)) s"
            [ $run = 1 ] && sleep 1.5
        done
        echo "children $(pgrep -c -f "in-child mounts $root/vz/nimbus")"
        kill -9 $holder; wait $holder 2>/dev/null
        umount -l "$root/vz/nimbus"
        """;

    private NodeTree Whole() => node.Mount("storage-atl:/containers-atl", "/vz/containers", "nfs").Mount("storage-atl:/dc-atl", "/vz/dc-atl", "nfs4").Mount("storage-atl:nimbus", "/vz/nimbus", "fuse.glusterfs");
}
