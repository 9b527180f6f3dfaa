namespace Ringfree.Monitoring.Programs.Tests;

/// <summary>What a person is told who tries a check where something is missing: the whole output, its first step among it.</summary>
public sealed class ByHandTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("no-recording", "check_haproxy --replay /nope")]
    [InlineData("no-glusterd", "check_gluster_split")]
    [InlineData("no-glusterd-and-no-such-volume", "check_gluster_split --volume nope")]
    [InlineData("no-glusterd-one-concern", "check_gluster_split --only heal")]
    [InlineData("no-gluster", "check_gluster_split --gluster /nope")]
    [InlineData("no-credentials", "check_sansay_ha --node a=127.0.0.1 --node b=127.0.0.2 --credentials /nope")]
    [InlineData("no-credentials-one-concern", "check_sansay_ha --node a=127.0.0.1 --node b=127.0.0.2 --credentials /nope --only load")]
    [InlineData("no-option-file", "check_voipmon --manager /nope.sock --mysql-options /nope")]
    [InlineData("no-option-file-one-concern", "check_voipmon --manager /nope.sock --mysql-options /nope --only freshness")]
    [InlineData("no-identity", "check_over_ssh -H ringfree@127.0.0.1 --identity /nope --known-hosts /nope")]
    [InlineData("mistyped-option", "check_haproxy --sokcet /x")]
    [InlineData("option-without-value", "check_haproxy -w")]
    [InlineData("range-with-a-unit", "check_haproxy -w session_use=80%")]
    public void The_answer_is_about_what_is_missing(string name, string command)
    {
        Needs.Root();
        Needs.File("/usr/sbin/gluster", "glusterfs-cli");
        string[] words = command.Split(' ');
        string[] state = words[0] == "check_over_ssh" ? [] : ["--state-dir", folder.PathOf("state")];
        ProcessResult run = ProcessRun.Run(Repository.Program(words[0]), [.. state, .. words[1..]]);
        Assert.Equal("", run.Error);
        Snapshot.Match($"exit {run.ExitCode}\n{run.Output}", "by-hand-" + name);
    }
}
