namespace Ringfree.Monitoring.Estate;

/// <summary>What a page says beside the words of a plugin that is not ours. <c>{host}</c> and <c>{address}</c> stand for the host's
/// own.</summary>
/// <param name="Meaning">What is wrong, as half a sentence.</param>
/// <param name="First">What on-call does first: commands that are safe at night on that host.</param>
/// <param name="Cases">Where the plugin's own words decide; the first that fits takes the place of both.</param>
public sealed record Step(string Meaning, string First, IReadOnlyList<StepCase> Cases);

/// <summary>One cause that a plugin's output tells from the others.</summary>
/// <param name="Output">What the output holds then, in any letter case.</param>
/// <param name="Meaning">As that of a <see cref="Step"/>.</param>
/// <param name="First">As that of a <see cref="Step"/>.</param>
public sealed record StepCase(string Output, string Meaning, string First);
