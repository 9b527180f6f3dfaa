using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.NrpeConfig;
using Ringfree.Monitoring.Plugins;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>--verify: the programs of the machine judge what was written.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void The_example_estate_is_accepted()
    {
        NeedPrograms();
        ProcessResult nodes = ProcessRun.Run(Repository.Program("nrpe-config"), ["--estate", Generators.Estate, "--out", folder.PathOf("nodes"), "--verify"]);
        Assert.Equal((0, ""), (nodes.ExitCode, nodes.Error));
        Assert.Matches("/usr/sbin/visudo accepts sudoers of [0-9]+ hosts\n/usr/sbin/nrpe accepts nrpe.cfg of [0-9]+ hosts\n/usr/bin/sh accepts run-check and install of [0-9]+ hosts\n$", nodes.Output);
        ProcessResult objects = ProcessRun.Run(
            Repository.Program("shinken-objects"), ["--estate", Generators.Estate, "--out", folder.PathOf("objects"), "--dialect", "nagios", "--verify"]);
        Assert.Equal((0, ""), (objects.ExitCode, objects.Error));
        Assert.EndsWith($"/usr/sbin/nagios4 -v accepts {folder.PathOf("objects", "nagios")}: no error and no warning\n", objects.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_file_of_somebody_else_that_breaks_the_objects_is_found()
    {
        NeedPrograms();
        folder.Write("objects/nagios/commands/other.cfg", "define service {\n    host_name nobody\n    service_description X\n    check_command none\n}\n");
        ProcessResult run = ProcessRun.Run(
            Repository.Program("shinken-objects"), ["--estate", Generators.Estate, "--out", folder.PathOf("objects"), "--dialect", "nagios", "--verify"]);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"shinken-objects: /usr/sbin/nagios4 -v refuses {folder.PathOf("objects", "nagios")}:\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("other.cfg", run.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("node001/sudoers", "NOPASSWD:", "NOPASSWD;", "/usr/sbin/visudo refuses")]
    [InlineData("node001/nrpe.cfg", "command_timeout=40", "command_timeout=soon", "exit code 2, and says why in syslog")]
    [InlineData("node003/run-check", "esac", "", "/usr/bin/sh refuses")]
    [InlineData("node002/install", "esac", "", "/usr/bin/sh refuses")]
    public void Each_kind_of_file_has_a_judge(string file, string sound, string broken, string said)
    {
        NeedPrograms();
        var problems = new Problems();
        EstateModel estate = EstateModel.Load(Generators.Estate, Catalogue.Checks, problems)!;
        new GeneratedTree(folder.Root, "nrpe-config", "estate.toml").Write(NodeConfig.Generator.Files(estate, ""));
        string path = folder.PathOf(file);
        string text = File.ReadAllText(path);
        Assert.Contains(sound, text, StringComparison.Ordinal);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, text.Replace(sound, broken, StringComparison.Ordinal));
        Verdict refusal = Assert.Single(VerifyNodes.Verdicts(folder.Root, estate), verdict => !verdict.IsGood);
        Assert.Contains(said, refusal.Sentence, StringComparison.Ordinal);
        Assert.Contains(folder.PathOf(file.Split('/')[0]), refusal.Sentence, StringComparison.Ordinal);
    }

    private static void NeedPrograms()
    {
        Needs.File("/usr/sbin/visudo", "sudo");
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
    }
}
