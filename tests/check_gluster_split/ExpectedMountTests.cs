using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.GlusterSplit;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>How an operator names a mount.</summary>
public sealed class ExpectedMountTests
{
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
