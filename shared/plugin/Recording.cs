using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// <c>--record</c> and <c>--replay</c>: chooses the world of a run, and keeps in the recording which check ran with which options. The form
/// of the folder is described at <c>RecordingFormat</c>.
/// </summary>
internal static class Recording
{
    private const string OptionsFileWord = "options-file ";
    private const string InstanceWord = "instance ";
    private const string None = "none";

    /// <summary>The recorded options; they are read as the options file of the replay.</summary>
    /// <exception cref="ReplayException">The recording has none.</exception>
    internal static OptionsFile ArgumentsOf(RecordingParts parts)
    {
        LocalFile arguments = parts.Read(RecordingFormat.Arguments, OptionsFile.LongestFile);
        return arguments.Failure is { } reason
            ? throw new ReplayException(
                $"--replay '{parts.Path}' is not a recording: its part '{RecordingFormat.Arguments}' cannot be read: {reason}; {RecordingParts.Expected}")
            : OptionsFile.Parse(Path.Combine(parts.Path, RecordingFormat.Arguments), arguments.Bytes);
    }

    /// <summary>The world of the run: the machine, the machine recorded, or a recording.</summary>
    internal static IWorld WorldOf(Options options, RecordingSink? sink, IWorld machine) =>
        options.Replay is { } replay ? new ReplayWorld(replay)
        : sink is not null ? new RecordingWorld(machine, sink)
        : machine;

    /// <summary>The memory of the run, likewise.</summary>
    internal static IMemoryStore MemoryOf(Options options, RecordingSink? sink, Func<IMemoryStore> machine)
    {
        if (options.Replay is { } replay)
        {
            return new RecordedMemory.Player(replay);
        }

        IMemoryStore store = machine();
#pragma warning disable CA2000 // the caller owns what is returned
        return sink is not null ? new RecordedMemory.Recorder(store, sink) : store;
#pragma warning restore CA2000
    }

    /// <summary>Begins a new recording and writes which check ran with which options; null when none is asked for.</summary>
    /// <exception cref="UsageException">It exists, or cannot be made.</exception>
    internal static RecordingSink? Begin(Facts facts, Options options)
    {
        if (options.RecordTo is not { } path)
        {
            return null;
        }

        if (Path.Exists(path))
        {
            throw new UsageException(
                $"--record '{path}' exists; accepted is a folder that does not exist yet, or a new FILE{RecordingSink.FileEnding}, so that nothing of an older recording stays in it");
        }

        try
        {
            var sink = RecordingSink.Create(path);
            string version = typeof(Recording).Assembly.GetName().Version!.ToString(3);
            sink.Write(
                RecordingFormat.About,
                $"check {facts.Name}\nversion {version}\n{OptionsFileWord}{options.OptionsFile ?? None}\n{InstanceWord}{options.Instance ?? None}\n");
            sink.Write(RecordingFormat.Arguments, string.Concat(options.Given.Select(argument => argument + "\n")));
            return sink;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--record '{path}' cannot be written: {exception.Message}");
        }
    }

    /// <summary>The options file that the recorded run had read, and its instance; null where there was none.</summary>
    /// <exception cref="ReplayException">The recording is none, or another check's.</exception>
    internal static (string? OptionsFile, string? Instance) AboutOf(Facts facts, RecordingParts parts)
    {
        LocalFile about = parts.Read(RecordingFormat.About, OptionsFile.LongestFile);
        if (about.Failure is { } reason)
        {
            throw new ReplayException($"'{parts.Path}' is no recording: its file '{RecordingFormat.About}' cannot be read: {reason}");
        }

        if (about.Bytes.Length == 0)
        {
            return (null, null);
        }

        string[] lines = Encoding.UTF8.GetString(about.Bytes).Split('\n');
        if (lines[0] != $"check {facts.Name}")
        {
            throw new ReplayException(
                $"'{parts.Path}' is no recording of {facts.Name}: its file '{RecordingFormat.About}' begins with '{lines[0]}'; accepted is 'check {facts.Name}'");
        }

        string? Word(string word) => Array.Find(lines, line => line.StartsWith(word, StringComparison.Ordinal))?[word.Length..] is { } value && value != None ? value : null;
        return (Word(OptionsFileWord), Word(InstanceWord));
    }
}
