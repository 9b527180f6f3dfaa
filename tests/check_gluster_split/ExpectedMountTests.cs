using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.GlusterSplit;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>How an operator names a mount.</summary>
public sealed class ExpectedMountTests
{
    [Theory]
    [InlineData("/vz/nimbus=glusterfs", "/vz/nimbus", "glusterfs", null)]
    [InlineData("/vz/nimbus=fuse.glusterfs,atl:/nimbus", "/vz/nimbus", "glusterfs", "atl:/nimbus")]
    [InlineData("/vz/a=b=nfs4,atl=192.0.2.1|dal:/c/d,ro,hard", "/vz/a=b", "nfs", "atl or dal:/c/d")]
    public void A_mount_is_named_with_type_and_source(string text, string path, string type, string? source)
    {
        ExpectedMount mount = ExpectedMount.Of(RequiredMount.ParseAll([text], [RequiredMount.Gluster, RequiredMount.Nfs])[0]);
        Assert.Equal((path, type, source), (mount.Path, mount.Type, mount.Source));
    }

    [Theory]
    [InlineData("", "is no mount; accepted is PATH=TYPE, PATH=TYPE,SERVER:VOLUME or ")]
    [InlineData("/vz/nimbus", "is no mount; accepted is PATH=TYPE, ")]
    [InlineData("vz/nimbus=glusterfs", "is no mount; accepted is PATH=TYPE, ")]
    [InlineData("/vz/nimbus=ext4", "is of type 'ext4'; accepted is glusterfs or nfs")]
    [InlineData("/vz/nimbus=glusterfs,", ": '' is no source; accepted is PATH=TYPE, ")]
    public void Anything_else_is_refused_with_what_is_accepted(string text, string reason)
    {
        string message = Assert.Throws<UsageException>(() => RequiredMount.ParseAll([text], [RequiredMount.Gluster, RequiredMount.Nfs])).Message;
        Assert.StartsWith($"--mount '{text}'{(reason[0] == ':' ? "" : " ")}{reason}", message, StringComparison.Ordinal);
    }
}
