using System.Diagnostics;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Every state that an incident can come into, under every order of inputs, with what must be true in each.</summary>
public sealed class ExhaustiveTests
{
    private const int Most = 1_000_000;

    [Fact]
    public void Every_state_keeps_the_invariants()
    {
        var lines = new List<string>();
        foreach ((IncidentKind kind, bool hasMail) in new[]
        {
            (IncidentKind.Scheduler, false), (IncidentKind.Own, false), (IncidentKind.Own, true), (IncidentKind.Notice, true),
        })
        {
            var clock = Stopwatch.StartNew();
            var exploration = new Exploration(kind, hasMail);
            int shapes = exploration.Run(Most);
            TestContext.Current.SendDiagnosticMessage($"{kind}, mail {hasMail}: {shapes} shapes, {exploration.Tried} steps in {clock.Elapsed}");
            Assert.True(exploration.Violations.Count == 0, string.Join("\n\n", exploration.Violations.Values));
            lines.Add($"{kind}{(hasMail ? " with mail" : "")}: {shapes} states");
        }

        Snapshot.Match(string.Join('\n', lines) + "\n", "states");
    }
}
