using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>Each concern alone, on a healthy node. Which mounts there should be is always named.</summary>
public sealed class OpenvzConcernsTests : ConcernsTests<OpenvzCheck>
{
    private const string Zone = "/usr/share/zoneinfo/UTC";

    protected override (string Output, int ExitCode) RunHealthy(string concern)
    {
        using NodeTree node = new();
        string zone = node.At(Zone);
        Directory.CreateDirectory(Path.GetDirectoryName(zone)!);
        File.Copy(Zone, zone);
        node.Pbx("101", "acme").Beancounters("101", "numproc 10 240 240 7").Mount("storage-atl:nimbus", "/vz/nimbus", "fuse.glusterfs");
        node.Write("/vz/root/101/etc/php.ini", "date.timezone = UTC\n");
        return node.Check(["--only", concern, .. concern == "mounts" ? ["--mount", "/vz/nimbus=fuse.glusterfs,storage-atl:nimbus"] : Array.Empty<string>()]);
    }
}
