namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>Another server of the pool, as this one sees it.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="HostNames">Every name that it is known by; never empty.</param>
/// <param name="IsConnected">Whether this server's glusterd has a connection to it.</param>
/// <param name="State">The state of their friendship; 3 is "Peer in Cluster".</param>
/// <param name="StateText">The state in gluster's words.</param>
internal sealed record Peer(string Id, IReadOnlyList<string> HostNames, bool IsConnected, int? State, string StateText)
{
    private const int InCluster = 3;

    internal string Name => HostNames[0];

    internal bool IsInCluster => State == InCluster;

    internal bool IsGood => IsConnected && IsInCluster;
}
