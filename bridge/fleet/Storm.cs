namespace Ringfree.Monitoring.Bridge;

/// <summary>More problems at once than one responder can be paged for.</summary>
/// <param name="ProblemsBegun">Problems that began within the storm's window and are still bad, those in maintenance left out.</param>
/// <param name="ListedAt">When the storm's page was last written; null when never.</param>
internal sealed record Storm(int ProblemsBegun = 0, DateTimeOffset? ListedAt = null)
{
    /// <summary>The storm's page is written again at most this often.</summary>
    public static readonly TimeSpan RewriteInterval = TimeSpan.FromMinutes(1);

    public bool IsRaging(IncidentPolicy policy) => ProblemsBegun >= policy.StormThreshold;
}
