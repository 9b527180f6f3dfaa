using System.Text;
using Ringfree.Monitoring.Probes;
using ProbeAnswer = Ringfree.Monitoring.Probes.Answer;
using ProbeOutcome = Ringfree.Monitoring.Probes.Outcome;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Starts the scheduler's check plugins as its user, with <c>--version</c>, which every plugin of the guidelines answers: a library, an
/// interpreter or a right that is missing is seen now, and not when the first check is UNKNOWN.
/// </summary>
internal static class PluginTrial
{
    private const int CannotBeRun = 126;
    private const int NotFound = 127;
    private const int LongestReason = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly string[] RunUsers = ["/usr/sbin/runuser", "/sbin/runuser"];

    /// <summary>Tries them beside each other, each for 5 s.</summary>
    /// <returns>For each program what is wrong; empty when it started. Null when this user cannot try them.</returns>
    public static IReadOnlyList<string>? Complaints(Account user, IReadOnlyList<string> programs)
    {
        bool isUser = ProcessContext.User() == user.User;
        string? runUser = Array.Find(RunUsers, File.Exists);
        if (!isUser && (ProcessContext.User() != 0 || runUser is null))
        {
            return null;
        }

        IReadOnlyList<Question> questions =
        [
            // env and runuser run a script without an interpreter's line as schedulers do, by the shell.
            .. programs.Select(program => isUser
                ? new CommandQuestion("/usr/bin/env", [program, "--version"]) { Limit = Limit }
                : new CommandQuestion(runUser!, ["-u", user.Name, "--", program, "--version"]) { Limit = Limit }),
        ];
        return [.. new LocalWorld(new Deadline(Limit + Limit)).AskTogether(questions).Select(Complaint)];
    }

    /// <summary>What an answer tells; only that a program did not start is judged, not what it said.</summary>
    internal static string Complaint(ProbeAnswer answer) => answer.Outcome switch
    {
        ProbeOutcome.Answered when answer.Code is CannotBeRun or NotFound || answer.Errors.Span.StartsWith("runuser: "u8) =>
            $"does not start: {Reason(answer)}",
        ProbeOutcome.Answered when answer.Code > 128 => $"is ended by signal {answer.Code - 128} when it is asked for its version",
        ProbeOutcome.Answered or ProbeOutcome.TooLong => "",
        ProbeOutcome.Silent => "does not end when it is asked for its version",
        _ => $"does not start: {answer.Reason}",
    };

    private static string Reason(ProbeAnswer answer)
    {
        string said = Encoding.UTF8.GetString(answer.Errors.Span).Trim().Split('\n')[^1];
        return said.Length == 0 ? $"exit code {answer.Code}" : said[..Math.Min(said.Length, LongestReason)];
    }
}
