namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// The core with one rule broken, in a scratch copy: the lives or the exploration must notice each. What they would not notice they do not
/// prove.
/// </summary>
public sealed class MutantTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly string[] Proofs = [nameof(LivesTests), nameof(ExhaustiveTests), nameof(FleetTests)];

    public static TheoryData<string, string, string, string> Mutants => new()
    {
        { "a repetition ends what a responder resolved", "incidents/NotifiedTransition.cs",
            "now.Severity <= old.NotifiedSeverity ? resolved", "now.Severity < old.NotifiedSeverity ? resolved" },
        { "what is as bad as what was acknowledged pages again", "incidents/Severity.cs", "now > acknowledged ?", "now >= acknowledged ?" },
        { "a call that begins leaves no trace", "incidents/CallTransition.cs", "channel.Doubted() with", "channel with" },
        { "what a responder resolved pages in a maintenance", "incidents/TickTransition.cs", "isCovered || !context.HasPassed",
            "!context.HasPassed" },
        { "an acknowledgement is sent for what was never triggered", "incidents/Plan.cs",
            "when incident.IsNotified && incident.Reopen is null", "when incident.Reopen is null" },
        { "what nobody tends stays so", "incidents/Transitions.cs", "IsSettled: true, IsNotified: false } untended",
            "IsSettled: true, IsNotified: false, Version: < 0 } untended" },
        { "a storm keeps criticals silent", "incidents/NotifiedTransition.cs", "old.IsNotified || now.Severity >= Severity.Critical ? null",
            "old.IsNotified ? null" },
        { "a tick comes late", "incidents/TickTransition.cs", "Later(resolved.Since + policy.ReopenAfter",
            "Later(resolved.Since + policy.ReopenAfter + policy.ReopenAfter" },
        { "any trigger answers a demand to page again", "incidents/CallTransition.cs", "reopen.Version <= call.Version",
            "reopen.Version <= call.Version + 1_000" },
        { "a notification of the same moment is old", "incidents/Stamp.cs", "return SinceBoot < known.SinceBoot;",
            "return SinceBoot <= known.SinceBoot;" },
        { "retry ignores what suppresses", "incidents/OperatorTransition.cs", "before.IsSettled || before.Suppression is not null",
            "before.IsSettled" },
        { "a state that goes up and down pages at each rise", "incidents/CallTransition.cs",
            "now.IsNotified && now.NotifiedSeverity > call.Severity ? now.NotifiedSeverity : call.Severity", "call.Severity" },
        { "the end of a downtime ends the flapping", "incidents/Flapping.cs", "or \"PROBLEM\" or \"RECOVERY\"",
            "or \"PROBLEM\" or \"RECOVERY\" or \"DOWNTIMEEND\"" },
        { "a dead letter is tried for ever", "incidents/CallTransition.cs", "NotBefore = null, IsSecondLife = true", "NotBefore = null" },
        { "a late answer ends another call's probe", "fleet/CircuitBreaker.cs", "Probe == call ? this with { Probe = null } : this",
            "this with { Probe = null }" },
        { "a minute has one call more", "fleet/RateLimiter.cs", "Counted + underWay < Calls", "Counted + underWay <= Calls" },
        { "429 holds nothing back", "fleet/ChannelLoad.cs", "limiter = limiter.Pause(answer.RetryAfter, context);", ";" },
        { "a start gives the next heartbeat the whole time", "fleet/DeadMansSwitch.cs", "settings.Limit / 2", "settings.Limit" },
        { "a start resolves the page about a heartbeat", "fleet/DeadMansSwitch.cs", "IsHeard || !IsArmed", "true" },
        { "what a tick owes is forgotten", "fleet/WakeUp.cs", "Owed > Paid", "Owed > Paid && Paid == 0" },
        { "a window's end wakes nothing", "fleet/FleetTransitions.cs", "hasEnded ? fleet.WakeUp.Owe() : fleet.WakeUp", "fleet.WakeUp" },
        { "a storm takes in nothing that waits", "fleet/FleetTransitions.cs", "begins ? new FleetOutcome",
            "begins && !isNew ? new FleetOutcome" },
        { "the storm's page stays", "fleet/FleetTransitions.cs", "!read.HasMembers ? Clear(",
            "!read.HasMembers && !read.IsPaged ? Clear(" },
        { "a page that was lost is not sent again", "fleet/OwnAlerts.cs", "isPaged && Raised", "Raised" },
        { "the canary's calls overlap", "fleet/FleetTransitions.cs", "fleet.Canary.UnderWay is not null ?",
            "fleet.Canary.UnderWay is { Number: < 0 } ?" },
        { "a person is mailed every 5 minutes", "fleet/LastResort.cs", "newestDue > SentAt ? PauseBetweenMails : RepeatAfter",
            "PauseBetweenMails" },
    };

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_rule_to_break_stands_in_the_code(string rule, string file, string whole, string broken)
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, "bridge", file));
        Assert.True(source.Contains(whole, StringComparison.Ordinal), $"{rule}: {file} has no '{whole}' that '{broken}' could replace");
    }

    /// <summary>Builds the bridge for each rule: make soak.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Mutants))]
    public void A_broken_rule_is_noticed(string rule, string file, string whole, string broken)
    {
        using var scratch = new TestFolder();
        Shell($"cd '{Repository.Root}' && tar -c --exclude=./out --exclude=./.git --exclude=bin . | tar -x -C '{scratch.Root}'");
        string mutant = scratch.PathOf("bridge", file);
        File.WriteAllText(mutant, File.ReadAllText(mutant).Replace(whole, broken, StringComparison.Ordinal));
        Shell($"cd '{scratch.Root}' && dotnet build tests/bridge -c Release -v quiet -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false");
        string program = Directory.GetFiles(
            scratch.PathOf("tests", "bridge", "bin"), "Ringfree.Monitoring.Bridge.Tests", SearchOption.AllDirectories).Single();
        string classes = string.Join(' ', Proofs.Select(proof => $"-class {typeof(MutantTests).Namespace}.{proof}"));
        ProcessResult tests = ProcessRun.Run(
            "/bin/sh",
            ["-c", $"unset RINGFREE_SOAK; exec \"$1\" {classes}", "sh", program],
            deadline: Patience);
        Assert.True(tests.ExitCode != 0, $"nothing notices that {rule}");
        Assert.Contains("FAIL", tests.Output, StringComparison.Ordinal);
    }

    private static void Shell(string line)
    {
        ProcessResult done = ProcessRun.Run("/bin/sh", ["-c", line], deadline: Patience);
        Assert.True(done.ExitCode == 0, $"{line}: {done.Output}{done.Error}");
    }
}
