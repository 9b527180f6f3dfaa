using Ringfree.Monitoring.Plugins.OverSsh;

namespace Ringfree.Monitoring.CheckOverSsh.Tests;

/// <summary>The way itself, on a node that answers.</summary>
[Collection(OnTheNode.Name)]
public sealed class OverSshConcernsTests(SshNode node) : ConcernsTests<OverSshCheck>
{
    protected override (string Output, int ExitCode) RunHealthy(string concern)
    {
        node.Need();
        ProcessResult run = node.Ask(null);
        return (run.Output, run.ExitCode);
    }
}
