namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>The storage layers of a node, on the published program; the one that hangs is a real mount.</summary>
public sealed class MountsTests : IDisposable
{
    private static readonly string[] Layers =
    [
        "--only", "mounts", "--mount", "/vz/containers=nfs,storage-atl|storage-dal:/containers-atl", "--mount", "/vz/dc-atl=nfs,storage-atl:/dc-atl", "--mount", "/vz/nimbus=fuse.glusterfs,storage-atl:nimbus",
    ];

    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void All_layers_are_well() => Whole().Match("layers-well", Layers);

    [Fact]
    public void A_layer_that_is_missing_is_critical() => node.Mount("storage-atl:/containers-atl", "/vz/containers", "nfs").Mount("storage-atl:nimbus", "/vz/nimbus", "fuse.glusterfs").Match("layer-missing", Layers);

    [Fact]
    public void A_layer_of_another_type_is_critical() => Whole().Mount("/dev/sdb1", "/vz/nimbus", "ext4").Match("layer-of-another-type", Layers);

    [Fact]
    public void A_layer_of_another_site_in_its_place_is_critical() => Whole().Mount("storage-atl:/containers-dal", "/vz/containers", "nfs").Match("layer-of-another-site-in-its-place", Layers);

    [Fact]
    public void A_layer_of_another_site_beside_it_is_critical() => Whole().Mount("storage-dal:/dc-dal", "/vz/dc-dal", "nfs").Match("layer-of-another-site-beside", Layers);

    [Fact]
    public void The_alternate_server_is_a_warning_with_its_name() => Whole().Mount("storage-dal:/containers-atl", "/vz/containers", "nfs").Match("alternate-server", Layers);

    [Fact]
    public void A_server_that_nobody_named_is_critical()
    {
        (string output, int code) = Whole().Mount("storage-test:/dc-atl", "/vz/dc-atl", "nfs4").Check(Layers);
        Assert.Equal(2, code);
        Assert.StartsWith("OPENVZ CRITICAL - /vz/dc-atl is served by a server that nobody named, storage-test, not by storage-atl | ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_mounted_by_address_is_unknown_with_the_cure()
    {
        (string output, int code) = Whole().Mount("192.0.2.41:/dc-atl", "/vz/dc-atl", "nfs4").Check(Layers);
        Assert.Equal(
            (3, "OPENVZ UNKNOWN - whether /vz/dc-atl is served by storage-atl is not known: /proc/mounts names its server by address, 192.0.2.41; cure: name both in --mount, such as storage-atl=192.0.2.41 | mounts_unanswered=0;;0;0;3\n"),
            (code, output));
    }

    /// <summary>By the option, by /etc/hosts, or by what the NFS client found out at the mount.</summary>
    [Theory]
    [InlineData("storage-atl=192.0.2.41", "192.0.2.41", "", "", 0)]
    [InlineData("storage-atl=192.0.2.41", "storage-atl", "", "", 0)]
    [InlineData("storage-atl=192.0.2.41", "192.0.2.42", "", "", 2)]
    [InlineData("storage-atl", "192.0.2.41", "192.0.2.41 storage-atl.ringfree.example storage-atl # NFS", "", 0)]
    [InlineData("storage-atl", "192.0.2.42", "192.0.2.41 storage-atl", "", 2)]
    [InlineData("192.0.2.41", "storage-atl", "192.0.2.41\tstorage-atl", "", 0)]
    [InlineData("192.0.2.41", "storage-atl", "", ",addr=192.0.2.41", 0)]
    [InlineData("192.0.2.41", "storage-atl", "", ",addr=192.0.2.42", 2)]
    [InlineData("192.0.2.41", "storage-atl", "", "", 3)]
    [InlineData("storage-dal=192.0.2.42|storage-atl=192.0.2.41", "192.0.2.41", "", "", 1)]
    [InlineData("[2001:db8::41]", "[2001:db8::41]", "", "", 0)]
    public void A_server_is_known_by_its_name_and_its_address(string named, string mounted, string hosts, string found, int expected)
    {
        (string output, int code) = node.Write("/etc/hosts", $"127.0.0.1 localhost\n{hosts}\n").Mount($"{mounted}:/dc-atl", "/vz/dc-atl", "nfs", $"rw,vers=3{found}")
            .Check("--only", "mounts", "--mount", $"/vz/dc-atl=nfs,{named}:/dc-atl");
        Assert.True(code == expected, output);
        if (expected == 1)
        {
            Assert.StartsWith("OPENVZ WARNING - /vz/dc-atl is served by the alternate server storage-atl (192.0.2.41), not by storage-dal | ", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_read_only_layer_is_critical() => Whole().Mount("storage-atl:nimbus", "/vz/nimbus", "fuse.glusterfs", "ro,relatime").Match("layer-read-only", Layers);

    [Fact]
    public void Odd_paths_are_read_as_the_kernel_writes_them()
    {
        Directory.CreateDirectory(node.At("/vz/a b"));
        node.Mount("s:/v", "/vz/a\\040b", "nfs");
        Assert.Equal(0, node.Check("--only", "mounts", "--mount", "/vz/a b=nfs,s:v").ExitCode);
    }

    [Fact]
    public void Asked_for_layers_that_nobody_named_it_is_unknown()
    {
        (string output, int code) = node.Check("--only", "mounts");
        Assert.Equal((3, "OPENVZ UNKNOWN - storage layers not watched: none is named; cure: --mount PATH=TYPE[,SOURCE] for each\n"), (code, output));
    }

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
        Assert.StartsWith("OPENVZ CRITICAL - /vz/nimbus (fuse.glusterfs of storage-atl:nimbus) does not answer: no end after 3 s; whoever touches it hangs | mounts_unanswered=1;;0;0;3", lines[0], StringComparison.Ordinal);
        Assert.Matches("^took [345] s$", lines[1]);
        Assert.StartsWith("OPENVZ CRITICAL - /vz/nimbus (fuse.glusterfs of storage-atl:nimbus) does not answer since TIME UTC; whoever touches it hangs | ", lines[2], StringComparison.Ordinal);
        Assert.Matches("^took [01] s$", lines[3]);
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
