using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Haproxy;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>The whole program, the whole output and the exit code, once per state; each state is a recording.</summary>
public sealed class HaproxyRecordingsTests() : RecordingsTests<HaproxyCheck>(fewest: 50), IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("about", "'{0}' is no recording: its file 'about' cannot be read: No such file or directory")]
    [InlineData("arguments", "--replay '{0}' is not a recording: its part 'arguments' cannot be read: No such file or directory; expected the folder or the file that a run with --record wrote")]
    [InlineData("paths", "the recording '{0}' does not suffice: its file 'paths' cannot be read: No such file or directory")]
    [InlineData("user", "the recording '{0}' does not suffice: its file 'user' cannot be read: No such file or directory")]
    [InlineData("sockets", "the recording '{0}' does not suffice: the answer of /run/haproxy/admin.sock to '/run/haproxy/admin.sock show info;show stat' is not among its 0 in 'sockets'")]
    [InlineData("sockets/1/outcome", "the recording '{0}' does not suffice: its file 'sockets/1/outcome' cannot be read: No such file or directory")]
    [InlineData("sockets/1/answer", "the recording '{0}' does not suffice: its file 'sockets/1/answer' cannot be read: No such file or directory")]
    public void What_a_recording_lacks_is_named(string missing, string sentence)
    {
        string recording = Copy("denied-group-may");
        string path = Path.Combine(recording, missing);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }

        (string output, int code) = Host.RunInside<HaproxyCheck>(["--replay", recording], new FakeWorld());
        Assert.Equal(3, code);
        Assert.Equal($"HAPROXY UNKNOWN - {string.Format(null, CompositeFormat.Parse(sentence), recording)}\n", output);
    }

    [Theory]
    [InlineData("about", "check check_openvz\n", "'{0}' is no recording of check_haproxy: its file 'about' begins with 'check check_openvz'; accepted is 'check check_haproxy'")]
    [InlineData("paths", "/run\tsocket\n", "the recording '{0}' does not suffice: its file 'paths' has a line that is not path, kind, octal mode, owner and group with tabs between: '/run socket'")]
    [InlineData("sockets/1/outcome", "perhaps\n", "the recording '{0}' does not suffice: its file 'sockets/1/outcome' is no outcome; accepted are answered, missing, refused, denied, silent, toolong, unresolved, failed, busy, then the system's words")]
    [InlineData("arguments", "--warning=much\n", "{0}/arguments:1: --warning 'much': 'much' is not a range; accepted are END, START:, ~:END, START:END and @START:END with decimal numbers, such as 10, 10:, ~:10, 10:20, @10:20")]
    [InlineData("arguments", "--record=/etc\n", "{0}/arguments:1: '--record' is accepted on the command line only")]
    public void What_a_person_wrote_wrongly_is_quoted(string file, string content, string sentence)
    {
        string recording = Copy("denied-group-may");
        File.WriteAllText(Path.Combine(recording, file), content);
        (string output, int code) = Host.RunInside<HaproxyCheck>(["--replay", recording], new FakeWorld());
        Assert.Equal(3, code);
        Assert.Equal($"HAPROXY UNKNOWN - {string.Format(null, CompositeFormat.Parse(sentence), recording)}\n", output);
    }

    [Fact]
    public void A_recording_is_edited_to_ask_what_if()
    {
        string recording = Copy("healthy");
        string answer = Path.Combine(recording, "sockets", "1", "answer");
        File.WriteAllText(answer, File.ReadAllText(answer).Replace(",UP,", ",DOWN,", StringComparison.Ordinal));
        Assert.Equal(2, Host.RunInside<HaproxyCheck>(["--replay", recording], new FakeWorld()).ExitCode);
        Assert.Equal(1, Host.RunInside<HaproxyCheck>(["--replay", Copy("healthy"), "-w", "sessions=3"], new FakeWorld()).ExitCode);
    }

    [Fact]
    public void Any_bytes_in_a_recording_give_a_legal_line()
    {
        string recording = Copy("denied-group-may");
        string[] files = Directory.GetFiles(recording, "*", SearchOption.AllDirectories);
        byte[][] originals = [.. files.Select(File.ReadAllBytes)];
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Byte.Array[0, 80]).Sample(
            (index, noise) =>
            {
                File.WriteAllBytes(files[index], noise);
                (string output, int code) = Host.RunInside<HaproxyCheck>(["--replay", recording], new FakeWorld());
                File.WriteAllBytes(files[index], originals[index]);
                Assert.InRange(code, 1, 3);
                Assert.Matches("^HAPROXY (WARNING|CRITICAL|UNKNOWN) - ", output);
            },
            iter: 300,
            threads: 1);
    }

    private string Copy(string name) => RecordingCase.Unpack(Check, name, folder.PathOf(name));
}
