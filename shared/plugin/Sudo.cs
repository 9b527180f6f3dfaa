using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>The cure for what only root may read.</summary>
public static class Sudo
{
    /// <summary>
    /// The sudoers line that lets the user of this run run the check as root, in one of the two shapes that are generated.
    /// </summary>
    /// <param name="caller">Who was denied, with the path of the program.</param>
    /// <param name="options">The options in force.</param>
    /// <returns><c>USER ALL=(root) NOPASSWD: PROGRAM ""</c>, or with <c>--instance NAME</c> in place of the quotes.</returns>
    public static string LineFor(Caller caller, Options options) =>
        $"{caller.User} ALL=(root) NOPASSWD: {caller.Program} {(options.Instance is { } instance ? $"--instance {instance}" : "\"\"")}";
}
