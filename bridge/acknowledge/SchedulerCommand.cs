using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Writes external commands of Nagios and Shinken, without their time. Everything that a person typed at PagerDuty is stripped of what
/// separates commands and fields.
/// </summary>
internal static class SchedulerCommand
{
    /// <summary>PIPE_BUF less the time and the line end, in bytes: a longer line could be torn apart by another writer's.</summary>
    public const int MaxBytes = 4_000;

    private const int MaxPerson = 100;
    private const int MaxUrl = 300;

    /// <summary>
    /// An acknowledgement that is not sticky (a changed state notifies again), that notifies nobody (it came from those who would be notified)
    /// and survives a restart of the scheduler.
    /// </summary>
    /// <returns>The command, or null when a name cannot stand in one.</returns>
    public static string? Acknowledge(string host, string service, string who, string url) => AcknowledgeAs(
        host,
        service,
        $"PagerDuty {Clean(who, MaxPerson)}",
        $"acknowledged at PagerDuty by {Clean(who, MaxPerson)}{(url.Length > 0 ? $" {Clean(url, MaxUrl)}" : "")}");

    /// <summary>The same for a service that shares its incident with one that somebody acknowledged at the scheduler.</summary>
    public static string? AcknowledgeWith(string host, string service, string who, string other) =>
        AcknowledgeAs(host, service, Clean(who, MaxPerson), $"acknowledged with {Clean(other, MaxUrl)}, which judges the same");

    private static string? AcknowledgeAs(string host, string service, string author, string comment)
    {
        string rest = $"1;0;1;{author};{comment}";
        return service.Length > 0
            ? Command($"ACKNOWLEDGE_SVC_PROBLEM;{host};{service};{rest}", host, service)
            : Command($"ACKNOWLEDGE_HOST_PROBLEM;{host};{rest}", host, service);
    }

    /// <summary>Takes an acknowledgement back.</summary>
    /// <returns>The command, or null when a name cannot stand in one.</returns>
    public static string? RemoveAcknowledgement(string host, string service) => service.Length > 0
        ? Command($"REMOVE_SVC_ACKNOWLEDGEMENT;{host};{service}", host, service)
        : Command($"REMOVE_HOST_ACKNOWLEDGEMENT;{host}", host, service);

    private static string? Command(string command, string host, string service) =>
        IsName(host) && (service.Length == 0 || IsName(service)) && Encoding.UTF8.GetByteCount(command) <= MaxBytes ? command : null;

    private static bool IsName(string name) =>
        name.Length > 0 && !name.Any(character => character is ';' or '\uFFFD' || char.IsControl(character));

    private static string Clean(string text, int most) => string.Concat(text.Take(most).Select(character =>
        character is ';' || char.IsControl(character) || char.IsSurrogate(character) ? ' ' : character)).Trim();
}
