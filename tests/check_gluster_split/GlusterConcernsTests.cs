using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.GlusterSplit;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>Each concern alone, on a healthy storage server that mounts nothing, which is the usual one.</summary>
public sealed class GlusterConcernsTests : ConcernsTests<GlusterSplitCheck>
{
    protected override (string Output, int ExitCode) RunHealthy(string concern) =>
        Host.RunInside<GlusterSplitCheck>(["--replay", RecordingCase.PathOf("check_gluster_split", concern == "split-brain" ? "split-brain-index-empty" : "healthy"), "--only", concern], new FakeWorld());
}
