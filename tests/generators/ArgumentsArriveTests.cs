using System.Diagnostics;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.NrpeConfig;
using Ringfree.Monitoring.Plugins;
using Ringfree.Monitoring.ShinkenObjects;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>Arguments of stock commands reach the plugin as they stand in the estate, through a real NRPE and through the scheduler's shell.</summary>
public sealed class ArgumentsArriveTests
{
    private static readonly string[] Odd =
        ["a b", "it's", "\"q\"", "x;y", "a!b", "\\", "x\\", "\\s", "a\\nb", "|", "a&b", "<x>", "*", "?", "#c", "~root", "(", ")", "[a]", "{x", "}", "`id`", "%s", "=", "", "@1:2", "--", "a  b", "!", "'", "''"];

    [Fact]
    public void Through_a_real_nrpe()
    {
        Needs.Root();
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        string[] texts = [.. Odd.Where(text => text.Length > 0)];
        EstateModel estate = Estate("host", texts);
        using var folder = new TestFolder();
        int port = Ports.Free();
        string config = NodeConfig.Generator.Files(estate, "").Single(file => file.Path.EndsWith("nrpe.cfg", StringComparison.Ordinal)).Body
            .Replace("server_port=5666", $"server_address=127.0.0.1\nserver_port={port}", StringComparison.Ordinal)
            .Replace("pid_file=/run/nagios/nrpe.pid", $"pid_file={folder.PathOf("nrpe.pid")}", StringComparison.Ordinal);
        using Process nrpe = ProcessRun.Start("/usr/sbin/nrpe", ["-n", "-c", folder.Write("nrpe.cfg", config), "-f"]);
        try
        {
            WaitFor(() => Ask(port, null).ExitCode == 0);
            Assert.All(texts.Index(), text => Assert.Equal((0, text.Item), (Ask(port, $"rf_c{text.Index}").ExitCode, Ask(port, $"rf_c{text.Index}").Output.TrimEnd('\n'))));
        }
        finally
        {
            nrpe.Kill(entireProcessTree: true);
            nrpe.WaitForExit();
        }
    }

    [Fact]
    public void Through_the_schedulers_shell()
    {
        string[] texts = [.. Odd.Where(text => text.Length > 0), "$USER1$", "$", "$$", "$(id)", "é"];
        EstateModel estate = Estate("scheduler", texts);
        GeneratedFile commands = SchedulerObjects.Generator.Files(estate, "nagios").Single(file => file.Path.EndsWith("checks.cfg", StringComparison.Ordinal));
        Dictionary<string, string> lines = ObjectReader.Read(commands).ToDictionary(found => found["command_name"], found => found["command_line"], StringComparer.Ordinal);
        Assert.All(texts.Index(), text =>
        {
            // What the macro expansion leaves: $$ is $, and the address of the host.
            string line = lines[$"rf-run-c{text.Index}"].Replace("$HOSTADDRESS$", "192.0.2.2", StringComparison.Ordinal).Replace("$$", "$", StringComparison.Ordinal);
            Assert.Equal($"192.0.2.2 {text.Item}", ProcessRun.Shell(line).Output);
        });
    }

    private static ProcessResult Ask(int port, string? command) => ProcessRun.Run(
        "/usr/lib/nagios/plugins/check_nrpe", ["-n", "-H", "127.0.0.1", "-p", $"{port}", .. command is null ? Array.Empty<string>() : ["-c", command]]);

    private static void WaitFor(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition() && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            Task.Delay(50).Wait();
        }
    }

    private static EstateModel Estate(string runner, string[] texts)
    {
        string quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        string arguments(string text) => runner == "host" ? $"[\"%s\\\\n\", {quoted(text)}]" : $"[\"%s %s\", \"{{address}}\", {quoted(text)}]";
        string commands = string.Concat(texts.Select((text, index) => $"[commands.c{index}]\ntitle = \"t{index}\"\nplugin = \"/usr/bin/printf\"\non = \"{runner}\"\narguments = {arguments(text)}\n"));
        var problems = new Problems();
        EstateModel? estate = EstateModel.Parse(
            $"""
            [site]
            example = true
            runbooks = "https://runbooks.example"
            [timing]
            check_interval = "3m"
            retry_interval = "1m"
            max_check_attempts = 4
            notification_interval = "30m"
            [timing.agent]
            check_interval = "1m"
            retry_interval = "1m"
            max_check_attempts = 2
            [scheduler]
            addresses = ["127.0.0.1"]
            plugins = "/usr/lib/nagios/plugins"
            {commands}
            [datacenters.atl]
            [roles.all]
            commands = [{string.Join(", ", texts.Select((_, index) => $"\"c{index}\""))}]
            [hosts.node]
            address = "192.0.2.2"
            datacenter = "atl"
            roles = ["all"]
            transport = "nrpe"
            os = "debian"
            [routes.pagerduty]
            [ways.page]
            route = "pagerduty"
            [contacts.oncall]
            ways = ["page"]
            """,
            "estate.toml",
            Catalogue.Checks,
            problems);
        Assert.True(estate is not null, problems.ToString());
        return estate;
    }
}
