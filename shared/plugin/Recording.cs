using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// <c>--record</c> and <c>--replay</c>: chooses the world of a run, and keeps in the recording which check ran with which options. The form
/// of the folder is described at <c>RecordingFormat</c>.
/// </summary>
internal static class Recording
{
    private const string About = "about";
    private const string Arguments = "arguments";
    private const string OptionsFileWord = "options-file ";
    private const string InstanceWord = "instance ";
    private const string None = "none";

    /// <summary>Where the recorded options stand; they are read as the options file of the replay.</summary>
    /// <exception cref="UsageException">It is not the folder of a recording.</exception>
    internal static string ArgumentsOf(string folder)
    {
        const string Expected = "expected the folder that a run with --record DIR wrote";
        string path = Path.Combine(folder, Arguments);
        LocalFile arguments = LocalFile.Read(path, OptionsFile.LongestFile);
        return arguments.Failure is not { } reason ? path
            : throw new UsageException(!LocalFile.Stands(folder)
                ? $"--replay '{folder}': there is no such recording; {Expected}"
                : $"--replay '{folder}' is not a recording: its file '{Arguments}' cannot be read: {reason}; {Expected}");
    }

    /// <summary>The world of the run: the machine, the machine recorded, or a recording.</summary>
    internal static IWorld WorldOf(Options options, IWorld machine) =>
        options.ReplayFolder is { } replay ? new ReplayWorld(replay)
        : options.RecordFolder is { } record ? new RecordingWorld(machine, record)
        : machine;

    /// <summary>The memory of the run, likewise.</summary>
    internal static IMemoryStore MemoryOf(Options options, Func<IMemoryStore> machine)
    {
        if (options.ReplayFolder is { } replay)
        {
            return new RecordedMemory.Player(replay);
        }

        IMemoryStore store = machine();
#pragma warning disable CA2000 // the caller owns what is returned
        return options.RecordFolder is { } record ? new RecordedMemory.Recorder(store, record) : store;
#pragma warning restore CA2000
    }

    /// <summary>Makes the folder of a new recording, closed to others, and writes which check ran with which options.</summary>
    /// <exception cref="UsageException">The folder exists, or cannot be made.</exception>
    internal static void Begin(Facts facts, Options options)
    {
        if (options.RecordFolder is not { } folder)
        {
            return;
        }

        if (Path.Exists(folder))
        {
            throw new UsageException($"--record '{folder}' exists; accepted is a folder that does not exist yet, so that nothing of an older recording stays in it");
        }

        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            string version = typeof(Recording).Assembly.GetName().Version!.ToString(3);
            File.WriteAllText(Path.Combine(folder, About), $"check {facts.Name}\nversion {version}\n{OptionsFileWord}{options.OptionsFile ?? None}\n{InstanceWord}{options.Instance ?? None}\n");
            File.WriteAllLines(Path.Combine(folder, Arguments), options.Given);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--record '{folder}' cannot be written: {exception.Message}");
        }
    }

    /// <summary>The options file that the recorded run had read, and its instance; null where there was none.</summary>
    /// <exception cref="ReplayException">The recording is none, or another check's.</exception>
    internal static (string? OptionsFile, string? Instance) AboutOf(Facts facts, string folder)
    {
        LocalFile about = LocalFile.Read(Path.Combine(folder, About), OptionsFile.LongestFile);
        if (about.Failure is { } reason)
        {
            throw new ReplayException($"'{folder}' is no recording: its file '{About}' cannot be read: {reason}");
        }

        string[] lines = Encoding.UTF8.GetString(about.Bytes).Split('\n');
        if (lines[0] != $"check {facts.Name}")
        {
            throw new ReplayException($"'{folder}' is no recording of {facts.Name}: its file '{About}' begins with '{lines[0]}'; accepted is 'check {facts.Name}'");
        }

        string? Word(string word) => Array.Find(lines, line => line.StartsWith(word, StringComparison.Ordinal))?[word.Length..] is { } value && value != None ? value : null;
        return (Word(OptionsFileWord), Word(InstanceWord));
    }
}
