using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What notify leaves beside the file of an event that it delivered without serve: serve takes it in later, so that the history knows how
/// the page was sent.
/// </summary>
internal static class DeliveryMark
{
    /// <summary>Behind the event's file name.</summary>
    public const string Suffix = ".delivered";

    private const int MaxBytes = 4_096;
    private const int MaxWords = 300;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>Leaves a mark. It is a courtesy: the page has been sent whether it can be written or not.</summary>
    /// <param name="spool">The folder.</param>
    /// <param name="eventId">The event's file name.</param>
    /// <param name="words">What PagerDuty or the mail server answered.</param>
    public static void Leave(string spool, string eventId, string words)
    {
        string unfinished = Path.Combine(spool, $".new-{eventId}{Suffix}");
        try
        {
            using (SafeFileHandle file = KernelFile.CreateNew(unfinished))
            {
                KernelFile.WriteAll(file, Encoding.UTF8.GetBytes(Page.Cut(words, MaxWords)), unfinished);
            }

            KernelFile.Rename(unfinished, Path.Combine(spool, eventId + Suffix));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Syslog.Error($"pagerduty-bridge notify: no mark is left of what was delivered without serve: {refused.Message}");
        }
    }

    /// <summary>The events of which marks lie there.</summary>
    public static IReadOnlyList<string> Names(string spool, int most) =>
        [.. Directory.EnumerateFiles(spool, $"*{Suffix}").Select(file => Path.GetFileName(file)[..^Suffix.Length])
            .Where(Spool.IsEventName).Take(most)];

    /// <summary>Reads a mark with suspicion, as an event's file is read.</summary>
    /// <returns>Its words in one line; null when it is not one, or is gone.</returns>
    public static string? Read(string spool, string eventId)
    {
        try
        {
            string path = Path.Combine(spool, eventId + Suffix);
            using SafeFileHandle handle = KernelFile.OpenSuspicious(path);
            return KernelFile.Facts(handle, path) is { IsRegular: true, Size: <= MaxBytes } facts
                ? Page.Cut(ForeignText.Line(Encoding.UTF8.GetString(KernelFile.ReadAll(handle, facts.Size))), MaxWords)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static void Remove(string spool, string eventId) => File.Delete(Path.Combine(spool, eventId + Suffix));

    /// <summary>True for one whose event never came into the store.</summary>
    public static bool IsForgotten(string spool, string eventId, DateTimeOffset now) =>
        now.UtcDateTime - File.GetLastWriteTimeUtc(Path.Combine(spool, eventId + Suffix)) > Lifetime;
}
