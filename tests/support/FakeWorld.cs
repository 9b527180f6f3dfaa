using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>A world that the test lays out: what is not laid out does not exist.</summary>
public sealed class FakeWorld : SequentialAnswers, IWorld
{
    private readonly Dictionary<string, Answer> answers = [];
    private readonly Dictionary<string, PathStatus> paths = [];

    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero);

    public string UserName => "nagios";

    public TimeSpan Elapsed { get; set; }

    public string ProgramPath => "/usr/lib/nagios/plugins/check";

    public List<Question> Questions { get; } = [];

    /// <summary>The answer to a question that is asked in these very words, of whatever kind.</summary>
    public FakeWorld Answer(Question question, Answer answer)
    {
        answers[question.Kind + "\n" + question.Print()] = answer;
        return this;
    }

    public FakeWorld Answer(string address, string text) => Answer(address, Encoding.UTF8.GetBytes(text));

    public FakeWorld Answer(string address, byte[] bytes)
    {
        answers[address] = new Answer(Outcome.Answered, bytes);
        paths[address] = new PathStatus(PathKind.Socket, 0b110_110_000, "haproxy", "haproxy");
        return this;
    }

    public FakeWorld Fail(string address, Outcome outcome, string reason = "")
    {
        answers[address] = new Answer(outcome, default, reason);
        return this;
    }

    public FakeWorld Place(string path, PathStatus status)
    {
        paths[path] = status;
        return this;
    }

    public PathStatus Look(string path) => paths.GetValueOrDefault(path, new PathStatus(PathKind.Missing));

    public override Answer Ask(Question question)
    {
        Questions.Add(question);
        string key = question is SocketQuestion socket && answers.ContainsKey(socket.Address.ToString()) ? socket.Address.ToString() : question.Kind + "\n" + question.Print();
        return answers.GetValueOrDefault(key, new Answer(Outcome.Missing, default, "No such file or directory"));
    }
}
