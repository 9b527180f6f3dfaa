using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>What the options of an operator make of a state, and which options are refused.</summary>
public sealed class OpenvzOptionsTests
{
    private const string MountForm = "accepted is PATH=TYPE, PATH=TYPE,SERVER:VOLUME or PATH=TYPE,SERVER:VOLUME,OPTION with an absolute path, "
        + "further servers behind vertical bars, a server's address behind its name and further options behind commas, such as "
        + "/vz/dc-atl=nfs,storage-atl=192.0.2.41/storage-dal:/dc-atl,hard";

    private const string JudgedElsewhere = "--judged-by=containers=OpenVZ containers";

    private static readonly (string Recording, string[] Options)[] Variations =
    [
        ("zombies", ["-c", "zombies=21"]),
        ("zombies", ["-w", "zombies=22"]),
        ("beancounter-full", ["--ignore-beancounter", "numfile"]),
        ("beancounter-full", ["--ignore-beancounter", "phys"]),
        ("own-process-names", ["--container", "revnat-atl=httpd,haproxy,prosody=lua5.4|prosody"]),
        ("process-name-cut-by-the-kernel", ["--service", "long=a-very-long-pra"]),
        ("shared-configs", ["--expect", "101"]),
        ("boot-grace", ["--boot-grace", "2m"]),
        ("boot-grace", ["--boot-grace", "1h"]),
        ("boot-grace", ["--boot-grace", "20m:WARNING"]),
        ("nothing-runs-services", [JudgedElsewhere]),
        ("nothing-runs-beancounters", [JudgedElsewhere]),
        ("nothing-runs-timezone", [JudgedElsewhere]),
        ("no-openvz-kernel", ["--only", "services", JudgedElsewhere]),
    ];

    [Fact]
    public void An_option_changes_the_report_of_a_state() => Snapshot.MatchAll(
        Variations.Select(variation =>
        {
            (string output, int code) = Host.RunInside<OpenvzCheck>(
                ["--replay", RecordingCase.PathOf("check_openvz", variation.Recording), .. variation.Options], new FakeWorld());
            return ($"{variation.Recording} {string.Join(' ', variation.Options)}", $"exit {code}\n{output}");
        }),
        "options");

    [Theory]
    [InlineData("--service", "asterisk", "--service 'asterisk' is not a service; accepted is NAME=PROC, further process names behind vertical bars, each a name without spaces, commas and slashes")]
    [InlineData("--service", "a=", "--service 'a=' is not a service; accepted is NAME=PROC, further process names behind vertical bars, each a name without spaces, commas and slashes")]
    [InlineData("--container", "101", "--container '101' is not a container's services; accepted is CTID=NAME[,NAME], or CTID= for no service at all; a NAME may bring its process names along, NAME=PROC[/PROC]")]
    [InlineData("--mount", "vz=nfs", "--mount 'vz=nfs' is no mount; " + MountForm)]
    [InlineData("--mount", "/vz=nfs,storage", "--mount '/vz=nfs,storage': 'storage' is no source; " + MountForm)]
    [InlineData("--mount", "/vz=nfs,", "--mount '/vz=nfs,': '' is no source; " + MountForm)]
    [InlineData("--mount", "/vz=nfs,storage:/x,", "--mount '/vz=nfs,storage:/x,': 'storage:/x,' is no source; " + MountForm)]
    [InlineData("--mount", "/vz=nfs,a,b:/x", "--mount '/vz=nfs,a,b:/x': 'a,b:/x' is no source; " + MountForm)]
    [InlineData("--container", "101=a,b=c d", "--container '101=a,b=c d' is not a container's services; accepted is CTID=NAME[,NAME], or CTID= for no service at all; a NAME may bring its process names along, NAME=PROC[/PROC]")]
    [InlineData("--boot-grace", "soon", "--boot-grace 'soon' is not accepted; accepted are DURATION and DURATION:STATUS with a whole number and s, m, h or d, such as 90s or 15m, and OK, WARNING, CRITICAL or UNKNOWN")]
    [InlineData("--boot-grace", "20m:FINE", "--boot-grace '20m:FINE' is not accepted; accepted are DURATION and DURATION:STATUS with a whole number and s, m, h or d, such as 90s or 15m, and OK, WARNING, CRITICAL or UNKNOWN")]
    [InlineData("--manifest", "here", "--manifest 'here' is no absolute path; accepted is one that begins with /")]
    public void An_option_that_is_none_is_quoted(string option, string value, string sentence)
    {
        ProcessResult result = ProcessRun.Run(Repository.Program("check_openvz"), [option, value]);
        Assert.Equal((3, $"OPENVZ UNKNOWN - {sentence}\n"), (result.ExitCode, result.Output));
    }
}
