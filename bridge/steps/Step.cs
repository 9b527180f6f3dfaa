namespace Ringfree.Monitoring.Bridge;

/// <summary>What a failure means and what to do first, for the responder.</summary>
/// <param name="Meaning">One sentence.</param>
/// <param name="FirstStep">Commands for a shell on the host that they name; empty when there is none.</param>
internal sealed record Advice(string Meaning, string FirstStep);

/// <summary>What steps.toml says under one key.</summary>
/// <param name="Otherwise">When no case applies.</param>
/// <param name="Cases">The first whose output occurs in the plugin's wins.</param>
internal sealed record Step(Advice Otherwise, IReadOnlyList<StepCase> Cases)
{
    public Advice For(string output) =>
        Cases.FirstOrDefault(one => output.Contains(one.Output, StringComparison.OrdinalIgnoreCase))?.Advice ?? Otherwise;
}

/// <summary>What a failure means when the plugin's output holds a text.</summary>
internal sealed record StepCase(string Output, Advice Advice);
