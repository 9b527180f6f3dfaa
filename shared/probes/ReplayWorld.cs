namespace Ringfree.Monitoring.Probes;

/// <summary>The world as a recording saw it. What the recording lacks is a <see cref="ReplayException"/> that names it.</summary>
/// <param name="parts">The recording.</param>
internal sealed class ReplayWorld(RecordingParts parts) : SequentialAnswers, IWorld
{
    private readonly Dictionary<string, int> asked = [];
    private int elapsedAsked;

    /// <inheritdoc/>
#pragma warning disable CA1065 // what a recording lacks is known only when a probe asks for it
    public DateTimeOffset Now =>
        RecordingFormat.ParseTime(Read(RecordingFormat.Clock).TrimEnd()) ?? throw Lacks($"its file '{RecordingFormat.Clock}' is no time; accepted is ISO 8601");
#pragma warning restore CA1065

    /// <inheritdoc/>
#pragma warning disable CA1065 // what a recording lacks is known only when it is asked for
    public TimeSpan Elapsed
    {
        get
        {
            string[] lines = Read(RecordingFormat.Elapsed).TrimEnd('\n').Split('\n');
            return RecordingFormat.ParseSeconds(lines[Math.Min(elapsedAsked++, lines.Length - 1)]) ?? throw Lacks($"its file '{RecordingFormat.Elapsed}' has a line that is no number of seconds");
        }
    }
#pragma warning restore CA1065

    /// <inheritdoc/>
    public string ProgramPath => Read(RecordingFormat.Program).TrimEnd('\n');

    /// <inheritdoc/>
    public string UserName => Read(RecordingFormat.User).TrimEnd('\n');

    /// <inheritdoc/>
    public PathStatus Look(string path)
    {
        foreach (string line in Read(RecordingFormat.Paths).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            (string known, PathStatus status) = RecordingFormat.ParsePath(line)
                ?? throw Lacks($"its file '{RecordingFormat.Paths}' has a line that is not path, kind, octal mode, owner and group with tabs between: '{line}'");
            if (known == path)
            {
                return status;
            }
        }

        throw Lacks($"its file '{RecordingFormat.Paths}' has no line for '{path}'");
    }

    /// <inheritdoc/>
    public override Answer Ask(Question question)
    {
        string wanted = question.Print();
        string asking = question.Kind + "\n" + wanted;
        int before = asked.GetValueOrDefault(asking);
        asked[asking] = before + 1;
        int matches = 0;
        for (int number = 1; ; number++)
        {
            string exchange = $"{question.Kind}/{number}";
            if (!parts.Holds(exchange))
            {
                throw Lacks($"{question.What} to '{wanted.TrimEnd('\n').Replace('\n', ' ')}' is not among its {number - 1} in '{question.Kind}'{(matches > 0 ? $", after the first {matches}" : "")}");
            }

            if (Read($"{exchange}/{RecordingFormat.Question}") == wanted && matches++ == before)
            {
                return Answer(exchange);
            }
        }
    }

    private Answer Answer(string exchange)
    {
        string outcome = $"{exchange}/{RecordingFormat.Outcome}";
        Answer answer = RecordingFormat.ParseAnswer(Read(outcome), ReadBytes($"{exchange}/{RecordingFormat.Answer}"))
            ?? throw Lacks($"its file '{outcome}' is no outcome; accepted are {string.Join(", ", Enum.GetNames<Outcome>()).ToLowerInvariant()}, then the system's words");
        string code = $"{exchange}/{RecordingFormat.Code}";
        return answer with
        {
            Errors = parts.Holds($"{exchange}/{RecordingFormat.Errors}") ? ReadBytes($"{exchange}/{RecordingFormat.Errors}") : default,
            Code = !parts.Holds(code) ? 0 : int.TryParse(Read(code), out int number) ? number : throw Lacks($"its file '{code}' is no number"),
        };
    }

    private ReplayException Lacks(string what) => new($"the recording '{parts.Path}' does not suffice: {what}");

    private string Read(string name) => System.Text.Encoding.UTF8.GetString(ReadBytes(name));

    private byte[] ReadBytes(string name)
    {
        const int LongestFile = 32 * 1024 * 1024;
        LocalFile file = parts.Read(name, LongestFile);
        return file.Failure is { } reason ? throw Lacks($"its file '{name}' cannot be read: {reason}") : file.Bytes;
    }
}
