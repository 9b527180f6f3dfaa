namespace Ringfree.Monitoring.Bridge;

/// <summary>A time in which new problems page nobody: an operator works on it and knows.</summary>
/// <param name="Id">Its number, for stop.</param>
/// <param name="Host">The host; empty for everything, the heartbeat included.</param>
/// <param name="Service">The service; empty for the host and all its services.</param>
/// <param name="Since">Its start.</param>
/// <param name="Until">Its end; what is still bad then pages.</param>
/// <param name="Reason">Why, in the words of whoever started it.</param>
/// <param name="StartedBy">The user who started it.</param>
internal sealed record MaintenanceWindow(
    long Id, string Host, string Service, DateTimeOffset Since, DateTimeOffset Until, string Reason, string StartedBy)
{
    public bool Covers(string host, string service) => Host.Length == 0 || (Host == host && (Service.Length == 0 || Service == service));
}
