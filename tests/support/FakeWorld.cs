using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>A world that the test lays out: what is not laid out does not exist.</summary>
public sealed class FakeWorld : IWorld
{
    private readonly Dictionary<string, SocketAnswer> answers = [];
    private readonly Dictionary<string, PathStatus> paths = [];

    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero);

    public string UserName => "nagios";

    public List<SocketQuestion> Questions { get; } = [];

    public FakeWorld Answer(string address, string text) => Answer(address, Encoding.UTF8.GetBytes(text));

    public FakeWorld Answer(string address, byte[] bytes)
    {
        answers[address] = new SocketAnswer(SocketOutcome.Answered, bytes);
        paths[address] = new PathStatus(PathKind.Socket, 0b110_110_000, "haproxy", "haproxy");
        return this;
    }

    public FakeWorld Fail(string address, SocketOutcome outcome, string reason = "")
    {
        answers[address] = new SocketAnswer(outcome, default, reason);
        return this;
    }

    public FakeWorld Place(string path, PathStatus status)
    {
        paths[path] = status;
        return this;
    }

    public PathStatus Look(string path) => paths.GetValueOrDefault(path, new PathStatus(PathKind.Missing));

    public SocketAnswer Ask(SocketQuestion question)
    {
        Questions.Add(question);
        return answers.GetValueOrDefault(question.Address.ToString(), new SocketAnswer(SocketOutcome.Missing, default, "No such file or directory"));
    }
}
