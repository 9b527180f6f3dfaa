namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>
/// The READMEs are true: every block of theirs is run as it stands or says here why it is not. What runs on hosts runs on machines of the
/// lab that are as a reader's before the first command (tests/lab/scenes/readme).
/// </summary>
public sealed class ReadmeCommandTests
{
    private const string Administrator = "administrator";
    private const string Home = "/home/administrator";

    /// <summary>Blocks that run on the lab's machines, in this order, by file and first line.</summary>
    private static readonly Place[] Places =
    [
        new("bridge/README.md", "useradd --system", "shinken", "/root") { Before = WritesBridgeConfig },
        new("bridge/README.md", "$ pagerduty-bridge check-config", "shinken", "/root"),
        new("README.md", "$ shinken-objects --estate estate.toml --diff", "shinken", Home) { Before = AddsHost },
        new("README.md", "# rsync -rlp --chown=root:root --delete nodes/node001/", "shinken", Home),
        new("README.md", "# touch /var/run/ringfree-checks-may-start", "node001", "/root"),
        new("README.md", "# shinken-objects --estate estate.toml --out /root/objects", "shinken", Home),
        new("README.md", "# ssh node001 sh /root/node001/install --revert", "shinken", Home),
        new("README.md", "$ check_haproxy --record", "node001", Home),
        new("plugins/check_over_ssh/README.md", "# install -d -m 0755 /etc/ringfree/ssh", "shinken", Repository.Root),
        new("plugins/check_over_ssh/README.md", "# useradd --system --password '*'", "node003", "/root") { Before = GeneratesNode003 },
        new("plugins/check_over_ssh/README.md", "# ssh-keyscan", "shinken", "/root"),
        new("plugins/check_over_ssh/README.md", "$ check_over_ssh -H", "shinken", "/") { User = "shinken" },
    ];

    /// <summary>Blocks that run elsewhere or not at all, and why. The list may only get shorter.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["README.md: $ make demo"] = "make demo: The_demo_ends_as_the_readme_says; make test: this run",
        ["README.md: $ out/bin/check_haproxy --no-memory"] = "Every_command_of_a_check_prints_what_the_readme_says",
        ["README.md: [hosts.pbx-db]"] = "a part of shared/estate.toml (ReadmeEstateTests)",
        ["README.md: [[roles.revnat-proxy.checks]]"] = "a part of shared/estate.toml (ReadmeEstateTests)",
        ["README.md: [commands.ami]"] = "a part of shared/estate.toml (ReadmeEstateTests)",
        ["README.md: [hosts.node005]"] = "added to the estate before the block that follows it",
        ["bridge/README.md: $ pagerduty-bridge list"] = "a sample of an eventful night; its form is in the snapshots of tests/bridge",
        ["bridge/README.md: scheduler = \"shinken\""] = "the bridge's config, which check-config judges (ConfigTests)",
        ["bridge/README.md: [listen]"] = "the bridge's config, which check-config judges (ConfigTests)",
        ["bridge/README.md: [steps.nrpe-redhat]"] = "a part of the generated steps.toml, which a test of the bridge reads",
        ["bridge/README.md: node002 / NRPE agent is CRITICAL: node002 rebooted"] = "a sample of a page; the lab's scene reboot-night reads the real one",
        ["bridge/README.md: define command {"] = "an object; the generated one is notified in the lab",
        ["bridge/README.md: [watch]"] = "the watch's config (WatchTests)",
        ["plugins/check_gluster_split/README.md: $ check_gluster_split"] = "a sample of a split-brain; the real one is in RealGlusterTests",
        ["plugins/check_haproxy/README.md: $ check_haproxy"] = "a sample of two faults; the real ones are in RealHaproxyTests and RealCertificateTests",
        ["plugins/check_openvz/README.md: $ check_openvz --manifest /etc/ringfree/containers"] = "a sample of a fault; ContainersTests has it",
        ["plugins/check_over_ssh/README.md: [scheduler.ssh]"] = "a part of the estate, put there before the node's folder is generated",
        ["plugins/check_sansay_ha/README.md: $ check_sansay_ha --node sbc-a=10.1.0.11"] = "a sample of a switch-over; SansayChangesTests has it",
        ["plugins/check_voipmon/README.md: $ check_voipmon --mysql-options"] = "a sample of a fault; RealServerTests has it",
        ["plugins/check_voipmon/README.md: [client]"] = "an option file; the lab writes the same",
        ["plugins/check_voipmon/README.md: CREATE USER"] = "the lab and RealMariaDb execute it",
    };

    private const string AddsHost =
        """
        printf '%s\n' '[hosts.node005]' 'address = "192.0.2.13"' 'datacenter = "atl"' 'roles = ["linux", "openvz-node"]' 'transport = "nrpe"' 'os = "redhat"' >>estate.toml
        """;

    private const string WritesBridgeConfig =
        """
        printf 'scheduler = "shinken"\n[pagerduty]\nrouting_key_file = "/etc/ringfree/pagerduty.key"\n' >/etc/ringfree/pagerduty-bridge.toml; head -c 32 /dev/zero | tr '\0' k >/etc/ringfree/pagerduty.key
        """;

    private const string GeneratesNode003 =
        "shinken: cd " + Home
        + " && sed -i \"s#^public_keys = .*#public_keys = [\\\"$(cat /etc/ringfree/ssh/identity.pub)\\\"]#\" estate.toml"
        + " && nrpe-config --estate estate.toml --out nodes && rsync -rlp nodes/node003/ node003:/root/node003/";

    [Fact]
    public void The_demo_ends_as_the_readme_says()
    {
        Needs.Root();
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        ProcessResult demo = ProcessRun.Run(Repository.PathOf("tests", "demo", "run"), [], deadline: TimeSpan.FromSeconds(130));
        Assert.True(demo.ExitCode == 0, demo.Output + demo.Error);
        Assert.Matches("DEMO OK: incident opened after [0-9.]+ s, resolved after [0-9.]+ s\n$", demo.Output);
        Assert.InRange(demo.Elapsed.TotalSeconds, 1, 90);

        string[] steps = [.. Steps(demo.Output)];
        Assert.InRange(steps.Length, 10, 30);
        Assert.Equal(steps, Steps(File.ReadAllText(Repository.PathOf("README.md"))));
    }

    [Fact]
    public void Every_command_of_a_check_prints_what_the_readme_says()
    {
        Needs.Root();

        string[] lines = File.ReadAllLines(Repository.PathOf("README.md"));
        int[] commands = [.. Enumerable.Range(0, lines.Length).Where(index => lines[index].StartsWith("$ out/bin/", StringComparison.Ordinal))];
        Assert.InRange(commands.Length, 2, 20);
        foreach (int index in commands)
        {
            string[] words = lines[index][2..].Split(' ');
            // Other tests run HAProxy beside this one: "not running" is true where nothing else runs.
            string[] alone = ["--mount", "--pid", "--fork", "--mount-proc", "--", Repository.PathOf(words[0]), .. words[1..]];
            ProcessResult result = ProcessRun.Run("/usr/bin/unshare", alone);
            IEnumerable<string> said = lines.Skip(index + 1).TakeWhile(line => !line.StartsWith("$ ", StringComparison.Ordinal) && line != "```");
            Assert.Equal(said, result.Output.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public void Every_make_target_that_the_readme_names_exists()
    {
        string[] targets = [.. File.ReadAllLines(Repository.PathOf("README.md")).Where(line => line.StartsWith("$ make", StringComparison.Ordinal)).Select(line => line.Split(' ')).Select(words => words.Length > 2 ? words[2] : "all")];
        Assert.Contains("demo", targets);
        string makefile = File.ReadAllText(Repository.PathOf("Makefile"));
        Assert.All(targets, target => Assert.Contains($"\n{target}:", makefile, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_block_is_run_or_says_why_not()
    {
        ReadmeBlock[] blocks = ReadmeBlock.All();
        Assert.InRange(blocks.Length, 20, 200);
        string[] unknown = [.. blocks.Where(block => !Places.Any(place => place.Is(block)) && !Exceptions.Keys.Any(block.BeginsWith)).Select(block => block.Key)];
        Assert.True(unknown.Length == 0, $"neither run nor excepted: {string.Join("; ", unknown)}");
        string[] gone = [.. Exceptions.Keys.Where(key => !blocks.Any(block => block.BeginsWith(key))), .. Places.Where(place => !blocks.Any(place.Is)).Select(place => place.Key)];
        Assert.True(gone.Length == 0, $"no block any more begins with: {string.Join("; ", gone)}");
        Assert.InRange(Exceptions.Count, 1, 21);
    }

    [Fact]
    public void Commands_on_hosts_run_as_they_stand_and_print_what_is_shown()
    {
        Needs.Root();
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/sbin/sshd", "openssh-server");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        Needs.File("/usr/bin/rsync", "rsync");
        Needs.File("/usr/bin/jq", "jq");
        ReadmeBlock[] blocks = ReadmeBlock.All();
        List<(Place Place, ReadmeCommand Command)> commands =
        [
            .. Places.SelectMany(place => place.Preparing.Concat(blocks.Single(place.Is).Commands(place.User)).Select(command => (place, command))),
        ];
        Assert.InRange(commands.Count, 20, 200);
        using var folder = new TestFolder();
        string plan = folder.Write(
            "plan",
            string.Concat(commands.Select(each => $"{each.Command.Machine ?? each.Place.Machine}\t{each.Command.User}\t{each.Place.Folder}\t{each.Command.Text}\n")));
        string results = folder.PathOf("results");
        ProcessResult run = ProcessRun.Run(
            "/usr/bin/env", [$"PLAN={plan}", $"RESULTS={results}", Repository.PathOf("tests", "lab", "lab"), "readme"], deadline: TimeSpan.FromMinutes(5));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);

        string[] said = File.ReadAllText(results).Split("\n== ", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(commands.Count, said.Length);
        string[] wrong = [.. commands.Zip(said, (each, text) => each.Command.Complaint(text)).OfType<string>()];
        Assert.True(wrong.Length == 0, string.Join("\n\n", wrong));
    }

    /// <summary>The kinds of the timeline's lines, without times and texts that differ from run to run.</summary>
    private static IEnumerable<string> Steps(string text) =>
        text.Split('\n').Where(line => line.Length > 10 && line[..8].Trim() is [.., ' ', 's'] && double.TryParse(line[..6], out _)).Select(line => line[8..].Trim().Split("  ")[0]);

    /// <summary>Where a block runs.</summary>
    private sealed record Place(string File, string Begin, string Machine, string Folder)
    {
        /// <summary>Who types what stands behind <c>$</c>.</summary>
        public string User { get; init; } = Administrator;

        /// <summary>What the text around the block tells the reader to have done, as root; <c>MACHINE: </c> in front says where.</summary>
        public string Before { get; init; } = "";

        public string Key => $"{File}: {Begin}";

        public IEnumerable<ReadmeCommand> Preparing => Before.Length == 0 ? []
            : Before.StartsWith("shinken: ", StringComparison.Ordinal) ? [new ReadmeCommand(Before["shinken: ".Length..], "root", []) { Machine = "shinken" }]
            : [new ReadmeCommand(Before, "root", [])];

        public bool Is(ReadmeBlock block) => block.BeginsWith(Key);
    }
}
