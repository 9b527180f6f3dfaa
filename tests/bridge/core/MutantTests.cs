namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// The core with one rule broken, in a scratch copy: the lives or the exploration must notice each. What they would not notice they do not
/// prove.
/// </summary>
public sealed class MutantTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static TheoryData<string, string, string, string> Mutants => new()
    {
        { "a repetition ends what a responder resolved", "NotifiedTransition.cs", "now.Severity <= old.NotifiedSeverity ? resolved",
            "now.Severity < old.NotifiedSeverity ? resolved" },
        { "what is as bad as what was acknowledged pages again", "Severity.cs", "now > acknowledged ?", "now >= acknowledged ?" },
        { "a call that begins leaves no trace", "CallTransition.cs", "channel.Doubted() with", "channel with" },
        { "what a responder resolved pages in a maintenance", "TickTransition.cs", "isCovered || !context.HasPassed",
            "!context.HasPassed" },
        { "an acknowledgement is sent for what was never triggered", "Plan.cs", "when incident.IsNotified && incident.Reopen is null",
            "when incident.Reopen is null" },
        { "what nobody tends stays so", "Transitions.cs", "IsSettled: true, IsNotified: false } untended",
            "IsSettled: true, IsNotified: false, Version: < 0 } untended" },
        { "a storm keeps criticals silent", "NotifiedTransition.cs", "old.IsNotified || now.Severity >= Severity.Critical ? null",
            "old.IsNotified ? null" },
        { "a tick comes late", "TickTransition.cs", "Later(resolved.Since + policy.ReopenAfter",
            "Later(resolved.Since + policy.ReopenAfter + policy.ReopenAfter" },
        { "any trigger answers a demand to page again", "CallTransition.cs", "reopen.Version <= call.Version",
            "reopen.Version <= call.Version + 1_000" },
        { "a notification of the same moment is old", "Stamp.cs", "return SinceBoot < known.SinceBoot;",
            "return SinceBoot <= known.SinceBoot;" },
        { "retry ignores what suppresses", "OperatorTransition.cs", "before.IsSettled || before.Suppression is not null",
            "before.IsSettled" },
    };

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_rule_to_break_stands_in_the_code(string rule, string file, string whole, string broken)
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, "bridge", "incidents", file));
        Assert.True(source.Contains(whole, StringComparison.Ordinal), $"{rule}: {file} has no '{whole}' that '{broken}' could replace");
    }

    /// <summary>Builds the bridge for each rule: make soak.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Mutants))]
    public void A_broken_rule_is_noticed(string rule, string file, string whole, string broken)
    {
        using var scratch = new TestFolder();
        Shell($"cd '{Repository.Root}' && tar -c --exclude=./out --exclude=./.git --exclude=bin . | tar -x -C '{scratch.Root}'");
        string mutant = scratch.PathOf("bridge", "incidents", file);
        File.WriteAllText(mutant, File.ReadAllText(mutant).Replace(whole, broken, StringComparison.Ordinal));
        Shell($"cd '{scratch.Root}' && dotnet build tests/bridge -c Release -v quiet -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false");
        string program = Directory.GetFiles(
            scratch.PathOf("tests", "bridge", "bin"), "Ringfree.Monitoring.Bridge.Tests", SearchOption.AllDirectories).Single();
        ProcessResult tests = ProcessRun.Run(
            "/bin/sh",
            ["-c", "unset RINGFREE_SOAK; exec \"$1\" -class Ringfree.Monitoring.Bridge.Tests.LivesTests -class Ringfree.Monitoring.Bridge.Tests.ExhaustiveTests", "sh", program],
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
