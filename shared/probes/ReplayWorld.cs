namespace Ringfree.Monitoring.Probes;

/// <summary>The world as a recording saw it. What the recording lacks is a <see cref="ReplayException"/> that names it.</summary>
/// <param name="folder">The recording's folder.</param>
public sealed class ReplayWorld(string folder) : IWorld
{
    private readonly Dictionary<string, int> asked = [];

    /// <inheritdoc/>
#pragma warning disable CA1065 // what a recording lacks is known only when a probe asks for it
    public DateTimeOffset Now =>
        RecordingFormat.ParseTime(Read(RecordingFormat.Clock).TrimEnd()) ?? throw Lacks($"its file '{RecordingFormat.Clock}' is no time; accepted is ISO 8601");
#pragma warning restore CA1065

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
    public SocketAnswer Ask(SocketQuestion question)
    {
        string wanted = RecordingFormat.Print(question);
        int before = asked.GetValueOrDefault(wanted);
        asked[wanted] = before + 1;
        int matches = 0;
        for (int number = 1; ; number++)
        {
            string exchange = Path.Combine(RecordingFormat.Sockets, number.ToString());
            if (!Directory.Exists(Path.Combine(folder, exchange)))
            {
                throw Lacks($"there is no answer of {question.Address} to '{question.Text.TrimEnd('\n')}' among its {number - 1} in '{RecordingFormat.Sockets}'{(matches > 0 ? $" after the first {matches}" : "")}");
            }

            if (Read(Path.Combine(exchange, RecordingFormat.Question)) == wanted && matches++ == before)
            {
                string outcome = Path.Combine(exchange, RecordingFormat.Outcome);
                return RecordingFormat.ParseAnswer(Read(outcome), ReadBytes(Path.Combine(exchange, RecordingFormat.Answer)))
                    ?? throw Lacks($"its file '{outcome}' is no outcome; accepted are {string.Join(", ", Enum.GetNames<SocketOutcome>()).ToLowerInvariant()}, then the system's words");
            }
        }
    }

    private ReplayException Lacks(string what) => new($"the recording '{folder}' does not suffice: {what}");

    private string Read(string name) => System.Text.Encoding.UTF8.GetString(ReadBytes(name));

    private byte[] ReadBytes(string name)
    {
        const int LongestFile = 32 * 1024 * 1024;
        LocalFile file = LocalFile.Read(Path.Combine(folder, name), LongestFile);
        return file.Failure is { } reason ? throw Lacks($"its file '{name}' cannot be read: {reason}") : file.Bytes;
    }
}
