using System.Diagnostics;
using System.Globalization;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// Every state that the fleet can come into, under every order of inputs, part by part, with what must be true in each: parts that never
/// meet are walked for themselves.
/// </summary>
public sealed class FleetTests
{
    private const int Most = 200_000;

    private readonly List<string> counts = [];

    [Fact]
    public void Every_state_keeps_the_invariants()
    {
        Walk("a channel", ChannelWorld.Walk(), ChannelWorld.Start);
        Walk("storm with calls", StormWorld.Walk(), new StormWorld { HasCalls = true });
        Walk("storm with faults", StormWorld.Walk(), new StormWorld { HasFaults = true });
        Walk("storm and maintenance", StormWorld.Walk(), new StormWorld { HasMaintenance = true });
        Walk("storm and maintenance with faults", StormWorld.Walk(), new StormWorld { HasMaintenance = true, HasFaults = true });
        Walk("heartbeat, demanded", AlertWorld.Walk(), AlertWorld.Start(isDemanded: true));
        Walk("heartbeat, not demanded", AlertWorld.Walk(), AlertWorld.Start(isDemanded: false));
        Walk("dead letters", AlertWorld.Walk(), AlertWorld.Start(isDemanded: null));
        Walk("canary", LastResortWorld.Walk(), new LastResortWorld(IsCanary: true));
        Walk("mail of last resort", LastResortWorld.Walk(), new LastResortWorld(IsCanary: false));
        Snapshot.Match(string.Join('\n', counts) + "\n", "fleet-states");
    }

    private void Walk<TState>(string name, Walk<TState, string> walk, TState start)
    {
        var clock = Stopwatch.StartNew();
        int states = walk.Run(start, Most);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {states} states, {walk.Tried} steps in {clock.Elapsed}");
        Assert.True(walk.Violations.Count == 0, $"{name}: {string.Join("\n\n", walk.Violations.Values)}");
        Assert.True(states > 0, $"{name}: more than {Most} states");
        counts.Add(string.Create(CultureInfo.InvariantCulture, $"{states,7} {name}"));
    }
}
