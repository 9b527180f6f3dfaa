namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>Configs that the user may not read, on the published program.</summary>
public sealed class ContainersTests : IDisposable
{
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void Configs_that_may_not_be_read_are_unknown_with_the_file()
    {
        Needs.Root();
        node.Pbx("101", "acme");
        File.SetUnixFileMode(node.At("/etc/vz/conf/101.conf"), UnixFileMode.UserRead);
        (string output, int code) = node.Check(asNobody: true, "--only", "containers");
        Assert.Equal((3, true), (code, output.StartsWith("OPENVZ UNKNOWN - what should run here is not known: the container configs in /etc/vz/conf cannot be read: /etc/vz/conf/101.conf: Permission denied", StringComparison.Ordinal)));
    }
}
