using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Haproxy;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>Each concern alone, on a healthy HAProxy and a good bundle.</summary>
public sealed class HaproxyConcernsTests : ConcernsTests<HaproxyCheck>
{
    protected override (string Output, int ExitCode) RunHealthy(string concern) => Host.RunInside<HaproxyCheck>(
        ["--replay", RecordingCase.PathOf("check_haproxy", concern switch { "certificates" => "certificate-good", "config" => "config-good", _ => "healthy" }), "--only", concern], new FakeWorld());
}
