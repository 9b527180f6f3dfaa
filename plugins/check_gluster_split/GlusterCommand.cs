using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// The gluster command, as a check may run it: never interactive, without a log of its own, each call with a deadline after which
/// everything that it started is killed (the heal commands start glfsheal, which has none). Answers that others on this machine want too
/// are shared.
/// </summary>
internal sealed class GlusterCommand(CheckRun run)
{
    private const string DefaultProgram = "/usr/sbin/gluster";
    internal const int Tries = 3;

    /// <summary>How old an answer of another run on this machine may be that needed the lock of the pool.</summary>
    private static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(30);

    /// <summary>How old one may be that needed none: a server that is back is to be seen at once.</summary>
    private static readonly TimeSpan LongestAgeOfLockFree = TimeSpan.FromSeconds(3);

    private static readonly string[] LockTexts = ["Another transaction", "Locking failed"];

    private static readonly string[] WithoutLock = [Quoted("volume info"), Quoted("peer status")];

    /// <summary>The socket that the command talks to, whatever the pool.</summary>
    private static readonly SocketAddress Socket = new("/var/run/glusterd.socket");

    /// <summary>Why the lock could not be had: what needs it too is not tried after that, so that the time is left for the rest.</summary>
    private ProbeError? lockError;

    private readonly IWorld world = run.World;
    private readonly Options options = run.Options;
    private readonly string program = run.Options.Value(GlusterSplitCheck.GlusterOption) ?? DefaultProgram;

    /// <summary>Whether glfsheal can be told to keep no log either.</summary>
    internal bool KnowsNoLog { get; set; }

    private IEnumerable<string> WithoutLog => KnowsNoLog ? ["--nolog"] : [];

    /// <summary>Asks for what glusterd tells without a lock; several at once.</summary>
    internal IReadOnlyList<Answer> AskLockFree(params string[][] commands)
    {
        TimeSpan limit = Part(0.2);
        return world.AskTogether([.. commands.Select(words => Shared(Question(["--xml", .. words], limit), LongestAgeOfLockFree))]);
    }

    /// <summary>
    /// Asks for what needs the lock of the pool. A lock that somebody else holds is asked for again after a pause drawn by lot, so that two
    /// servers that collide do not collide again. So is an answer that is not whole; the last of them is read as it is.
    /// </summary>
    /// <param name="words">The command.</param>
    /// <param name="isXml">Whether it answers in XML.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="isWhole">Whether an answer has all parts. Default: null, always.</param>
    /// <param name="isAfresh">Whether the answer of another run is too old. Default: false.</param>
    /// <param name="isWorthSharing">Whether other runs may have a whole answer, too. Default: null, always.</param>
    internal Read<T> AskLocking<T>(
        string[] words, bool isXml, Func<Answer, Read<T>> read, Predicate<Answer>? isWhole = null, bool isAfresh = false,
        Predicate<Answer>? isWorthSharing = null)
        where T : class
    {
        for (int attempt = 1; lockError is null; attempt++)
        {
            CommandQuestion question = Question(isXml ? ["--xml", .. words] : words, Part(0.2));
            Answer answer = world.Ask(Shared(question, isAfresh ? TimeSpan.Zero : LongestAge, isWorthSharing ?? isWhole));
            if (answer.Outcome == Outcome.Silent)
            {
                lockError = ProbeError.Of(Quoted(string.Join(' ', words)), answer);
                break;
            }

            bool isLocked = IsLocked(answer);
            if (!isLocked && (attempt == Tries || isWhole?.Invoke(answer) != false))
            {
                return read(answer);
            }

            if (attempt == Tries)
            {
                lockError = new ProbeError(Quoted(string.Join(' ', words)), ProbeErrorKind.Locked, Said(answer));
                break;
            }

#pragma warning disable CA5394 // two servers are to draw different pauses; nobody gains by guessing them
            world.Ask(new PauseQuestion(TimeSpan.FromMilliseconds(Random.Shared.Next(300, 1200) * attempt)));
#pragma warning restore CA5394
        }

        return Read<T>.Failed(lockError);
    }

    /// <summary>Reads the list of a heal command as it comes; it may be longer than memory.</summary>
    internal (Answer Answer, string Words) StreamHeal(string volume, TimeSpan limit, ChunkReader reader, params string[] words)
    {
        string[] heal = ["volume", "heal", volume, .. words];
        return (world.Stream(Question([.. WithoutLog, .. heal], limit) with { LongestAnswer = int.MaxValue }, reader), string.Join(' ', heal));
    }

    /// <summary>Asks for a heal list as XML.</summary>
    internal Answer AskHealXml(string volume, TimeSpan limit, int longest) =>
        world.Ask(Question([.. WithoutLog, "--xml", "volume", "heal", volume, "info"], limit) with { LongestAnswer = longest });

    /// <summary>A part of the time that the whole run has.</summary>
    internal TimeSpan Part(double part) => options.Timeout * part;

    /// <summary>Reads an XML answer, or says why there is none.</summary>
    internal Read<T> ReadXml<T>(
        Answer answer, string command, Func<ReadOnlyMemory<byte>, string, (T Value, CommandEnd End)> parse)
        where T : class
    {
        if (ErrorOf(answer, command) is { } error)
        {
            return Read<T>.Failed(error);
        }

        try
        {
            (T value, CommandEnd end) = parse(answer.Bytes, command);
            string said = end.Text.Length > 0 ? end.Text : $"opErrno {end.Number}";
            return end.Return == 0
                ? Read<T>.Of(value)
                : Read<T>.Failed(new ProbeError(Quoted(command), ProbeErrorKind.Rejected, said));
        }
        catch (GlusterException exception)
        {
            return Read<T>.Failed(new ProbeError(Quoted(command), ProbeErrorKind.Malformed, exception.Message));
        }
    }

    /// <summary>Why an answer is none, before it is read; null when it can be read.</summary>
    internal ProbeError? ErrorOf(Answer answer, string command) => answer.Outcome switch
    {
        Outcome.Answered when IsNoConnection(answer) => NoConnection(),
        Outcome.Answered when Said(answer).Contains("Request timed out", StringComparison.Ordinal) =>
            new ProbeError(Quoted(command), ProbeErrorKind.Unresponsive, "the command gave up itself"),
        Outcome.Answered => null,
        Outcome.Missing => new ProbeError(program, ProbeErrorKind.NotInstalled, answer.Reason),
        _ => ProbeError.Of(Quoted(command), answer),
    };

    /// <summary>Whether glusterd answers a command, as an error names it, without the lock of the pool.</summary>
    internal static bool NeedsNoLock(string subject) => WithoutLock.Contains(subject);

    /// <summary>The command's own words, from whichever stream has them.</summary>
    internal static string Said(Answer answer)
    {
        string text = Encoding.UTF8.GetString((answer.Errors.IsEmpty ? answer.Bytes : answer.Errors).Span[..Math.Min(400, (answer.Errors.IsEmpty ? answer.Bytes : answer.Errors).Length)]);
        int error = text.IndexOf("<opErrstr>", StringComparison.Ordinal);
        int end = text.IndexOf("</opErrstr>", StringComparison.Ordinal);
        return (error >= 0 && end > error ? text[(error + "<opErrstr>".Length)..end] : text).Trim();
    }

    private static bool IsLocked(Answer answer)
    {
        if (answer.Outcome != Outcome.Answered)
        {
            return false;
        }

        string said = Said(answer);
        return Array.Exists(LockTexts, text => said.Contains(text, StringComparison.Ordinal));
    }

    private static bool IsNoConnection(Answer answer) => Said(answer).Contains("Connection failed. Please check if gluster daemon is operational", StringComparison.Ordinal);

    private CommandQuestion Question(string[] words, TimeSpan limit) =>
        new(program, ["--mode=script", "--log-file=/dev/null", .. words]) { Limit = limit };

    /// <summary>A person who looks without memory wants the state of this moment.</summary>
    private Question Shared(CommandQuestion question, TimeSpan longestAge, Predicate<Answer>? isWorthIt = null) => options.WritesMemory
        ? new SharedQuestion(
            question,
            longestAge,
            answer => answer.Code == 0 && !IsLocked(answer) && !IsNoConnection(answer) && isWorthIt?.Invoke(answer) != false)
        : question;

    private static string Quoted(string command) => $"'gluster {command}'";

    /// <summary>gluster says the same to everybody but root as it says of a dead glusterd.</summary>
    private ProbeError NoConnection()
    {
        if (world.UserName != "root")
        {
            return new ProbeError("glusterd", ProbeErrorKind.Denied, "") { Caller = Caller.Of(world) };
        }

        Answer answer = world.Ask(new SocketQuestion(Socket, "") { Limit = TimeSpan.FromMilliseconds(300) });
        return new ProbeError("glusterd", ProbeErrorKind.Refused, answer.Outcome switch
        {
            Outcome.Missing => $"is not running on this server: its socket {Socket} does not exist",
            Outcome.Refused => $"is not running on this server: nothing listens on its socket {Socket}",
            _ => $"does not accept commands on this server, although its socket {Socket} is there ({answer.Outcome})",
        });
    }
}
