using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>The table, and a user who may not read it, on the published program.</summary>
public sealed class BeancountersTests : IDisposable
{
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

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
