using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The states of an incident as an operator sees them, and what leads from one to another: drawn from an exploration.</summary>
internal static class Diagram
{
    private static readonly (Inputs Inputs, bool HasMail)[] Explorations =
    [
        (Inputs.Acknowledgements | Inputs.Refusals, false), (Inputs.Maintenance | Inputs.Storm | Inputs.Drops, false), (
            Inputs.Responders, false),
    ];

    public static string Text()
    {
        var edges = new SortedSet<(string From, string To, string Input)>();
        foreach ((Inputs inputs, bool hasMail) in Explorations)
        {
            var exploration = new Exploration(IncidentKind.Scheduler, hasMail, inputs)
            {
                Walked = (from, input, to) =>
                {
                    (string one, string other) = (Name(from), Name(to));
                    if (one != other)
                    {
                        edges.Add((one, other, Kind(input)));
                    }
                },
            };
            exploration.Run(200_000);
        }

        var text = new StringBuilder("stateDiagram-v2\n");
        foreach (IGrouping<(string From, string To), (string From, string To, string Input)> edge in edges.GroupBy(
            edge => (edge.From, edge.To)))
        {
            text.Append(
                $"    {edge.Key.From} --> {edge.Key.To}: {string.Join(", ", edge.Select(one => one.Input).Distinct(StringComparer.Ordinal))}\n");
        }

        return text.ToString();
    }

    private static string Name(Explored state) => state.Incident switch
    {
        null => "[*]",
        { IsBad: true, Suppression: { } suppression } => suppression.Reason switch
        {
            SuppressionReason.Maintenance => "maintenance",
            SuppressionReason.Storm => "storm",
            SuppressionReason.ResolvedByResponder => "resolved_by_responder",
            _ => "dropped",
        },
        { IsDeadLetter: true } => "dead_letter",
        { IsBad: true, IsSettled: true, Delivered: IncidentState.Acknowledged } => "acknowledged",
        { IsBad: true, IsSettled: true } => "open",
        { IsBad: true } => "due",
        { IsSettled: true } => "over",
        { Suppression: not null } => "over",
        _ => "ending",
    };

    private static string Kind(string input)
    {
        string[] words = input.Split(' ');
        return words[0] switch
        {
            "Ann:" => $"responder {words[1].ToLowerInvariant()}",
            "tick" => "time",
            "storm" => "storm begins",
            "PROBLEM" or "RECOVERY" or "ACKNOWLEDGEMENT" or "accepted" or "refused" or "retry" or "drop" => words[0],
            _ => "call",
        };
    }
}
