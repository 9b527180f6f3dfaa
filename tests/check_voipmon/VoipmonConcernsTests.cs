using Ringfree.Monitoring.Plugins.Voipmon;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>Each concern alone, on a server without sensors beside it, which is the usual one.</summary>
public sealed class VoipmonConcernsTests : ConcernsTests<VoipmonCheck>
{
    protected override (string Output, int ExitCode) RunHealthy(string concern)
    {
        using TestFolder folder = new();
        return new LaidOutServer().Run(folder.PathOf("state"), "--only", concern);
    }
}
