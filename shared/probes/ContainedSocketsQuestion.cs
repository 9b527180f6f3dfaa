using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// One question to the UNIX sockets at the same path inside many roots that somebody else controls. The path is resolved inside each root,
/// and what stands there must be a socket itself. The answer is in the text form of files: a path for each root, the bytes that came, or
/// why none did. Asked in a child that is abandoned after 3 s, unless <see cref="Question.Limit"/> says otherwise.
/// </summary>
/// <param name="Roots">Absolute paths of folders.</param>
/// <param name="Path">The socket's path inside each root.</param>
/// <param name="Text">The bytes to send; ASCII.</param>
public sealed record ContainedSocketsQuestion(IReadOnlyList<string> Roots, string Path, string Text) : Question
{
    internal const string KindName = "contained-sockets";

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <inheritdoc/>
    public override string What => $"answers of {Path} in {Roots.Count} roots";

    /// <inheritdoc/>
    public override string Print() =>
        string.Concat([RecordingFormat.Escape(Path) + "\n", RecordingFormat.Escape(Text) + "\n", .. Roots.Select(root => RecordingFormat.Escape(root) + "\n")]);

    /// <summary>Without the roots: a set of containers that changes does not make it another place.</summary>
    internal override string Place => $"{Path}\n{Text}";

    /// <summary>Visits the answers.</summary>
    /// <param name="answer">An answer to such a question.</param>
    /// <param name="visitor">
    /// Takes each root's socket with what came, and the failure: the system's words, <c>is no socket</c>, or <c>no answer</c> for one that
    /// did not close in time, whatever came until then.
    /// </param>
    public static void Visit(Answer answer, FileVisitor visitor) => FramedFiles.Parse(answer.Bytes.Span, visitor);

    internal static ContainedSocketsQuestion? Parse(string text)
    {
        string[] lines = [.. text.TrimEnd('\n').Split('\n').Select(RecordingFormat.Unescape)];
        return lines.Length < 3 ? null : new ContainedSocketsQuestion(lines[2..], lines[0], lines[1]);
    }

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine) =>
        AbandonableProbe.Begin(this with { Limit = Limit ?? AbandonableProbe.DefaultLimit }, machine);
}

/// <summary>The child's side of a <see cref="ContainedSocketsQuestion"/>.</summary>
internal static unsafe class ContainedSockets
{
    // Below the usual limit of 1,024 descriptors, with room for what a path walk holds open.
    private const int AtOnce = 200;
    private const int LongestAnswer = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    internal static Answer Print(ContainedSocketsQuestion question, ChunkReader take)
    {
        var deadline = new Deadline(Patience);
        foreach (string[] roots in question.Roots.Chunk(AtOnce))
        {
            List<Conversation> open = [];
            foreach (string root in roots)
            {
                string path = root + question.Path;
                int socket = Connect(root, question.Path, out string failure);
                if (socket < 0)
                {
                    FramedFiles.PrintFile(Encoding.UTF8.GetBytes(path), [], failure, take);
                }
                else
                {
                    Send(socket, question.Text);
                    open.Add(new Conversation(socket, path));
                }
            }

            Listen(open, deadline, take);
        }

        return new Answer(Outcome.Answered, default);
    }

    private static int Connect(string root, string path, out string failure)
    {
        int folder = OpenFolderOf(root, path, out failure);
        if (folder < 0)
        {
            return -1;
        }

        int socket = -1;
        string name = Path.GetFileName(path);
        Libc.Stat status;
        bool stands;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(name + "\0"))
        {
            stands = Libc.StatusAt(folder, bytes, &status, Libc.AT_SYMLINK_NOFOLLOW) == 0;
        }

        failure = !stands ? Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())
            : LocalWorld.KindOf(status.Mode) != PathKind.Socket ? "is no socket"
            : "";
        if (failure.Length == 0)
        {
            socket = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
            byte* address = stackalloc byte[110];
            *(ushort*)address = Libc.AF_UNIX;
            int length = Encoding.UTF8.GetBytes($"/proc/self/fd/{folder}/{name}", new Span<byte>(address + 2, SocketAddress.LongestPath));
            address[2 + length] = 0;
            if (Libc.Connect(socket, address, (uint)(2 + length + 1)) != 0)
            {
                failure = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
                _ = Libc.Close(socket);
                socket = -1;
            }
        }

        _ = Libc.Close(folder);
        return socket;
    }

    private static int OpenFolderOf(string root, string path, out string failure)
    {
        failure = "";
        int rootFolder = LocalFolder.Open(root);
        if (rootFolder < 0)
        {
            failure = Marshal.GetPInvokeErrorMessage(-rootFolder);
            return -1;
        }

        int folder = ContainedPath.Open(rootFolder, Path.GetDirectoryName(path)!, Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (folder < 0)
        {
            failure = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        }

        _ = Libc.Close(rootFolder);
        return folder;
    }

    private static void Send(int socket, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        fixed (byte* start = bytes)
        {
            // Shorter than any socket's buffer: what does not go at once is what the other side does not take.
            _ = Libc.Write(socket, start, (nuint)bytes.Length);
        }
    }

    private static void Listen(List<Conversation> open, Deadline deadline, ChunkReader take)
    {
        byte[] piece = new byte[4096];
        while (open.Count > 0)
        {
            int left = (int)Math.Ceiling(deadline.LeftForWaiting.TotalMilliseconds);
            Libc.PollDescriptor[] wanted = [.. open.Select(conversation => new Libc.PollDescriptor { Descriptor = conversation.Socket, Events = Libc.POLLIN })];
            int ready;
            fixed (Libc.PollDescriptor* first = wanted)
            {
                ready = Libc.Poll(first, (ulong)wanted.Length, left);
            }

            for (int index = wanted.Length - 1; index >= 0; index--)
            {
                Conversation conversation = open[index];
                bool isOver = left <= 0 && wanted[index].Returned == 0;
                if (isOver || (ready > 0 && wanted[index].Returned != 0 && !Hear(conversation, piece)))
                {
                    byte[] path = Encoding.UTF8.GetBytes(conversation.Path);
                    FramedFiles.PrintFile(path, conversation.Heard.ToArray(), isOver ? "no answer" : null, take);
                    _ = Libc.Close(conversation.Socket);
                    conversation.Heard.Dispose();
                    open.RemoveAt(index);
                }
            }
        }
    }

    /// <returns>False at the end of the answer.</returns>
    private static bool Hear(Conversation conversation, byte[] piece)
    {
        nint count;
        fixed (byte* start = piece)
        {
            count = Libc.Read(conversation.Socket, start, (nuint)piece.Length);
        }

        if (count > 0)
        {
            conversation.Heard.Write(piece, 0, (int)count);
        }

        return count > 0 ? conversation.Heard.Length < LongestAnswer : count < 0 && Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR;
    }

    private sealed record Conversation(int Socket, string Path)
    {
        internal MemoryStream Heard { get; } = new();
    }
}
