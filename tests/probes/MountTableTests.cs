using CsCheck;

namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>The tables of mounts.</summary>
public sealed class MountTableTests
{
    [Fact]
    public void The_kernels_table_has_optional_fields_escapes_and_covered_mounts()
    {
        Mount[] mounts = [.. MountTable.ParseMountInfo("""
            36 35 0:50 / /srv/my\040files rw,relatime shared:7 master:1 - fuse.glusterfs atl:/nim\134bus rw,user_id=0
            37 35 0:51 / /x rw - ext4 /dev/a rw
            38 35 0:52 / /x rw - nfs4 atl:/v ro,vers=4.1
            nonsense
            39 35 0:53 / /y rw
            """u8).Values];
        Assert.Equal(2, mounts.Length);
        Assert.Equal(("/srv/my files", "fuse.glusterfs", "atl:/nim\\bus", false), (mounts[0].Path, mounts[0].Type, mounts[0].Source, mounts[0].IsReadOnly));
        Assert.Equal(("/x", "nfs4", true), (mounts[1].Path, mounts[1].Type, mounts[1].IsReadOnly));
    }

    [Fact]
    public void The_kernels_short_table_has_escapes_and_covered_mounts()
    {
        IReadOnlyDictionary<string, Mount> mounts = MountTable.ParseMounts("/dev/a /x ext4 ro 0 0\natl:/v /x nfs4 rw,vers=4.1 0 0\natl:nimbus /vz/b\\303\\244r\\040a fuse.glusterfs rw,ro 0 0\nnonsense\n"u8);
        Assert.Equal(["/x", "/vz/bär a"], mounts.Keys);
        Assert.Equal(("nfs4", "atl:/v", false), (mounts["/x"].Type, mounts["/x"].Source, mounts["/x"].IsReadOnly));
        Assert.True(mounts["/vz/bär a"].IsReadOnly);
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
        _ = MountTable.ParseMounts(bytes);
        _ = MountTable.ParseMountInfo(bytes);
        _ = MountTable.ParseFstab(bytes);
    });
}
