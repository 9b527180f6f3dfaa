namespace Ringfree.Monitoring.Bridge;

/// <summary>What a page says of its incident beside the notification that it is written from.</summary>
/// <param name="State">Takes the place of the notification's state, such as <c>flapping, worst CRITICAL since …</c>; null when that says
/// all.</param>
/// <param name="Also">Where else the same is judged bad, for the end of the headline; null when nowhere.</param>
/// <param name="Notes">Sentences for the responder, for the details.</param>
internal sealed record PageRemarks(string? State, string? Also, IReadOnlyList<string> Notes)
{
    public static PageRemarks None { get; } = new(null, null, []);

    // The first rise is a problem that gets worse; from the second on its state goes up and down.
    private const int RisesOfFlapping = 2;

    public static PageRemarks Of(Incident incident) => new(
        StateOf(incident), AlsoBad(incident) ?? Describe.Unwatched(incident), [.. NotesOn(incident)]);

    private static string? AlsoBad(Incident incident)
    {
        Member lead = incident.Lead;
        string[] others = [.. incident.BadMembers.Where(member => member != lead)
            .Select(member => member.Service == lead.Service ? member.Host : Describe.Name(member.Host, member.Service))
            .Order(StringComparer.Ordinal)];
        return others.Length > 0 ? $"{string.Join(", ", others)} {(others.Length == 1 ? "says" : "say")} so, too" : null;
    }

    private static IEnumerable<string> NotesOn(Incident incident)
    {
        if (Describe.Unwatched(incident) is { } unwatched)
        {
            yield return $"{unwatched}: what breaks there pages nobody";
        }

        if (incident.Members.Count > 1)
        {
            yield return string.Join('\n', incident.Members.OrderBy(member => member.Host, StringComparer.Ordinal)
                .Select(member => $"{Describe.Name(member.Host, member.Service)} is {member.State}"));
        }

        if (incident.Acknowledgement is { IsUnheard: true, Responder: { } responder })
        {
            yield return $"the scheduler does not know that {responder} acknowledged it, because its name cannot stand in a command: "
                + "acknowledge it there, too";
        }
    }

    private static string? StateOf(Incident incident) => incident switch
    {
        { Lead.IsFlapping: true, Problem.Since: var since } => $"flapping, worst {incident.State} since {Words.Minute(since)}",
        { Problem: { Rises: >= RisesOfFlapping } problem } =>
            $"{incident.State}, flapping (got worse {problem.Rises} times since {Words.Minute(problem.Since)})",
        _ => null,
    };
}
