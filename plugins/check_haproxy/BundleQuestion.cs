using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// What a bundle of key and certificates holds. The answer is a <see cref="BundleDescription"/> behind a line <c>file MODE OWNER GROUP</c>,
/// and a line <c>written TIME</c>, UTC;
/// where the bundle has no private key, the same of <c>PATH.key</c> follows behind a line <c>beside ...</c>, as HAProxy looks there. What
/// else HAProxy loads beside a bundle follows in lines <c>extra ENDING STATE</c>, as <see cref="ExtraFile"/> describes it. Links are
/// followed: certbot keeps its files so. The private key never leaves this file.
/// </summary>
/// <param name="Path">The file's absolute path.</param>
internal sealed record BundleQuestion(string Path) : Question
{
    internal const string FileWord = "file", BesideWord = "beside", ExtraWord = "extra", WrittenWord = "written";

    private const int LargestFile = 1 << 20;

    /// <summary>The root of the container in which the file lies; links are resolved inside it. Default: null, the machine.</summary>
    public string? Within { get; init; }

    /// <inheritdoc/>
    public override string Kind => "bundles";

    /// <inheritdoc/>
    public override string What => $"the bundle {Path}";

    /// <inheritdoc/>
    public override string Print() => Path + "\n";

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine) => new DeferredAnswer(Read);

    private Answer Read()
    {
        LocalFile file = Open(Path);
        if (file.Failure is { } reason)
        {
            return Answer.Without(OutcomeOf(file), reason);
        }

        string text = Describe(FileWord, file) + $"{WrittenWord} {file.Modified:yyyy-MM-ddTHH:mm:ss}\n";
        if (!text.Contains($"\n{BundleDescription.Key} ", StringComparison.Ordinal))
        {
            LocalFile beside = Open(Path + ".key");
            text += OutcomeOf(beside) switch
            {
                Outcome.Answered => Describe(BesideWord, beside),
                Outcome.Missing => "",
                _ => $"{BesideWord} denied\n",
            };
        }

        return new Answer(Outcome.Answered, Encoding.UTF8.GetBytes(text + string.Concat(ExtraFile.Endings.Select(DescribeExtra))));
    }

    private string DescribeExtra(string ending)
    {
        LocalFile file = Open($"{Path}.{ending}");
        string? description = OutcomeOf(file) switch
        {
            Outcome.Answered => ExtraFile.Describe(ending, file.Bytes),
            Outcome.Missing => null,
            Outcome.Denied => ExtraFile.Denied,
            _ => ExtraFile.Unreadable,
        };
        return description is null ? "" : $"{ExtraWord} {ending} {description}\n";
    }

    private LocalFile Open(string path) =>
        Within is { } root ? LocalFile.ReadWithin(root, path, LargestFile) : LocalFile.Read(path, LargestFile, followLinks: true);

    private static Outcome OutcomeOf(LocalFile file) => file switch
    {
        { Failure: null } => Outcome.Answered,
        { Missing: true } => Outcome.Missing,
        { Failure: var reason } when reason == Marshal.GetPInvokeErrorMessage(Libc.EACCES) => Outcome.Denied,
        _ => Outcome.Failed,
    };

    private static string Describe(string word, LocalFile file)
    {
        string description = BundleDescription.Of(file.Bytes);
        CryptographicOperations.ZeroMemory(file.Bytes);
        return $"{word} {Convert.ToString(file.Mode, 8)} {Accounts.UserName(file.Owner)} {Accounts.GroupName(file.Group)}\n{description}";
    }
}
