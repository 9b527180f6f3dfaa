using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.NrpeConfig;
using Ringfree.Monitoring.Plugins;
using Ringfree.Monitoring.ShinkenObjects;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>--verify: the programs of the machine judge what was written.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_example_estate_is_accepted()
    {
        NeedPrograms();
        ProcessResult nodes = ProcessRun.Run(Repository.Program("nrpe-config"), ["--estate", Generators.Estate, "--out", folder.PathOf("nodes"), "--verify"]);
        Assert.Equal((0, ""), (nodes.ExitCode, nodes.Error));
        Assert.Matches("/usr/sbin/visudo accepts sudoers of [0-9]+ hosts\n/usr/sbin/nrpe accepts nrpe.cfg of [0-9]+ hosts\n/usr/bin/sh accepts run-check and install of [0-9]+ hosts\n$", nodes.Output);
        ProcessResult objects = ProcessRun.Run(
            Repository.Program("shinken-objects"), ["--estate", Generators.Estate, "--out", folder.PathOf("objects"), "--dialect", "nagios", "--verify"]);
        Assert.Equal((0, ""), (objects.ExitCode, objects.Error));
        Assert.EndsWith(
            $"/usr/sbin/nagios4 -v accepts {folder.PathOf("objects")}: no error and no warning\n"
            + "notification commands and plugins not looked at: this is not the Shinken host (203.0.113.10)\n",
            objects.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_somebody_else_that_breaks_the_objects_is_found()
    {
        NeedPrograms();
        folder.Write("objects/commands/other.cfg", "define service {\n    host_name nobody\n    service_description X\n    check_command none\n}\n");
        ProcessResult run = ProcessRun.Run(
            Repository.Program("shinken-objects"), ["--estate", Generators.Estate, "--out", folder.PathOf("objects"), "--dialect", "nagios", "--verify"]);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"shinken-objects: /usr/sbin/nagios4 -v refuses {folder.PathOf("objects")}:\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("other.cfg", run.Error, StringComparison.Ordinal);
    }

    [Theory]
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

    /// <summary>What the machine cannot do is no fault of the files.</summary>
    [Fact]
    public void Without_a_loopback_interface_nrpe_cfg_is_not_verified()
    {
        NeedPrograms();
        ProcessResult run = PrivateMachine.Run("generators/no-loopback.sh", TimeSpan.FromMinutes(1), Repository.Program("nrpe-config"), Generators.Estate);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\nnrpe.cfg not verified: nothing can connect to 127.0.0.1 on this machine; cure: ip link set lo up\n", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The scheduler is this machine, and what it would start is not there.</summary>
    [Fact]
    public void On_the_shinken_host_a_program_that_is_missing_is_found()
    {
        NeedPrograms();
        string estate = folder.Write("estate.toml", LocalEstate(folder.PathOf("bridge"), folder.PathOf("config"), folder.Root));
        ProcessResult run = ProcessRun.Run(
            Repository.Program("shinken-objects"), ["--estate", estate, "--out", folder.PathOf("objects"), "--dialect", "nagios", "--verify"]);
        Assert.Equal(
            (1, $"""
            shinken-objects: on this Shinken host:
            the notification command of routes.pagerduty starts {folder.PathOf("bridge")}: there is no such file
            the notification command of routes.pagerduty needs its config {folder.PathOf("config")}: there is no such file
            a check command starts {folder.PathOf("check_dummy")}: there is no such file
            a check command starts {folder.PathOf("check_nrpe")}: there is no such file

            """),
            (run.ExitCode, run.Error));
    }

    [Fact]
    public void On_the_shinken_host_programs_must_be_executable_by_others()
    {
        foreach (string program in new[] { "bridge", "check_dummy", "check_nrpe" })
        {
            File.SetUnixFileMode(folder.Write(program, "#!/bin/sh\n"), (UnixFileMode)Convert.ToInt32("0755", 8));
        }

        var problems = new Problems();
        EstateModel? estate = EstateModel.Parse(
            LocalEstate(folder.PathOf("bridge"), folder.Write("config", ""), folder.Root), "estate.toml", Catalogue.Checks, problems);
        Assert.True(estate is not null, problems.ToString());
        Assert.Equal(
            new Verdict(IsGood: true, "this Shinken host has 1 notification command and 2 plugins of the objects"),
            SchedulerMachine.Judge(estate, SchedulerMachine.OwnAddresses()));
        File.SetUnixFileMode(folder.PathOf("bridge"), (UnixFileMode)Convert.ToInt32("0700", 8));
        Assert.Equal(
            new Verdict(
                IsGood: false,
                $"on this Shinken host:\nthe notification command of routes.pagerduty starts {folder.PathOf("bridge")}: "
                + $"no user but its owner may run it; cure: chmod 0755 {folder.PathOf("bridge")}"),
            SchedulerMachine.Judge(estate, SchedulerMachine.OwnAddresses()));
        Assert.Equal(
            new Verdict(IsGood: true, "notification commands and plugins not looked at: this is not the Shinken host (127.0.0.1)"),
            SchedulerMachine.Judge(estate, []));
    }

    private static string LocalEstate(string bridge, string config, string plugins) => File.ReadAllText(Repository.PathOf("tests", "demo", "estate.toml"))
        .Replace("[routes.pagerduty]\n", $"[routes.pagerduty]\nbridge = \"{bridge}\"\nconfig = \"{config}\"\n", StringComparison.Ordinal)
        .Replace("plugins = \"/usr/lib/nagios/plugins\"", $"plugins = \"{plugins}\"", StringComparison.Ordinal);

    private static void NeedPrograms()
    {
        Needs.File("/usr/sbin/visudo", "sudo");
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
    }
}
