namespace Ringfree.Monitoring.Probes;

/// <summary>Another world whose every answer is written to a recording as it is given.</summary>
public sealed class RecordingWorld : IWorld
{
    private readonly IWorld world;
    private readonly string folder;
    private readonly HashSet<string> recorded = [];
    private int exchanges;

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
    public SocketAnswer Ask(SocketQuestion question)
    {
        SocketAnswer answer = world.Ask(question);
        string exchange = Path.Combine(folder, RecordingFormat.Sockets, (++exchanges).ToString());
        Directory.CreateDirectory(exchange);
        File.WriteAllText(Path.Combine(exchange, RecordingFormat.Question), RecordingFormat.Print(question));
        File.WriteAllText(Path.Combine(exchange, RecordingFormat.Outcome), RecordingFormat.Print(answer));
        File.WriteAllBytes(Path.Combine(exchange, RecordingFormat.Answer), answer.Bytes.ToArray());
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
