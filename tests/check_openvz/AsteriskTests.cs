using System.Text;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>What tells an Asterisk that serves from one that does not: command lines, answers of its console, its pid.</summary>
public sealed class AsteriskTests : IDisposable
{
    private const string Head = "Host                           dnsmgr Username       Refresh State                Reg.Time\n";
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Theory]
    [InlineData("asterisk", false)]
    [InlineData("/usr/sbin/asterisk -f -U asterisk -vvvg -c", false)]
    [InlineData("asterisk -C /etc/asterisk/r.conf", false)]
    [InlineData("asterisk -Cr -G rx", false)]
    [InlineData("asterisk -- -r", false)]
    [InlineData("asterisk -r", true)]
    [InlineData("asterisk -rvvv", true)]
    [InlineData("asterisk -vvvR", true)]
    [InlineData("asterisk -C /etc/asterisk/other.conf -rx", true)]
    [InlineData("asterisk -x core show channels", true)]
    [InlineData("/usr/sbin/rasterisk", true)]
    public void A_command_line_tells_a_console(string commandLine, bool expected) =>
        Assert.Equal(expected, AsteriskConsole.Is(commandLine.Split(' ')));

    /// <summary>The host column of 1.4 and 1.6 is 30 wide, and 1.4 has no column for dnsmgr.</summary>
    [Theory]
    [InlineData(Head, "sbc1.example:5060              N      acme               105 Registered           Sun, 01 Mar 2026 03:10:21")]
    [InlineData(
        "Host                            Username       Refresh State                Reg.Time                 \n",
        "sbc1.example:5060               acme               105 Registered           Sun, 01 Mar 2026 03:10:21")]
    public void A_table_is_read_by_its_titles(string head, string row)
    {
        AsteriskAnswer answer = Answer($"{head}{row}\n1 SIP registrations.\n");
        Assert.Equal(new OutboundRegistration("acme@sbc1.example:5060", "Registered"), Assert.Single(answer.Registrations!));
    }

    [Theory]
    [InlineData("2 SIP registrations.\n")]
    [InlineData("")]
    public void A_table_that_is_not_whole_is_none(string end) =>
        Assert.Null(Answer($"{Head}sbc1.example:5060              N      acme               105 Registered           "
            + $"\n{end}").Registrations);

    /// <summary>Each run sees another process, as safe_asterisk makes them.</summary>
    [Fact]
    public void A_crash_loop_pages_at_the_second_restart()
    {
        node.Config("101", "acme").Running("101", "httpd", "master").Process("asterisk", "101", pid: 3001);
        Assert.Equal(0, node.Check("--only", "services").ExitCode);
        Restart(3001, 3002);
        Assert.Equal(1, node.Check("--only", "services").ExitCode);
        Restart(3002, 3003);
        (string output, int code) = node.Check("--only", "services");
        Assert.Equal(2, code);
        Assert.StartsWith(
            "OPENVZ CRITICAL - Asterisk in container 101 (acme) restarts again and again: 2 times within an hour",
            output,
            StringComparison.Ordinal);
    }

    private void Restart(int before, int after)
    {
        Directory.Delete(node.At($"/proc/{before}"), recursive: true);
        node.Process("asterisk", "101", pid: after);
    }

    private static AsteriskAnswer Answer(string tables) =>
        AsteriskAnswer.Parse(Encoding.ASCII.GetBytes($"host/1001/1.6.2\n0 active channels\n0 active calls\n0 calls processed\n{tables}"));
}
