namespace Ringfree.Monitoring.Probes;

/// <summary>Another world whose every answer is written to a recording as it is given.</summary>
internal sealed class RecordingWorld : IWorld
{
    private readonly IWorld world;
    private readonly RecordingSink sink;
    private readonly HashSet<string> recorded = [];
    private readonly Dictionary<string, int> exchanges = [];

    /// <summary>Begins the recording with the clock, which a reader wants to know whether or not a probe asks for it.</summary>
    /// <param name="world">The world that answers.</param>
    /// <param name="sink">The recording; it holds no answers yet.</param>
    public RecordingWorld(IWorld world, RecordingSink sink)
    {
        this.world = world;
        this.sink = sink;
        _ = Now;
    }

    /// <inheritdoc/>
    public DateTimeOffset Now
    {
        get
        {
            DateTimeOffset now = world.Now;
            Write(RecordingFormat.Clock, RecordingFormat.Print(now));
            return now;
        }
    }

    /// <inheritdoc/>
    public string UserName
    {
        get
        {
            Write(RecordingFormat.User, world.UserName);
            return world.UserName;
        }
    }

    /// <inheritdoc/>
    public TimeSpan Elapsed
    {
        get
        {
            // What was written is what was seen, digit for digit.
            string elapsed = RecordingFormat.Print(world.Elapsed);
            sink.Append(RecordingFormat.Elapsed, elapsed + "\n");
            return RecordingFormat.ParseSeconds(elapsed)!.Value;
        }
    }

    /// <inheritdoc/>
    public string ProgramPath
    {
        get
        {
            Write(RecordingFormat.Program, world.ProgramPath);
            return world.ProgramPath;
        }
    }

    /// <inheritdoc/>
    public PathStatus Look(string path)
    {
        PathStatus status = world.Look(path);
        if (recorded.Add(RecordingFormat.Paths + path))
        {
            sink.Append(RecordingFormat.Paths, RecordingFormat.Print(path, status) + "\n");
        }

        return status;
    }

    /// <inheritdoc/>
    public Answer Ask(Question question) => Record(question, world.Ask(question));

    /// <inheritdoc/>
    public IReadOnlyList<Answer> AskTogether(IReadOnlyList<Question> questions, Action? meanwhile = null)
    {
        IReadOnlyList<Answer> answers = world.AskTogether(questions, meanwhile);
        return [.. questions.Zip(answers, Record)];
    }

    /// <inheritdoc/>
    public Answer Stream(Question question, ChunkReader reader)
    {
        string exchange = Begin(question);
        Answer answer;
        using (Stream copy = sink.Open($"{exchange}/{RecordingFormat.Answer}"))
        {
            answer = world.Stream(question, piece =>
            {
                copy.Write(piece);
                reader(piece);
            });
        }

        End(exchange, answer);
        return answer;
    }

    /// <inheritdoc/>
    public Answer Read(FilesQuestion question, FileVisitor visitor)
    {
        string exchange = Begin(question);
        Answer answer;
        using (Stream copy = sink.Open($"{exchange}/{RecordingFormat.Answer}"))
        {
            answer = world.Read(question, (path, content, failure) =>
            {
                FramedFiles.PrintFile(path, content, failure, piece => copy.Write(piece));
                visitor(path, content, failure);
            });
        }

        End(exchange, answer);
        return answer;
    }

    private void End(string exchange, Answer answer)
    {
        sink.Write($"{exchange}/{RecordingFormat.Outcome}", RecordingFormat.Print(answer));
        if (!answer.Errors.IsEmpty)
        {
            sink.Write($"{exchange}/{RecordingFormat.Errors}", answer.Errors);
        }

        if (answer.Code != 0)
        {
            sink.Write($"{exchange}/{RecordingFormat.Code}", $"{answer.Code}\n");
        }
    }

    private string Begin(Question question)
    {
        int number = exchanges[question.Kind] = exchanges.GetValueOrDefault(question.Kind) + 1;
        string exchange = $"{question.Kind}/{number}";
        sink.Write($"{exchange}/{RecordingFormat.Question}", question.Print());
        return exchange;
    }

    private Answer Record(Question question, Answer answer)
    {
        string exchange = Begin(question);
        sink.Write($"{exchange}/{RecordingFormat.Answer}", answer.Bytes);
        End(exchange, answer);
        return answer;
    }

    private void Write(string name, string text)
    {
        if (recorded.Add(name))
        {
            sink.Write(name, text + "\n");
        }
    }
}
