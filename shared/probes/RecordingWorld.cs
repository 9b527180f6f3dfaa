namespace Ringfree.Monitoring.Probes;

/// <summary>Another world whose every answer is written to a recording as it is given.</summary>
public sealed class RecordingWorld : IWorld
{
    private readonly IWorld world;
    private readonly string folder;
    private readonly HashSet<string> recorded = [];
    private readonly Dictionary<string, int> exchanges = [];

    /// <summary>Begins the recording with the clock, which a reader wants to know whether or not a probe asks for it.</summary>
    /// <param name="world">The world that answers.</param>
    /// <param name="folder">The recording's folder; it exists and is empty of answers.</param>
    public RecordingWorld(IWorld world, string folder)
    {
        this.world = world;
        this.folder = folder;
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
            File.AppendAllText(Path.Combine(folder, RecordingFormat.Elapsed), elapsed + "\n");
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
            File.AppendAllText(Path.Combine(folder, RecordingFormat.Paths), RecordingFormat.Print(path, status) + "\n");
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
        using FileStream copy = File.Create(Path.Combine(exchange, RecordingFormat.Answer));
        Answer answer = world.Stream(question, piece =>
        {
            copy.Write(piece);
            reader(piece);
        });
        End(exchange, answer);
        return answer;
    }

    /// <inheritdoc/>
    public Answer Read(FilesQuestion question, FileVisitor visitor)
    {
        string exchange = Begin(question);
        using FileStream copy = File.Create(Path.Combine(exchange, RecordingFormat.Answer));
        Answer answer = world.Read(question, (path, content, failure) =>
        {
            FramedFiles.PrintFile(path, content, failure, piece => copy.Write(piece));
            visitor(path, content, failure);
        });
        End(exchange, answer);
        return answer;
    }

    private static void End(string exchange, Answer answer)
    {
        File.WriteAllText(Path.Combine(exchange, RecordingFormat.Outcome), RecordingFormat.Print(answer));
        if (!answer.Errors.IsEmpty)
        {
            File.WriteAllBytes(Path.Combine(exchange, RecordingFormat.Errors), answer.Errors.ToArray());
        }

        if (answer.Code != 0)
        {
            File.WriteAllText(Path.Combine(exchange, RecordingFormat.Code), $"{answer.Code}\n");
        }
    }

    private string Begin(Question question)
    {
        int number = exchanges[question.Kind] = exchanges.GetValueOrDefault(question.Kind) + 1;
        string exchange = Path.Combine(folder, question.Kind, number.ToString());
        Directory.CreateDirectory(exchange);
        File.WriteAllText(Path.Combine(exchange, RecordingFormat.Question), question.Print());
        return exchange;
    }

    private Answer Record(Question question, Answer answer)
    {
        string exchange = Begin(question);
        File.WriteAllBytes(Path.Combine(exchange, RecordingFormat.Answer), answer.Bytes.ToArray());
        End(exchange, answer);
        return answer;
    }

    private void Write(string name, string text)
    {
        if (recorded.Add(name))
        {
            File.WriteAllText(Path.Combine(folder, name), text + "\n");
        }
    }
}
