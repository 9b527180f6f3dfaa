using System.Diagnostics;
using System.Globalization;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// Every state that an incident can come into, under every order of notifications, calls, time and one set of other inputs, with what must
/// be true in each. All sets at once would be millions of states; in soak more of them meet.
/// </summary>
public sealed class ExhaustiveTests
{
    private const int Most = 100_000;

    private static readonly (IncidentKind Kind, bool HasMail, Inputs Inputs)[] Sets =
    [
        (IncidentKind.Scheduler, false, Inputs.Acknowledgements | Inputs.Refusals | Inputs.Reassertion),
        (IncidentKind.Scheduler, false, Inputs.Acknowledgements | Inputs.Alone),
        (IncidentKind.Scheduler, false, Inputs.Maintenance | Inputs.Storm | Inputs.Drops),
        (IncidentKind.Scheduler, false, Inputs.Responders),
        (IncidentKind.Scheduler, false, Inputs.Responders | Inputs.Maintenance),
        (IncidentKind.Scheduler, false, Inputs.Flapping | Inputs.Acknowledgements),
        (IncidentKind.Scheduler, false, Inputs.Unwatched | Inputs.Acknowledgements),
        (IncidentKind.Scheduler, true, Inputs.None),
        (IncidentKind.Own, true, Inputs.Refusals),
        (IncidentKind.Notice, false, Inputs.Responders),
    ];

    private static readonly (IncidentKind Kind, bool HasMail, Inputs Inputs)[] MoreSets =
    [
        (IncidentKind.Scheduler, false, Inputs.Responders | Inputs.Unheard | Inputs.Acknowledgements),
        (IncidentKind.Scheduler, true, Inputs.Acknowledgements),
        (IncidentKind.Scheduler, true, Inputs.Responders),
        (IncidentKind.Scheduler, false, Inputs.Responders | Inputs.Drops | Inputs.Refusals),
    ];

    [Fact]
    public void Every_state_keeps_the_invariants()
    {
        List<string> counts = Explore(Sets, Most);
        Snapshot.Match(string.Join('\n', counts) + "\n", "states");
    }

    /// <summary>Takes minutes: make soak.</summary>
    [Fact(Explicit = true)]
    public void Every_state_of_more_inputs_at_once_keeps_them() => Assert.NotEmpty(Explore(MoreSets, 5_000_000));

    /// <summary>With RINGFREE_WRITE_LIVES=1 the page is written again.</summary>
    [Fact]
    public void The_page_about_the_states_is_drawn_from_the_code()
    {
        string page = Repository.PathOf("docs", "architecture", "incident-states.md");
        string written = File.ReadAllText(page);
        int begin = written.IndexOf("```mermaid\n", StringComparison.Ordinal) + "```mermaid\n".Length;
        int end = written.IndexOf("```", begin, StringComparison.Ordinal);
        string drawn = written[..begin] + Diagram.Text() + written[end..];
        if (Environment.GetEnvironmentVariable("RINGFREE_WRITE_LIVES") == "1")
        {
            File.WriteAllText(page, drawn);
        }

        Assert.Equal(drawn, File.ReadAllText(page));
    }

    private static List<string> Explore((IncidentKind Kind, bool HasMail, Inputs Inputs)[] sets, int most)
    {
        var counts = new List<string>();
        var violations = new List<string>();
        foreach ((IncidentKind kind, bool hasMail, Inputs inputs) in sets)
        {
            var clock = Stopwatch.StartNew();
            var exploration = new Exploration(kind, hasMail, inputs);
            int states = exploration.Run(most);
            string name = $"{kind}{(hasMail ? " with mail" : "")}, {inputs}";
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {states} states, {exploration.Tried} steps in {clock.Elapsed}");
            violations.AddRange(exploration.Violations.Values.Select(violation => $"{name}: {violation}"));
            counts.Add(string.Create(CultureInfo.InvariantCulture, $"{states,7} {name}"));
        }

        Assert.True(violations.Count == 0, string.Join("\n\n", violations));
        Assert.DoesNotContain(counts, count => count.Contains("-1 ", StringComparison.Ordinal));
        return counts;
    }
}
