using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>Each concern on its own, on a healthy node whose mounts are named.</summary>
public sealed class OpenvzConcernsTests : ConcernsTests<OpenvzCheck>
{
    protected override (string Output, int ExitCode) RunHealthy(string concern) => Host.RunInside<OpenvzCheck>(
        ["--replay", RecordingCase.PathOf("check_openvz", "everything-well"), "--only", concern], new FakeWorld());
}
