namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>Containers over several runs, and configs that the user may not read, on the published program.</summary>
public sealed class ContainersTests : IDisposable
{
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void Stopped_for_a_while_says_since_when()
    {
        node.Pbx("101", "acme").Pbx("102", "bolt").Check("--only", "containers");
        ProcessRun.Shell("grep -l 'envID:.102$' \"$1\"/proc/*/status | xargs -n1 dirname | xargs rm -r", node.Root);
        (string first, _) = node.Check("--only", "containers");
        Assert.StartsWith("OPENVZ CRITICAL - container 102 (bolt) is stopped, but should run (ONBOOT); it ran at TIME UTC | ", first, StringComparison.Ordinal);
        (string second, _) = node.Check("--only", "containers");
        Assert.StartsWith("OPENVZ CRITICAL - container 102 (bolt) is stopped, but should run (ONBOOT); so since TIME UTC | ", second, StringComparison.Ordinal);
    }

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
