using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Where a recording is written, part by part: a new folder, or one file. What has been written when a run is ended from outside stays: a
/// run that hangs is worth a recording, too.
/// </summary>
internal abstract class RecordingSink : IDisposable
{
    /// <summary>The ending of a path that asks for one file.</summary>
    internal const string FileEnding = ".recording";

    private RecordingSink()
    {
    }

    /// <summary>Makes the folder or the file, closed to others.</summary>
    /// <exception cref="IOException">It exists, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    internal static RecordingSink Create(string path) => path.EndsWith(FileEnding, StringComparison.Ordinal) ? new SingleFile(path) : new Folder(path);

    internal void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    internal abstract void Write(string name, ReadOnlyMemory<byte> bytes);

    internal abstract void Append(string name, string text);

    /// <summary>A part that is written piece by piece; whole when it is disposed of.</summary>
    internal abstract Stream Open(string name);

    /// <inheritdoc/>
    public abstract void Dispose();

    private sealed class Folder : RecordingSink
    {
        private readonly string root;

        internal Folder(string path)
        {
            if (Path.Exists(path))
            {
                throw new IOException("it exists");
            }

            root = Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        }

        public override void Dispose()
        {
        }

        internal override void Write(string name, ReadOnlyMemory<byte> bytes) => File.WriteAllBytes(PathOf(name), bytes.ToArray());

        internal override void Append(string name, string text) => File.AppendAllText(PathOf(name), text);

        internal override Stream Open(string name) => File.Create(PathOf(name));

        private string PathOf(string name)
        {
            string path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return path;
        }
    }

    private sealed class SingleFile : RecordingSink
    {
        private readonly FileStream file;
        private readonly List<(string Name, byte[] Content)> parts = [];

        internal SingleFile(string path) => file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });

        public override void Dispose() => file.Dispose();

        internal override void Write(string name, ReadOnlyMemory<byte> bytes) => Keep(name, bytes.ToArray());

        internal override void Append(string name, string text)
        {
            int index = parts.FindIndex(part => part.Name == name);
            Keep(name, [.. index < 0 ? [] : parts[index].Content, .. Encoding.UTF8.GetBytes(text)]);
        }

        internal override Stream Open(string name) => new Part(this, name);

        private void Keep(string name, byte[] content)
        {
            int index = parts.FindIndex(part => part.Name == name);
            if (index < 0)
            {
                parts.Add((name, content));
            }
            else
            {
                parts[index] = (name, content);
            }

            file.SetLength(0);
            file.Write(RecordingText.Print(parts));
            file.Flush();
        }

        private sealed class Part(SingleFile sink, string name) : MemoryStream
        {
            protected override void Dispose(bool disposing)
            {
                sink.Keep(name, ToArray());
                base.Dispose(disposing);
            }
        }
    }
}
