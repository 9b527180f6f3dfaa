using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.GlusterSplit;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>The tables of mounts, and what an operator may name.</summary>
public class MountTableTests
{
    [Fact]
    public void The_kernels_table_has_optional_fields_escapes_and_covered_mounts()
    {
        IReadOnlyList<Mount> mounts = MountTable.ParseMountInfo("""
            36 35 0:50 / /srv/my\040files rw,relatime shared:7 master:1 - fuse.glusterfs atl:/nim\134bus rw,user_id=0
            37 35 0:51 / /x rw - ext4 /dev/a rw
            38 35 0:52 / /x rw - nfs4 atl:/v ro,vers=4.1
            nonsense
            39 35 0:53 / /y rw
            """u8);
        Assert.Equal(2, mounts.Count);
        Assert.Equal(("/srv/my files", "fuse.glusterfs", "atl:/nim\\bus", false), (mounts[0].Path, mounts[0].Type, mounts[0].Source, mounts[0].IsReadOnly));
        Assert.Equal(("/x", "nfs4", true), (mounts[1].Path, mounts[1].Type, mounts[1].IsReadOnly));
    }

    [Fact]
    public void The_administrators_table_has_comments_and_what_is_not_mounted_at_boot()
    {
        IReadOnlyList<Mount> mounts = MountTable.ParseFstab("# atl:/a /a glusterfs\n\natl:/b\t/b\\040c\tglusterfs\tdefaults,_netdev\t0 0\natl:/d /d glusterfs noauto 0 0\natl:/e /e nfs\n/f\n"u8);
        Assert.Equal(["/b c", "/e"], mounts.Select(mount => mount.Path));
    }

    [Fact]
    public void Any_bytes_give_a_table() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        _ = MountTable.ParseMountInfo(bytes);
        _ = MountTable.ParseFstab(bytes);
    });

    [Theory]
    [InlineData("/vz/nimbus=glusterfs", "/vz/nimbus", "glusterfs", null)]
    [InlineData("/vz/nimbus=fuse.glusterfs,atl:/nimbus", "/vz/nimbus", "glusterfs", "atl:/nimbus")]
    [InlineData("/vz/a=b=nfs4,atl:/c,d", "/vz/a=b", "nfs", "atl:/c,d")]
    public void A_mount_is_named_with_type_and_source(string text, string path, string type, string? source)
    {
        ExpectedMount mount = ExpectedMount.Parse(text);
        Assert.Equal((path, type, source), (mount.Path, mount.Type, mount.Source));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/vz/nimbus")]
    [InlineData("vz/nimbus=glusterfs")]
    [InlineData("/vz/nimbus=ext4")]
    [InlineData("/vz/nimbus=glusterfs,")]
    public void Anything_else_is_refused_with_what_is_accepted(string text)
    {
        string message = Assert.Throws<UsageException>(() => ExpectedMount.Parse(text)).Message;
        Assert.Equal($"--mount '{text}' is no mount; accepted is PATH=TYPE[,SOURCE] with an absolute path and the type glusterfs or nfs, such as /vz/nimbus=glusterfs,storage-atl:/nimbus", message);
        Assert.NotEmpty(Encoding.UTF8.GetBytes(message));
    }
}
