using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>One run of a check: the world that its probes see, the options in force, and what it remembers.</summary>
/// <param name="World">The outside.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Memory">What earlier runs left.</param>
public sealed record CheckRun(IWorld World, Options Options, Memory Memory)
{
    /// <summary>A report of this run, to be written by an evaluation.</summary>
    /// <returns>An empty one, of the world's present moment.</returns>
    public ReportBuilder BeginReport() => new(Options, Memory, World.Now);

    /// <summary>What the last good reading of a concern remembered, for a probe whose questions depend on it.</summary>
    /// <param name="concern">A concern of the check.</param>
    /// <returns>Texts by key; none before the first time.</returns>
    public Past PastOf(Concern concern) => Memory.PastOf(concern);
}

/// <summary>A check: its facts, and measure, judge and tell in one function.</summary>
public interface ICheck
{
    /// <summary>What the check is.</summary>
    static abstract Facts Facts { get; }

    /// <summary>
    /// Probes the world and judges what was read. Bad option values throw <see cref="UsageException"/>; nothing else is thrown on purpose.
    /// </summary>
    /// <param name="run">World, options and memory.</param>
    /// <returns>The report.</returns>
    static abstract Report Run(CheckRun run);
}
