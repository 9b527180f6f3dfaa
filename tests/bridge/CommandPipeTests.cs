using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A command pipe that the scheduler holds open and does not read.</summary>
public sealed class CommandPipeTests
{
    [Fact]
    public void What_takes_the_place_of_a_command_that_is_being_told_is_told_too()
    {
        using var bridge = new VirtualBridge();
        SchedulerCommands commands = bridge.Store.Commands;
        commands.Add("host=web1", "web1", "", SchedulerCommand.Acknowledge("web1", "", "Ann", "")!);
        WaitingCommand told = Assert.Single(commands.Waiting(10));
        commands.Add("host=web1", "web1", "", SchedulerCommand.RemoveAcknowledgement("web1", "")!);
        commands.Sent(told);
        Assert.Equal("REMOVE_HOST_ACKNOWLEDGEMENT;web1", Assert.Single(commands.Waiting(10)).Text);
        commands.Sent(Assert.Single(commands.Waiting(10)));
        Assert.Empty(commands.Waiting(10));
    }

    [Fact]
    public async Task While_the_pipe_is_full_commands_wait_pages_go_out_and_then_each_arrives_once_in_order()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new BridgeInProcess(sandbox.Endpoint, toml: "[acknowledgements]\ncommand_pipe = \"FOLDER/nagios.cmd\"");
        using var scheduler = new StuckPipe(bridge.Folder.PathOf("nagios.cmd"));
        string[] hosts = ["web1", "web2", "web3"];
        Array.ForEach(hosts, host => bridge.Notify("PROBLEM", "DOWN", host, ""));
        bridge.Start();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == hosts.Length, "the pages");
        Array.ForEach(hosts, host => Acknowledge(bridge, host));
        await PublishedBridge.Until(
            () => bridge.Store.History.Of("host=web1").Any(line => line is { What: "scheduler not notified" } && line.Detail == $"{scheduler.Path} is full: the scheduler does not read it"),
            "a pipe that is full");

        bridge.Notify("PROBLEM", "DOWN", "web4", "");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == hosts.Length + 1, "a page meanwhile");
        Assert.Equal(hosts.Length, bridge.Store.Table.Figures().Commands);
        Assert.Single(bridge.Store.History.Of("host=web1"), line => line.What == "scheduler not notified");

        scheduler.Read();
        await PublishedBridge.Until(() => scheduler.Commands.Count >= hosts.Length, "the commands");
        Acknowledge(bridge, "web4");
        await PublishedBridge.Until(() => scheduler.Commands.Any(command => command.Contains("web4", StringComparison.Ordinal)), "the next command");
        Assert.Equal([.. hosts, "web4"], scheduler.Commands.Select(command => command.Split(';')[1]));
        Assert.Equal(0, bridge.Store.Table.Figures().Commands);
    }

    [Fact]
    public async Task Commands_that_wait_outlive_serve()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(
            sandbox.Endpoint,
            toml:
            $"""
            [acknowledgements]
            rest_endpoint = "{sandbox.Endpoint.GetLeftPart(UriPartial.Authority)}"
            token_file = "FOLDER/token"
            interval = "1s"
            command_pipe = "FOLDER/nagios.cmd"
            """);
        bridge.Folder.Write("token", "read-only");
        using var scheduler = new StuckPipe(bridge.Folder.PathOf("nagios.cmd"));
        Process serve = await bridge.ServeAsync();
        foreach (string host in (string[])["web1", "web2"])
        {
            bridge.Notify("PROBLEM", "DOWN", host, "");
            await PublishedBridge.Until(() => sandbox.Incidents.Any(alert => alert.DedupKey == $"host={host}"), "a page");
            await bridge.UntilDelivered();
            await sandbox.PersonAsync(sandbox.Incidents[^1].IncidentId, "acknowledge", "Ann");
            await PublishedBridge.Until(() => bridge.Run("trace", host).Output.Contains("at PagerDuty by Ann", StringComparison.Ordinal), "its acknowledgement", TimeSpan.FromSeconds(40));
        }

        serve.Kill();
        await serve.WaitForExitAsync();
        _ = await bridge.ServeAsync();
        scheduler.Read();
        await PublishedBridge.Until(() => scheduler.Commands.Count >= 2, "the commands");
        await PublishedBridge.Until(() => bridge.Run("trace", "web2").Output.Contains("scheduler notified", StringComparison.Ordinal), "that they are told");
        Assert.Equal(["web1", "web2"], scheduler.Commands.Select(command => command.Split(';')[1]));
        Assert.All(scheduler.Commands, command => Assert.Contains("] ACKNOWLEDGE_HOST_PROBLEM;", command, StringComparison.Ordinal));
    }

    private static void Acknowledge(BridgeInProcess bridge, string host) =>
        Assert.Equal("acknowledged", bridge.Store.Respond(new ResponderAction($"host={host}", ResponderDeed.Acknowledged, "Ann", TimeProvider.System.GetUtcNow(), "")));

    /// <summary>A full FIFO that is held open and read only when told.</summary>
    private sealed class StuckPipe : IDisposable
    {
        private const int MostOfAnyPipe = 1024 * 1024;
        private const char Filler = 'x';

        private readonly TestFolder folder = new();
        private readonly List<string> commands = [];
        private readonly FileStream holder;
        private Process? reader;

        public StuckPipe(string path)
        {
            Path = path;
            Assert.Equal(0, ProcessRun.Run("/usr/bin/mkfifo", [path]).ExitCode);

            // Opened for reading and writing it waits for nobody.
            holder = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            string filler = folder.Write("filler", string.Concat(Enumerable.Repeat(new string(Filler, 4_095) + '\n', MostOfAnyPipe / 4_096)));
            ProcessResult filled = ProcessRun.Run("/bin/dd", [$"if={filler}", $"of={path}", "bs=4096", "oflag=nonblock", "conv=notrunc"]);
            Assert.Equal(1, filled.ExitCode);
            Assert.Contains("Resource temporarily unavailable", filled.Error, StringComparison.Ordinal);
        }

        public string Path { get; }

        public IReadOnlyList<string> Commands
        {
            get
            {
                lock (commands)
                {
                    return [.. commands];
                }
            }
        }

        public void Read()
        {
            reader = ProcessRun.Start("/bin/cat", [Path]);
            reader.OutputDataReceived += (_, line) =>
            {
                lock (commands)
                {
                    if (line.Data is { Length: > 0 } command && command[0] != Filler)
                    {
                        commands.Add(command);
                    }
                }
            };
            reader.BeginOutputReadLine();
        }

        public void Dispose()
        {
            reader?.Kill();
            reader?.WaitForExit();
            reader?.Dispose();
            holder.Dispose();
            folder.Dispose();
        }
    }
}
