using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>Each concern alone, on a healthy node.</summary>
public sealed class OpenvzConcernsTests : ConcernsTests<OpenvzCheck>
{
    protected override (string Output, int ExitCode) RunHealthy(string concern)
    {
        using NodeTree node = new();
        return node.Pbx("101", "acme").Beancounters("101", "numproc 10 240 240 7").Check("--only", concern);
    }
}
