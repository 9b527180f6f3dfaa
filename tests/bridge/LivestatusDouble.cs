using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Answers one query per connection, one answer after the other.</summary>
internal sealed class LivestatusDouble : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public LivestatusDouble(string path, params string[] answers)
    {
        File.Delete(path);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(4);
        _ = Task.Run(() =>
        {
            foreach (string answer in answers)
            {
                try
                {
                    using Socket client = listener.Accept();
                    using var stream = new NetworkStream(client);
                    using var reader = new StreamReader(stream, Encoding.UTF8);
                    Queries.Add(reader.ReadToEnd());
                    stream.Write(Encoding.UTF8.GetBytes(answer));
                }
                catch (Exception ended) when (ended is SocketException or IOException or ObjectDisposedException)
                {
                    return;
                }
            }
        });
    }

    /// <summary>An answer with its header.</summary>
    public static string Good(string rows) => $"200 {Encoding.UTF8.GetByteCount(rows),11}\n{rows}";

    public List<string> Queries { get; } = [];

    public void Dispose() => listener.Dispose();
}
