namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>How full the disks of containers are, on the published program.</summary>
public sealed class DisksTests : IDisposable
{
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    /// <summary>A ploop image is asked by its mount: here the file system that holds this test.</summary>
    [Fact]
    public void A_mounted_image_is_asked_how_much_room_it_has()
    {
        node.Pbx("101", "acme").Mount("/dev/ploop12345p1", "/vz/root/101", "ext4");
        node.Pbx("102", "bolt").Mount("/vz/private/102", "/vz/root/102", "simfs");
        string[] anyUse = ["-w", "disk_use=100", "-c", "disk_use=100", "-w", "inode_use=100", "-c", "inode_use=100"];
        (string output, int code) = node.Check(["--only", "disks", .. anyUse]);
        Assert.Equal(0, code);
        Assert.Matches("^OPENVZ OK - disks of 1 container watched, the fullest is that of 101 \\(acme\\) at [0-9.]+ %.* \\| "
            + "disk_use=[0-9.]+%;", output);
    }

    [Fact]
    public void An_image_that_is_not_there_is_not_known()
    {
        node.Pbx("101", "acme").Mount("/dev/ploop12345p1", "/vz/root/101", "ext4");
        Directory.Delete(node.At("/vz/root/101"));
        (string output, int code) = node.Check("--only", "disks");
        Assert.Equal(3, code);
        Assert.StartsWith(
            "OPENVZ UNKNOWN - how full the disk is of container 101 (acme) is not known: /vz/root/101: No such file or directory",
            output,
            StringComparison.Ordinal);
    }
}
