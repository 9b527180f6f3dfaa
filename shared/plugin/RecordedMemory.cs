using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// Memory in a recording: <c>memory/path</c> (where it was), <c>memory/content</c> (what it held before the run; absent on a first run),
/// and where keeping it failed, <c>memory/no-claim</c> or <c>memory/no-write</c> with the sentence that was printed.
/// </summary>
internal static class RecordedMemory
{
    private const string Folder = "memory";
    private const string PathFile = "path";
    private const string Content = "content";
    private const string NoClaim = "no-claim";
    private const string NoWrite = "no-write";

    private static string In(string name) => $"{Folder}/{name}";

    /// <summary>Passes everything on, and writes to the recording what the run began with.</summary>
    internal sealed class Recorder(IMemoryStore store, RecordingSink recording) : IMemoryStore
    {
        public string Path => store.Path;

        public void Claim() => Recorded(NoClaim, store.Claim);

        public byte[]? Read()
        {
            recording.Write(In(PathFile), store.Path + "\n");
            byte[]? bytes = null;
            Recorded(NoClaim, () => bytes = store.Read());
            if (bytes is not null)
            {
                recording.Write(In(Content), bytes);
            }

            return bytes;
        }

        public void Write(Func<byte[]?, byte[]> next, bool durable) => Recorded(NoWrite, () => store.Write(next, durable));

        public string SetAside() => store.SetAside();

        private void Recorded(string name, Action action)
        {
            try
            {
                action();
            }
            catch (MemoryException exception)
            {
                recording.Write(In(name), exception.Message);
                throw;
            }
        }
    }

    /// <summary>Answers from the recording and writes nothing.</summary>
    internal sealed class Player(RecordingParts recording) : IMemoryStore
    {
        private const int LongestFile = 16 * 1024 * 1024;

        public string Path => Encoding.UTF8.GetString(Find(PathFile) ?? throw new ReplayException($"the recording '{recording.Path}' does not suffice: its file '{Folder}/{PathFile}' is missing")).TrimEnd('\n');

        public void Claim() => ThrowIfRecorded(NoClaim);

        public byte[]? Read()
        {
            ThrowIfRecorded(NoClaim);
            _ = Path;
            return Find(Content);
        }

        public void Write(Func<byte[]?, byte[]> next, bool durable) => ThrowIfRecorded(NoWrite);

        public string SetAside() => MemoryFile.PathAside(Path);

        private void ThrowIfRecorded(string name)
        {
            if (Find(name) is { } sentence)
            {
                throw new MemoryException(Encoding.UTF8.GetString(sentence));
            }
        }

        private byte[]? Find(string name)
        {
            LocalFile file = recording.Read(In(name), LongestFile);
            return file switch
            {
                { Missing: true } => null,
                { Failure: { } reason } => throw new ReplayException($"the recording '{recording.Path}' does not suffice: its file '{Folder}/{name}' cannot be read: {reason}"),
                _ => file.Bytes,
            };
        }
    }
}
