namespace Ringfree.Monitoring.Plugin;

/// <summary>The cure for what only root may read.</summary>
public static class Sudo
{
    /// <summary>
    /// The sudoers line that lets the user of this run run the check as root, in one of the two shapes that are generated.
    /// </summary>
    /// <param name="run">The run that was denied.</param>
    /// <returns><c>USER ALL=(root) NOPASSWD: PROGRAM ""</c>, or with <c>--instance NAME</c> in place of the quotes.</returns>
    public static string LineFor(CheckRun run) =>
        $"{run.World.UserName} ALL=(root) NOPASSWD: {run.World.ProgramPath} {(run.Options.Instance is { } instance ? $"--instance {instance}" : "\"\"")}";
}
