namespace Ringfree.Monitoring.Bridge;

/// <summary>What a comparison asks of the scheduler's state.</summary>
/// <param name="IsWanted">Whether a host and service (empty for the host itself) is kept in any state.</param>
/// <param name="AcknowledgedSince">Hosts with an acknowledged problem, and since when it is there: of their services those are counted
/// that have no result since.</param>
internal sealed record StateQuestion(Func<string, string, bool> IsWanted, IReadOnlyDictionary<string, DateTimeOffset> AcknowledgedSince)
{
    private static readonly Dictionary<string, DateTimeOffset> None = new(StringComparer.Ordinal);

    public static StateQuestion Of(Func<string, string, bool> isWanted) => new(isWanted, None);
}
