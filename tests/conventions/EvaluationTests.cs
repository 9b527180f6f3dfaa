using System.Reflection;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>
/// Probes read and evaluations decide: a probe, its questions and its readings know no status, no threshold and no first step; an
/// evaluation asks the world nothing, so that every state can be evaluated from a reading.
/// </summary>
public sealed class EvaluationTests
{
    private static readonly Type[] Decisions =
    [
        typeof(Status), typeof(StatusOrder), typeof(Finding), typeof(Report), typeof(ReportBuilder), typeof(ConcernReport), typeof(Metric),
        typeof(Plugin.Range),
    ];

    private static readonly Type[] Outside = [typeof(IWorld), typeof(Memory), typeof(CheckRun), typeof(Question)];

    private static readonly string[] Words = ["Probe", "Reading", "Question"];

    public static TheoryData<string> Checks => ["check_gluster_split", "check_haproxy", "check_openvz", "check_sansay_ha", "check_voipmon"];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Probes_decide_nothing(string check)
    {
        Type[] probes = TypesOf(check, name => Array.Exists(Words, word => name.Contains(word, StringComparison.Ordinal)));
        Assert.Contains(probes, probe => probe.Name.EndsWith("Probe", StringComparison.Ordinal));
        Assert.Contains(probes, probe => probe.Name.EndsWith("Reading", StringComparison.Ordinal));
        foreach (Type probe in probes)
        {
            CodeReferences references = CodeReferences.Of(probe);
            Type[] decisions = [.. references.Types.Intersect(Decisions)];
            string[] members =
            [
                .. references.Members.Where(member => member.EndsWith("FirstStep", StringComparison.Ordinal)
                    || member is "MetricFacts.get_Warning" or "MetricFacts.get_Critical"),
            ];
            Assert.True(decisions.Length + members.Length == 0, $"{check}: {probe.Name} refers to {Named(decisions, members)}");
        }
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public void Evaluations_ask_nothing(string check)
    {
        Type[] evaluations = TypesOf(check, name => name.EndsWith("Evaluation", StringComparison.Ordinal));
        Assert.NotEmpty(evaluations);
        foreach (Type evaluation in evaluations)
        {
            IReadOnlySet<Type> references = CodeReferences.Of(evaluation).Types;
            Type[] outside = [.. references.Where(type => Array.Exists(Outside, door => door.IsAssignableFrom(type)))];
            Assert.True(outside.Length == 0, $"{check}: {evaluation.Name} refers to {Named(outside, [])}");
        }
    }

    /// <summary>The two tests above see what they look for: each of these refers to it in one of the ways in which code can.</summary>
    [Fact]
    public void References_are_seen_wherever_they_stand()
    {
        CodeReferences seen = CodeReferences.Of(typeof(References));
        Assert.Contains(typeof(Status), seen.Types);
        Assert.Contains(typeof(CheckRun), seen.Types);
        Assert.Contains(typeof(Memory), seen.Types);
        Assert.Contains(typeof(IWorld), seen.Types);
        Assert.Contains("Concern.get_FirstStep", seen.Members);
        Assert.DoesNotContain(typeof(Finding), seen.Types);
    }

    private static Type[] TypesOf(string check, Predicate<string> isOne) =>
        [.. Assembly.Load(check).GetTypes().Where(type => !type.IsNested && isOne(type.Name))];

    private static string Named(Type[] types, string[] members) => string.Join(", ", types.Select(type => type.Name).Concat(members));

    /// <summary>A status in a lambda, a run in a signature, its memory and world in bodies, a step in a nested type.</summary>
    private sealed class References
    {
        public static bool InLambda(int[] numbers) => Array.Exists(numbers, number => Statuses(number).Count > number);

        public static object InBody(CheckRun run) => run.Options.WritesMemory ? run.Memory : run.World;

        private static List<Status> Statuses(int count) => new(count);

        public sealed class Nested(Concern concern)
        {
            public string Step => concern.FirstStep;
        }
    }
}
