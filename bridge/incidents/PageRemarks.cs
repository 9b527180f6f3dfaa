namespace Ringfree.Monitoring.Bridge;

/// <summary>What a page says of its incident beside the notification that it is written from.</summary>
/// <param name="State">Takes the place of the notification's state, such as <c>flapping, worst CRITICAL since …</c>; null when that says all.</param>
/// <param name="Notes">Sentences for the responder, for the details.</param>
internal sealed record PageRemarks(string? State, IReadOnlyList<string> Notes)
{
    public static PageRemarks None { get; } = new(null, []);

    // The first rise is a problem that gets worse; from the second on its state goes up and down.
    private const int RisesOfFlapping = 2;

    public static PageRemarks Of(Incident incident) => new(StateOf(incident), [.. NotesOn(incident)]);

    private static IEnumerable<string> NotesOn(Incident incident)
    {
        if (incident.Acknowledgement is { IsUnheard: true, Responder: { } responder })
        {
            yield return $"the scheduler does not know that {responder} acknowledged it, because its name cannot stand in a command: acknowledge it there, too";
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
