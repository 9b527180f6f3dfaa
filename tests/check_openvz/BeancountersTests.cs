using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>Refusals since the last run and use against limits, on the published program.</summary>
public sealed class BeancountersTests : IDisposable
{
    private const string Unlimited = "9223372036854775807";
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void The_first_run_is_the_baseline()
    {
        node.Pbx("101", "acme").Beancounters("101", $"kmemsize 100 {Unlimited} {Unlimited} 3", "numproc 10 240 240 7").Match("beancounters-baseline", "--only", "beancounters");
    }

    [Fact]
    public void A_refusal_is_told_and_stays_raised_for_the_hold()
    {
        node.Pbx("101", "acme").Beancounters("101", "privvmpages 65536 90000 98304 3", "numproc 10 240 240 7").Check("--only", "beancounters");
        node.ForgetBeancounters().Beancounters("101", "privvmpages 65536 90000 98304 3", "numproc 10 240 240 12");
        (string output, int code) = node.Check("--only", "beancounters");
        Assert.Equal(1, code);
        Assert.Equal("OPENVZ WARNING - container 101 (acme) was refused numproc 5 times after TIME UTC; it holds 10 of 240 (since TIME UTC) | beancounter_use=72.82%;90;98;0 failcnt_growth=5;0;;0", output.Split("\n")[0]);

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
    public void What_is_nearly_full_is_told_with_name_value_and_limit() => node.Pbx("101", "acme").Pbx("102", "bolt")
        .Beancounters("101", "numproc 230 240 240 0", "numfile 99 100 100 0")
        .Beancounters("102", "physpages 1000 0 1000 0", "oomguarpages 1425 0 9223372036854775807 0", "swappages 500 0 500 0", "vmguarpages 5000 100 9223372036854775807 0", "kmemsize 2147483000 2147483647 2147483647 0", "shmpages 10 0 0 0")
        .Match("nearly-full", "--only", "beancounters");

    [Fact]
    public void A_resource_that_is_ignored_is_not_judged()
    {
        node.Pbx("101", "acme").Beancounters("101", "numfile 1000 1000 1000 0", "numproc 1 240 240 0");
        Assert.Equal(2, node.Check("--only", "beancounters").ExitCode);
        Assert.Equal(0, node.Check("--only", "beancounters", "--ignore-beancounter", "numfile").ExitCode);
        Assert.Contains("note: --ignore-beancounter 'phys' names no resource of this kernel", node.Check("--only", "beancounters", "--ignore-beancounter", "phys").Output, StringComparison.Ordinal);
    }

    /// <summary>Files that were read fill physpages, and the kernel takes them away when a process wants memory.</summary>
    [Fact]
    public void The_page_cache_is_no_use_of_memory()
    {
        node.Pbx("101", "acme").Beancounters("101", "physpages 131072 0 131072 0", $"oomguarpages 10000 131072 {Unlimited} 0", "swappages 10 0 65536 0");
        (string output, int code) = node.Check("--only", "beancounters");
        Assert.Equal((0, "OPENVZ OK - the fullest is pages of memory and swap (oomguarpages) of container 101 (acme) at 5.09 %, beancounters of 1 container watched | beancounter_use=5.09%;90;98;0 failcnt_growth=U;;;0"), (code, output.Split("\n")[0]));
        node.ForgetBeancounters().Beancounters("101", "physpages 131072 0 131072 4", $"oomguarpages 10000 131072 {Unlimited} 0", "swappages 10 0 65536 0");
        (string refused, int warning) = node.Check("--only", "beancounters");
        Assert.Equal(1, warning);
        Assert.StartsWith("OPENVZ WARNING - container 101 (acme) was refused physpages 4 times after TIME UTC; it holds 131072 of 131072 (since TIME UTC) | ", refused, StringComparison.Ordinal);
    }

    /// <summary>The common table of OpenVZ 6 has no swappages; each container's own has.</summary>
    [Fact]
    public void Memory_and_swap_are_held_against_both_limits()
    {
        node.Pbx("101", "acme").Pbx("102", "bolt")
            .Beancounters("101", "physpages 131072 0 131072 0", $"oomguarpages 194000 131072 {Unlimited} 0")
            .Beancounters("102", "physpages 131072 0 131072 0", $"oomguarpages 194000 131072 {Unlimited} 0")
            .Write("/proc/bc/101/resources", $"            physpages      131072 131072 0 131072 0\n            swappages      63000 63000 0 65536 0\n")
            .Write("/proc/bc/102/resources", $"            swappages      63000 63000 0 {Unlimited} 0\n");
        (string output, int code) = node.Check("--only", "beancounters");
        Assert.Equal((2, "OPENVZ CRITICAL - container 101 (acme) holds 194000 of 196608 pages of memory and swap (oomguarpages): 98.67 % (limit: at most 98 %) | beancounter_use=98.67%;90;98;0 failcnt_growth=U;;;0"), (code, output.Split("\n")[0]));
    }

    [Fact]
    public void A_table_without_the_containers_that_run_is_unknown()
    {
        node.Pbx("101", "acme").Write("/proc/user_beancounters", $"Version: 2.5\n uid resource\n 0: kmemsize 1 1 1 {Unlimited} 0\n");
        (string output, int code) = node.Check("--only", "beancounters");
        Assert.Equal((3, "OPENVZ UNKNOWN - beancounters are not known: /proc/user_beancounters has no row of a container, although 1 container runs | beancounter_use=U;;;0 failcnt_growth=U;;;0"), (code, output.Split("\n")[0]));
        Assert.DoesNotContain("first:", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Uuids_of_version_7_stay_apart()
    {
        const string First = "0cc5e1a0-f986-43f8-a194-a19c077dee91", Second = "1dd5e1a0-f986-43f8-a194-a19c077dee92";
        node.Pbx(First, "acme").Pbx(Second, "bolt").Beancounters(First, "numproc 1 240 240 0", "dummy 0 0 0 0", "dummy 0 0 0 0").Beancounters(Second, "numproc 1 240 240 0").Check("--only", "beancounters");
        node.ForgetBeancounters().Beancounters(First, "numproc 1 240 240 5", "dummy 0 0 0 9", "dummy 0 0 0 0").Beancounters(Second, "numproc 1 240 240 0");
        (string output, int code) = node.Check("--only", "beancounters");
        Assert.Equal(1, code);
        Assert.StartsWith($"OPENVZ WARNING - container {First} (acme) was refused numproc 5 times after TIME UTC", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_is_none_is_unknown()
    {
        node.Pbx("101", "acme");
        foreach (string text in new[] { "", "nonsense\n", "Version: 2.5\n uid resource\n  101: kmemsize many 1 1 1 1\n", "Version: 2.5\n h\n kmemsize 1 1 1 1 1\n" })
        {
            node.Write("/proc/user_beancounters", text);
            (string output, int code) = node.Check("--only", "beancounters");
            Assert.Equal(3, code);
            Assert.StartsWith("OPENVZ UNKNOWN - beancounters cannot be read: /proc/user_beancounters is no table of beancounters (Version: 2.x)", output, StringComparison.Ordinal);
        }
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
