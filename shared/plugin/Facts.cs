using System.Collections.Immutable;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// What a check is: the one declaration from which its options, its help, the README's table, nrpe.cfg, sudoers and the scheduler's objects
/// are made. How it is deployed (host, transport, sudo, instance, thresholds) is the estate's.
/// </summary>
// Immutable arrays: a collection expression for IReadOnlyList makes a type of the check's own assembly, and that keeps the assembly's entry
// point, and with it every probe and OpenSSL, in each generator that reads the facts.
public sealed record Facts
{
    /// <summary>The program's name: <c>check_</c> and lower-case letters and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>What it watches, in one sentence.</summary>
    public required string Purpose { get; init; }

    /// <summary>The parts that can break, be acknowledged and be repaired alone; one service each. Never empty.</summary>
    public required ImmutableArray<Concern> Concerns { get; init; }

    /// <summary>What it measures, in the order of its perfdata.</summary>
    public required ImmutableArray<MetricFacts> Metrics { get; init; }

    /// <summary>The metric that <c>-w</c> and <c>-c</c> set when they name none.</summary>
    public required MetricFacts MainMetric { get; init; }

    /// <summary>Its own options, beside those of every check.</summary>
    public required ImmutableArray<CheckOption> Options { get; init; }

    /// <summary>The word that it takes beside its options; may be left out. Default: null, none.</summary>
    public CheckArgument? Argument { get; init; }

    /// <summary>
    /// True for the program that passes on what a check elsewhere said instead of judging: it has no memory and no choice of concerns, and
    /// so lacks the options for them. Default: false.
    /// </summary>
    public bool Relays { get; init; }

    /// <summary>The time that a run may take. Default: 10 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The status when the deadline passes without a verdict: CRITICAL when what is watched does not answer, UNKNOWN when a busy lock is
    /// the likely cause. Default: CRITICAL.
    /// </summary>
    public Status TimeoutStatus { get; init; } = Status.Critical;

    /// <summary>Whether it compares with earlier runs, and so needs a memory folder and has <c>--latch</c>. Default: false.</summary>
    public bool Remembers { get; init; }

    /// <summary>How long a finding that comes from a change stays raised without <c>--latch</c>. Default: 15 min.</summary>
    public TimeSpan Latch { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>What it can only see as root, and why; empty when it needs no root.</summary>
    public required string RootIsNeededFor { get; init; }

    /// <summary>The word at the start of its line: the name without <c>check_</c>, in capitals.</summary>
    public string LineName => Name["check_".Length..].ToUpperInvariant();
}

/// <summary>A named part of a check that can break, be acknowledged and be repaired alone.</summary>
/// <param name="Name">What <c>--only</c> and the service are called: lower-case letters and hyphens.</param>
/// <param name="Meaning">What it judges, as half a sentence.</param>
/// <param name="FirstStep">What on-call does first when it is not OK: one imperative sentence.</param>
public sealed record Concern(string Name, string Meaning, string FirstStep)
{
    /// <summary>
    /// True for a concern that is all or nothing, a daemon that runs or does not, and CRITICAL only for a cause of its own; the generated
    /// services of the others are kept quiet while its service is CRITICAL, so that one dead daemon is one page. Default: false. Where it
    /// may be CRITICAL in part (one container of many) or because of another concern (a sniffer whose database hangs), it is no foundation:
    /// the others say with
    /// <c>--judged-by</c> what only it prevents.
    /// </summary>
    public bool IsFoundation { get; init; }

    /// <summary>
    /// True for a concern that is judged only where it is asked for, because it costs more than a look: the generators make a service of it
    /// only where the estate names it. Default: false.
    /// </summary>
    public bool IsOptIn { get; init; }

    /// <summary>
    /// True for a concern that each host of a group judges of what they have in common, such as the bricks of a pool: where the estate
    /// names the group, the generated services are members of one incident. Default: false.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>
    /// True for a shared concern whose cause may be another host of the group, which has a page of its own then: the generated service is
    /// kept quiet while that host's agent or foundation fails. Default: false.
    /// </summary>
    public bool IsAboutOthers { get; init; }
}
