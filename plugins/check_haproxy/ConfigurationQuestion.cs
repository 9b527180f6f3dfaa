using System.Runtime.InteropServices;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// What a haproxy.cfg says of stats sockets and certificates, as <see cref="Configuration"/> describes it. The passwords in it never leave
/// this file.
/// </summary>
/// <param name="Path">The file's absolute path.</param>
internal sealed record ConfigurationQuestion(string Path) : Question
{
    private const int LargestFile = 8 << 20;

    /// <summary>The root of the container in which the file lies; links are resolved inside it. Default: null, the machine.</summary>
    public string? Within { get; init; }

    /// <inheritdoc/>
    public override string Kind => "configurations";

    /// <inheritdoc/>
    public override string What => $"the configuration {Path}";

    /// <inheritdoc/>
    public override string Print() => Path + "\n";

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine) => new DeferredAnswer(Read);

    private Answer Read()
    {
        LocalFile file = Within is { } root
            ? LocalFile.ReadWithin(root, Path, LargestFile)
            : LocalFile.Read(Path, LargestFile, followLinks: true);
        return file switch
        {
            { Failure: null } => new Answer(Outcome.Answered, Encoding.UTF8.GetBytes(Configuration.Describe(file.Bytes))),
            { Missing: true } => Answer.Without(Outcome.Missing, file.Failure),
            { Failure: var reason } when reason == Marshal.GetPInvokeErrorMessage(Libc.EACCES) => Answer.Without(Outcome.Denied, reason),
            { Failure: var reason } => Answer.Without(Outcome.Failed, reason),
        };
    }
}
