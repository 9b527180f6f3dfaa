using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The parts of a recording by their names, wherever it lies: a folder of files, or one file (see <see cref="RecordingText"/>).
/// </summary>
internal abstract class RecordingParts
{
    /// <summary>What could be replayed, for messages.</summary>
    internal const string Expected = "expected the folder or the file that a run with --record wrote";

    private const int LongestRecording = 64 * 1024 * 1024;

    private RecordingParts(string path) => Path = path;

    /// <summary>Where the recording lies, for messages.</summary>
    internal string Path { get; }

    /// <summary>Opens a recording; a folder is not read before a part is asked for.</summary>
    /// <exception cref="ReplayException">Nothing stands there, or the file is not a recording.</exception>
    internal static RecordingParts At(string path)
    {
        if (Directory.Exists(path))
        {
            return new Folder(path);
        }

        LocalFile file = LocalFile.Read(path, LongestRecording, followLinks: true);
        if (file.Failure is { } reason)
        {
            throw new ReplayException(file.Missing
                ? $"--replay '{path}': there is no such recording; {Expected}"
                : $"--replay '{path}' cannot be read: {reason}; {Expected}");
        }

        if (!RecordingText.IsOne(file.Bytes))
        {
            throw new ReplayException($"--replay '{path}' is not a recording: it does not begin with '{RecordingText.FirstLine.TrimEnd()}'; {Expected}");
        }

        (IReadOnlyDictionary<string, byte[]> parts, string? complaint) = RecordingText.Parse(file.Bytes);
        return complaint is null ? new SingleFile(path, parts) : throw new ReplayException($"the recording '{path}' cannot be read: {complaint}");
    }

    /// <summary>The names of its parts.</summary>
    internal abstract IEnumerable<string> Names { get; }

    /// <summary>Whether the recording has a part, or a part below a name.</summary>
    internal abstract bool Holds(string name);

    /// <summary>A part, as a file: missing where the recording does not have it.</summary>
    internal abstract LocalFile Read(string name, int cap);

    private sealed class Folder(string path) : RecordingParts(path)
    {
        internal override IEnumerable<string> Names =>
            Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(Path, file));

        internal override bool Holds(string name) => System.IO.Path.Exists(System.IO.Path.Combine(Path, name));

        internal override LocalFile Read(string name, int cap) => LocalFile.Read(System.IO.Path.Combine(Path, name), cap);
    }

    /// <summary>What a reader of one file does not need to see is left out of it: when and by whom it was made.</summary>
    private sealed class SingleFile(string path, IReadOnlyDictionary<string, byte[]> parts) : RecordingParts(path)
    {
        private static readonly Dictionary<string, byte[]> Defaults = new()
        {
            [RecordingFormat.About] = [],
            [RecordingFormat.Arguments] = [],
            [RecordingFormat.Clock] = Encoding.UTF8.GetBytes("2026-01-01T00:00:00.0000000Z\n"),
            [RecordingFormat.User] = Encoding.UTF8.GetBytes("nagios\n"),
        };

        internal override IEnumerable<string> Names => parts.Keys;

        internal override bool Holds(string name) => parts.ContainsKey(name) || parts.Keys.Any(part => part.StartsWith(name + "/", StringComparison.Ordinal));

        internal override LocalFile Read(string name, int cap) => (parts.GetValueOrDefault(name) ?? Defaults.GetValueOrDefault(name)) is not { } bytes
            ? new LocalFile([], 0, 0, 0, "No such part", Missing: true)
            : bytes.Length > cap ? new LocalFile([], 0, 0, 0, $"has {bytes.Length} bytes; at most {cap} are read")
            : new LocalFile(bytes, 0, 0, 0, null);
    }
}
