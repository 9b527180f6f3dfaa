using System.Text;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The program that is shipped: what maintenance, list and trace say to whoever types a name, rightly or nearly.</summary>
[Trait("Kind", "published binary")]
public sealed partial class PublishedMaintenanceTests
{
    private const string Estate =
        """
        [hosts.node001]
        datacenter = "atl"
        roles = ["linux", "openvz-node"]
        [hosts.node009]
        datacenter = "atl"
        roles = ["openvz-node"]
        [hosts.storage-dal]
        datacenter = "dal"
        roles = ["gluster-storage"]
        """;

    private const string Status =
        """
        [email]
        to = "a@example.com"
        from = "b@example.com"
        server = "127.0.0.1"
        [reconcile]
        status_file = "FOLDER/status.dat"
        """;

    private const string Objects =
        """
        # written by hand
        define host {
            use        template ; a comment
            host_name  db7
        }
        define host{
            name      template
            register  0
        }
        define service {
            host_name            db7,node001
            service_description  Load
        }
        define service {
            hostgroup_name       all
            service_description  NRPE agent
        }
        """;

    [Fact]
    public async Task Maintenance_covers_what_was_meant_or_says_what_is_near()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using PublishedBridge bridge = await WithIncidents(sandbox);
        string estate = bridge.Folder.Write("estate.toml", Estate);
        bridge.Folder.Write("objects/hosts/all.cfg", Objects);
        string objects = bridge.Folder.PathOf("objects");
        string[] why = ["--for", "1h30m", "--reason", "new disks"];
        string[] start = ["maintenance", "start", .. why];
        string[][] lines =
        [
            // Refused: nothing says what, or nothing is known of it.
            start, [.. start, "--everything", "--host", "web1"], [.. start, "--service", "Disk"], [.. start, "--host", "*"],
            ["maintenance", "start", "--for", "2h", "--host", "web1"],
            ["maintenance", "start", "--for", "2h", "--host", "web1", "--reason", " "],
            ["maintenance", "start", "--for", "30m1h", "--host", "web1", "--reason", "x"],
            ["maintenance", "start", "--for", "8d", "--host", "web1", "--reason", "x"],
            [.. start, "--host", "web1", "--at", "yesterday"], [.. start, "--host", "web1", "--at", "2020-01-01T00:00"],
            [.. start, "--host", "node01"], [.. start, "--host", "NODE001"], [.. start, "--host", "db*"], [.. start, "--host", "db7"],
            [.. start, "--host", "db7", "--objects", objects, "--service", "Laod"], [.. start, "--host", "db7", "--objects", "/nowhere"],
            [.. start, "--host", "web1", "--service", "Dsk"], [.. start, "--role", "openvz-node"],
            [.. start, "--role", "openvz-nod", "--estate", estate],
            [.. start, "--role", "openvz-node", "--datacenter", "dal", "--estate", estate],
            [.. start, "--host", "node01", "--estate", estate],

            // Accepted.
            [.. start, "--host", "node*", "--host", "web1"], [.. start, "--host", "web1", "--service", "Di*"],
            [.. start, "--host", "db7,node001", "--objects", objects],
            [.. start, "--host", "db7", "--service", "NRPE*", "--objects", objects],
            [.. start, "--role", "openvz-node", "--datacenter", "atl", "--estate", estate],
            [.. start, "--host", "new1", "--allow-unknown"], [.. start, "--everything"],
            [.. start, "--host", "web1", "--at", "+2h"],

            ["maintenance", "stop"], ["maintenance", "stop", "77"], ["maintenance", "stop", "1", "--all"], ["maintenance", "stop", "1"],
            ["maintenance", "stop", "8"], ["maintenance", "stop", "--all"], ["maintenance", "stop"], ["maintenance", "list"],
        ];
        Snapshot.Match(Transcript(bridge, lines), "maintenance");
    }

    [Fact]
    public async Task List_and_trace_find_a_host_or_what_is_near()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using PublishedBridge bridge = await WithIncidents(sandbox);
        Assert.Equal(0, RunAs("ann", bridge, "maintenance", "start", "--for", "2h", "--host", "web1", "--reason", "new disks").ExitCode);
        string[][] lines =
        [
            ["list", "--host", "web1"], ["list", "--host", "node*"], ["list", "--host", "wbe1"], ["list", "--host", "wbe1", "--json"],
            ["trace", "WEB1", "disk"], ["trace", "web1", "Dsik"], ["trace", "web1", "unheard"], ["trace", "wbe1", "--json"],
            ["trace"], ["trace", "--all", "web1"], ["trace", "--since", "soon", "web1"], ["trace", "web1", "Disk", "--since", "1h"],
            ["trace", "--all", "--since", "2h"], ["drop", "web1", "Dsik"], ["retry", "wbe1"], ["retry", "web1", "Disk"],
        ];
        Snapshot.Match(Transcript(bridge, lines), "near-names");
        string all = bridge.Run("trace", "--all", "--json").Output;
        Assert.Equal(5, System.Text.Json.Nodes.JsonNode.Parse(all)!.AsArray().Count);
    }

    [Fact]
    public async Task A_window_by_pattern_keeps_back_a_host_that_never_notified_before()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using PublishedBridge bridge = await WithIncidents(sandbox);
        Assert.Equal(0, bridge.Run("maintenance", "start", "--for", "2h", "--host", "node*", "--reason", "update").ExitCode);
        Assert.Equal(0, bridge.Run("maintenance", "start", "--for", "2h", "--host", "web1", "--at", "+1h", "--reason", "later").ExitCode);
        _ = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL", "node777", "Disk");
        bridge.Notify("PROBLEM", "CRITICAL", "web1", "Load");
        await PublishedBridge.Until(
            () => bridge.List().Any(one => (string?)one!["host"] == "node777" && (string?)one["suppressed"] == "maintenance"),
            "node777 waits");
        await PublishedBridge.Until(
            () => PublishedBridge.Newest(sandbox, "host=web1;service=Load") is not null, "web1 pages: its window has not begun");
        Assert.Null(PublishedBridge.Newest(sandbox, "host=node777;service=Disk"));
    }

    [Fact]
    public void The_scheduler_is_asked_for_names_that_never_notified()
    {
        using var bridge = new PublishedBridge(null, scheduler: "nagios", toml: Status);
        Store.Open(bridge.Folder.PathOf("incidents.db"), TimeProvider.System).Dispose();
        string[] start = ["maintenance", "start", "--for", "1h", "--reason", "new disks", "--host"];
        ProcessResult silent = bridge.Run([.. start, "db7"]);
        Assert.Equal(1, silent.ExitCode);
        Assert.Contains($"names are checked without {bridge.Folder.PathOf("status.dat")}: ", silent.Error, StringComparison.Ordinal);
        bridge.Folder.Write(
            "status.dat",
            $"info {{\n\tcreated={TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}\n\t}}\n"
            + "programstatus {\n\tenable_notifications=1\n\t}\n"
            + "hoststatus {\n\thost_name=db7\n\tcurrent_state=0\n\t}\n"
            + "servicestatus {\n\thost_name=db7\n\tservice_description=Load\n\tcurrent_state=0\n\t}\n");
        ProcessResult known = bridge.Run([.. start, "db7"]);
        Assert.True(known.ExitCode == 0, known.Error);
        Assert.Contains("it covers 1 known host and 1 known service: db7\n", known.Output, StringComparison.Ordinal);
        ProcessResult near = bridge.Run([.. start, "db8"]);
        Assert.Equal(
            $"pagerduty-bridge maintenance start: no host 'db8' is known: did you mean db7? (asked: the store (0 hosts), "
            + $"{bridge.Folder.PathOf("status.dat")} (1 host)); --allow-unknown opens the window all the same\n",
            near.Error);
    }

    // web1 / Disk, web2, node001 / Disk and node002 / Load have notified; serve is dead.
    private static async Task<PublishedBridge> WithIncidents(PagerDutySandbox sandbox)
    {
        var bridge = new PublishedBridge(sandbox.Endpoint);
        System.Diagnostics.Process serve = await bridge.ServeAsync();
        (string Type, string State, string Host, string Service)[] events =
        [
            ("PROBLEM", "CRITICAL", "web1", "Disk"), ("PROBLEM", "DOWN", "web2", ""), ("PROBLEM", "WARNING", "node001", "Disk"),
            ("PROBLEM", "CRITICAL", "node002", "Load"), ("RECOVERY", "OK", "node002", "Load"),
        ];
        foreach ((string type, string state, string host, string service) in events)
        {
            bridge.Notify(type, state, host, service);
            await PublishedBridge.Until(() => bridge.List("--all").Any(one => (string?)one!["host"] == host), $"{host} is known");
            await bridge.UntilDelivered();
        }

        serve.Kill();
        await serve.WaitForExitAsync();
        return bridge;
    }

    private static ProcessResult RunAs(string user, PublishedBridge bridge, params string[] line) => ProcessRun.Run(
        PublishedBridge.Program,
        ["--config", bridge.ConfigFile, .. line],
        new Dictionary<string, string>(StringComparer.Ordinal) { ["SUDO_USER"] = user });

    private static string Transcript(PublishedBridge bridge, IEnumerable<string[]> lines)
    {
        var all = new StringBuilder();
        foreach (string[] line in lines)
        {
            ProcessResult said = RunAs("ann", bridge, line);
            all.Append($"$ pagerduty-bridge {string.Join(' ', line)}\n{said.Output}{said.Error}exit {said.ExitCode}\n\n");
        }

        string text = Moment().Replace(all.ToString().Replace(bridge.Folder.Root, "FOLDER", StringComparison.Ordinal), "MOMENT");
        return Left().Replace(text, "in TIME");
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", RegexOptions.ExplicitCapture)]
    private static partial Regex Moment();

    [GeneratedRegex(@"in \d+m( \d+s)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Left();
}
