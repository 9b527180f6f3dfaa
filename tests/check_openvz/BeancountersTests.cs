using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>Refusals since the last run, and the table for a user who may not read it, on the published program.</summary>
public sealed class BeancountersTests : IDisposable
{
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void A_refusal_is_told_and_stays_raised_for_the_hold()
    {
        node.Pbx("101", "acme").Beancounters("101", "privvmpages 65536 90000 98304 3", "numproc 10 240 240 7").Check("--only", "beancounters");
        node.ForgetBeancounters().Beancounters("101", "privvmpages 65536 90000 98304 3", "numproc 10 240 240 12");
        (string output, int code) = node.Check("--only", "beancounters");
        Assert.Equal(1, code);
        Assert.Equal("OPENVZ WARNING - container 101 (acme) was refused numproc 5 times after TIME UTC; it holds 10 of 240 (since TIME UTC) | failcnt_growth=5;0;;0 beancounter_use=72.82%;90;98;0", output.Split("\n")[0]);

        (string later, int still) = node.Check("--only", "beancounters");
        Assert.Equal(1, still);
        Assert.Contains("was refused numproc 5 times", later, StringComparison.Ordinal);
        Assert.Contains("failcnt_growth=0;0;;0", later, StringComparison.Ordinal);
    }

    [Fact]
    public void A_growth_that_the_operator_calls_critical_is()
    {
        node.Pbx("101", "acme").Beancounters("101", "numproc 10 240 240 7").Check("--only", "beancounters");
        node.ForgetBeancounters().Beancounters("101", "numproc 10 240 240 300");
        Assert.Equal(2, node.Check("--only", "beancounters", "-c", "failcnt_growth=100").ExitCode);
    }

    [Fact]
    public void A_restart_is_no_refusal()
    {
        node.Pbx("101", "acme").Beancounters("101", "numproc 10 240 240 7").Check("--only", "beancounters");
        node.ForgetBeancounters().Beancounters("101", "numproc 10 240 240 2");
        Assert.Equal(0, node.Check("--only", "beancounters").ExitCode);

        // A new start whose counter is higher already: the start tells them apart.
        ProcessRun.Shell("f=$(grep -l 'envID:.101$' \"$1\"/proc/*/status | head -1); sed -i 's/ [0-9]* 19996672/ 777 19996672/' \"$(dirname \"$f\")/stat\"", node.Root);
        node.ForgetBeancounters().Beancounters("101", "numproc 10 240 240 9");
        Assert.Equal(0, node.Check("--only", "beancounters").ExitCode);
        node.ForgetBeancounters().Beancounters("101", "numproc 10 240 240 10");
        Assert.Equal(1, node.Check("--only", "beancounters").ExitCode);
    }

    [Fact]
    public void Without_root_they_are_a_note_and_asked_for_they_are_unknown_with_the_cure()
    {
        Needs.Root();
        node.Pbx("101", "acme").Beancounters("101", "numproc 1 240 240 0");
        (string output, int code) = node.Check(asNobody: true);
        Assert.Equal(0, code);
        Assert.Contains("note: beancounters not watched: user nobody may not read /proc/user_beancounters, which opens for root alone; cure: nobody ALL=(root) NOPASSWD: ", output, StringComparison.Ordinal);
        (string asked, int unknown) = node.Check(asNobody: true, "--only", "beancounters", "--instance", "beancounters");
        Assert.Equal(3, unknown);
        Assert.Matches("^OPENVZ UNKNOWN - beancounters not watched: .*; cure: nobody ALL=\\(root\\) NOPASSWD: .*/check_openvz --instance beancounters\n", asked);
    }

    [Fact]
    public void Any_bytes_are_a_table_or_none() => Gen.OneOf(Gen.Byte.Array[0, 300], Gen.OneOf(Gen.Const("101:"), Gen.Const("kmemsize"), Gen.Const("1"), Gen.Const(" "), Gen.Const("\n"), Gen.Const("9223372036854775808"), Gen.Const("-1")).Array[0, 60].Select(words => Encoding.UTF8.GetBytes("Version: 2.5\nh\n" + string.Join(' ', words))))
        .Sample(bytes => _ = BeancounterTable.Parse(bytes));
}
