using System.Text.RegularExpressions;
using CsCheck;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.NrpeConfig;
using Ringfree.Monitoring.Plugins;
using Ringfree.Monitoring.ShinkenObjects;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>Whatever text stands in an estate: it is refused, or every generated file reads back as what was meant.</summary>
public sealed class HostileTextTests
{
    private const string OverSsh = "over-ssh";
    private const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJWj1qQQrbn/wgjSruSehOFYFowrV8Z2nHm6B9g+D3M a@b";
    private const string HostCheckArgument = "HOST-CHECK-ARGUMENT";
    private const string AgentArgument = "AGENT-ARGUMENT";
    private const string SchedulerArgument = "SCHEDULER-ARGUMENT";
    private const string Meaning = "MEANING";
    private const string First = "FIRST";
    private const string Output = "OUTPUT";

    // Each key that a person fills in freely: the place of its value in the estate below, and a good one.
    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["PREFIX"] = "rf-",
        ["RUNBOOKS"] = "https://runbooks.example",
        ["SCHEDULER-PAGES"] = "https://shinken.example",
        ["ADDRESS-OF-SCHEDULER"] = "192.0.2.1",
        ["PLUGINS"] = "/usr/lib/nagios/plugins",
        ["SCHEDULER-USER"] = "shinken",
        ["HOST-CHECK-PLUGIN"] = "check_icmp",
        [HostCheckArgument] = "-n5",
        ["DATACENTER"] = "atl",
        ["DATACENTER-ALIAS"] = "Atlanta",
        ["ROLE"] = "proxy",
        ["ROLE-ALIAS"] = "Proxy",
        ["TITLE"] = "HAProxy",
        ["INSTANCE"] = "one",
        ["SOCKET"] = "/run/haproxy.sock",
        ["RANGE"] = "80",
        ["HOST"] = "node001",
        ["HOST-ALIAS"] = "Node",
        ["ADDRESS"] = "192.0.2.2",
        ["USER"] = "nrpe",
        ["GROUP"] = "nrpe",
        ["NODE-PLUGINS"] = "/usr/lib/nagios/plugins",
        ["PID-FILE"] = "/run/nrpe.pid",
        ["UNIT"] = "nrpe",
        ["INCLUDED"] = "/etc/nagios/nrpe.d",
        ["NODE-KEY"] = "/etc/nrpe.key",
        ["SCHEDULER-KEY"] = "/etc/scheduler.key",
        ["ROUTE"] = "pagerduty",
        ["BRIDGE"] = "/usr/bin/bridge",
        ["CONFIG"] = "/etc/bridge.toml",
        ["WAY"] = "page",
        ["PERIOD"] = "office",
        ["HOURS"] = "08:00-18:00",
        ["CONTACT"] = "oncall",
        ["CONTACT-ALIAS"] = "On call",
        ["GROUP-ALIAS"] = "All",
        ["PUBLIC-KEY"] = PublicKey,
        ["IDENTITY"] = "/etc/ssh/id",
        ["KNOWN-HOSTS"] = "/etc/ssh/known",
        ["SSH-USER"] = "watch",
        ["COMMAND"] = "disk",
        ["COMMAND-TITLE"] = "Disk",
        ["COMMAND-PLUGIN"] = "check_disk",
        [AgentArgument] = "-p/",
        [SchedulerArgument] = "-p5038",
        ["RUNBOOK-PAGE"] = "disk",
        [Meaning] = "full",
        [First] = "look",
        [Output] = "5%",
        ["RUNBOOK-TEXT"] = "text",
        ["WINDOW"] = "backup",
        ["WINDOW-ALIAS"] = "Backup",
        ["WINDOW-HOURS"] = "03:00-04:00",
        ["HEARTBEAT"] = "Heartbeat",
    };

    private static readonly string[] Keys = [.. Good.Keys];

    private static readonly Gen<string> Hostile = Gen.OneOf(
        OneOf(
            "", " ", "a b", "a;b", "a!b", "a$b", "$USER1$", "a\\", "a\\s", "a\nb", "a\n}\ndefine command {", "a\rb", "'", "\"", "`id`", "$(id)", "a'b", "a|b", "#a", "a#b",
            "..", "../a", "/", "//", "/a/../b", "-a", "--", "~", "*", "ALL", "root", "a,b", "a:b", "a=b", "/a,b", "/a:b=c", "/a b", "/a\\b", "é", "\u2028", "\0", "a\tb",
            "localhost", "0.0.0.0", "::", "0.0.0.0/0", "10", "10:", "@10:20", "~:10", "20:10", "%s", "{", "}", "a]=b", "a\\;b", "\\", "x\\'y", PublicKey, $"{PublicKey} c", $"no-pty {PublicKey}", $"{PublicKey}\nssh-rsa x", "ssh-ed25519 AAAA", "ssh-dss AAAA", "null", "register", "https://a", "https://a/;b"),
        Gen.Char.Array[0, 12].Select(characters => new string(characters)),
        OneOf([.. "az09-_./:;!$\\'\"`|&<>(),=@#~*%{}[] \n\t"]).Array[0, 12].Select(characters => new string(characters)));

    [Fact]
    public void Any_text_at_any_key_is_refused_or_written_so_that_it_reads_back()
    {
        int accepted = 0;
        Gen.Select(OneOf(Keys), Hostile).Sample(
            (key, text) =>
            {
                if (Generate(key, text) is { } files)
                {
                    Interlocked.Increment(ref accepted);
                    DemandSound(files, argument => key == argument ? text : Good[argument]);
                }
            },
            iter: 6_000);
        Assert.True(accepted > 300, $"only {accepted} texts were accepted: the property says nothing");
    }

    [Fact]
    public void What_is_accepted_passes_visudo_and_nagios()
    {
        Needs.File("/usr/sbin/visudo", "sudo");
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        string[] texts = ["a,b", "/a,b", "/a:b=c", "a-b_c.d", "a;b", "$USER1$", "x\\'y", "a!b", "é", "a b", "/opt/x@y+z", "a/b:c+d", "2001:db8::1", "https://a/b~c%20d"];
        int accepted = 0;
        foreach (string key in Keys)
        {
            foreach (string text in texts)
            {
                if (Generate(key, text) is not { } files)
                {
                    continue;
                }

                using var folder = new TestFolder();
                foreach (GeneratedFile file in files)
                {
                    folder.Write(file.Path, file.Body);
                }

                string[] sudoers = Directory.GetFiles(folder.Root, "sudoers", SearchOption.AllDirectories);
                Assert.Equal(2, sudoers.Length);
                Assert.All(sudoers, file => RealPrograms.DemandVisudo(file));
                RealPrograms.DemandSshNode(folder.PathOf("nodes", OverSsh), OverSsh);
                RealPrograms.DemandNagios(folder.PathOf("objects"));
                accepted++;
            }
        }

        Assert.True(accepted > 50, $"only {accepted}");
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static List<GeneratedFile>? Generate(string key, string text)
    {
        string estate = string.Concat(Keys.Aggregate(Template, (estate, placed) =>
            estate.Replace($"\"<{placed}>\"", Quoted(placed == key ? text : Good[placed]), StringComparison.Ordinal)));
        var problems = new Problems();
        EstateModel? model = EstateModel.Parse(estate, "estate.toml", Catalogue.Checks, problems);
        if (model is null)
        {
            Assert.True(problems.Any);
            Assert.All(problems.All, problem => Assert.DoesNotContain(problem.ToString(), char.IsControl));
            return null;
        }

        return
        [
            .. NodeConfig.Generator.Files(model, "").Select(file => file with { Path = $"nodes/{file.Path}" }),
            .. SchedulerObjects.Generator.Files(model, "nagios").Select(file => file with { Path = $"objects/{file.Path}" }),
        ];
    }

    private static string Quoted(string text) =>
        $"\"{string.Concat(text.Select(c => c is '"' or '\\' || char.IsControl(c) || char.IsSurrogate(c) ? $"\\u{(char.IsSurrogate(c) ? 0xFFFD : c):x4}" : c.ToString()))}\"";

    private static void DemandSound(List<GeneratedFile> files, Func<string, string> meant)
    {
        Assert.All(files, file => Assert.DoesNotContain("..", file.Path.Split('/')));
        Assert.Equal(files.Count, files.DistinctBy(file => file.Path).Count());
        string[] nrpe = Lines(files, "nrpe.cfg");
        string[] sudoers = Lines(files, "sudoers");
        string[] commands = [.. nrpe.Where(line => line.StartsWith("command[", StringComparison.Ordinal)).Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..])];
        string[] asRoot = [.. commands.Where(line => line.StartsWith("/usr/bin/sudo -n ", StringComparison.Ordinal)).Select(line => line[17..])];
        string[] rules = [.. sudoers.Where(line => line.Contains("NOPASSWD: ", StringComparison.Ordinal)).Select(line => line[(line.IndexOf("NOPASSWD: ", StringComparison.Ordinal) + 10)..])];
        Assert.Equal((3, 5), (asRoot.Length, commands.Length));
        string runCheck = Body(files, $"nodes/{OverSsh}/run-check");
        string[] branches = [.. runCheck[runCheck.IndexOf("\ncase ", StringComparison.Ordinal)..].Split('\n').Where(line => line.Contains(") ", StringComparison.Ordinal) && line[0] == ' ')];
        Assert.Equal(7, branches.Length);
        Assert.Equal(commands, branches[..5].Select(line => Regex.Match(line, @"^    [A-Za-z0-9][A-Za-z0-9_.-]*\) exec \$bounded (.+) ;;$").Groups[1].Value));
        Assert.All(asRoot, line => Assert.Matches("^[A-Za-z0-9 ./_+,:=@-]+$", line));
        Assert.Matches("^    ''\\) echo '[A-Za-z0-9 -]+' ;;$", branches[5]);
        Assert.Matches("^    \\*\\) echo '[^']+'; exit 3 ;;$", branches[6]);
        Assert.Matches("^restrict,command=\"/bin/sh /etc/ringfree/monitoring/run-check\" (ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/=]+( [A-Za-z0-9._@-]+)?$", Body(files, $"nodes/{OverSsh}/authorized_keys").Split('\n', StringSplitOptions.RemoveEmptyEntries).Single(line => line[0] != '#'));
        Assert.Equal(asRoot, rules.Select(rule => Regex.Replace(rule, @"\\(.)", "$1")));
        string install = Body(files, $"nodes/{OverSsh}/install");
        Assert.All(Regex.Matches(install[..install.IndexOf("set -eu", StringComparison.Ordinal)], "^(?!#|/|[a-z_-]+ 0|options/).+$", RegexOptions.Multiline), line => Assert.Matches("^[a-z_]+=([A-Za-z0-9./_+,:=@-]*|'[a-z0-9_ -]*'?)$", line.Value));
        Assert.All(nrpe.Where(line => line.Length > 0 && line[0] is not '#' and not 'c' && !line.StartsWith("ssl_cipher_list=", StringComparison.Ordinal)), line => Assert.Matches(@"^[a-z_]+=[A-Za-z0-9 ./_+,:=@-]*$", line));
        Assert.All(files.Where(file => file.Path.EndsWith(".options", StringComparison.Ordinal)), file => Assert.Equal("--only", file.Body.Split('\n')[1]));
        Assert.Equal(meant(AgentArgument), ObjectReader.ShellWord(commands.Single(line => !line.StartsWith("/usr/bin/sudo", StringComparison.Ordinal) && line != "/bin/sh /etc/ringfree/monitoring/ask-sudo").Split(' ', 2)[1]));

        List<Dictionary<string, string>> objects = [.. files.Where(file => file.Path.EndsWith(".cfg", StringComparison.Ordinal) && !file.Path.EndsWith("nrpe.cfg", StringComparison.Ordinal)).SelectMany(ObjectReader.Read)];
        Assert.Equal(Expected, objects.GroupBy(found => found["kind"], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal));
        DemandSteps(files, objects, meant);
        Assert.Equal(meant(HostCheckArgument), ArgumentBehindAddress(objects, "host-check"));
        Assert.Equal(meant(SchedulerArgument), ArgumentBehindAddress(objects, "run-port"));
    }

    // What a page says is in the bridge's file, as it was meant, and nowhere else; an object has its key.
    private static void DemandSteps(List<GeneratedFile> files, List<Dictionary<string, string>> objects, Func<string, string> meant)
    {
        string[] keys = [.. objects.Select(found => found.GetValueOrDefault("_STEP")).OfType<string>()];
        Assert.Equal(1 + 1 + (2 * 4) + 1, keys.Length);
        Assert.All(keys, key => Assert.Matches("^[a-z0-9-]+$", key));
        var problems = new Problems();
        TomlTable[] steps = [.. TomlFile.Parse(Body(files, "objects/steps.toml"), "steps.toml", problems)!.NamedTables("steps")];
        Assert.False(problems.Any, problems.ToString());
        Assert.Equal(keys.Distinct().Order(StringComparer.Ordinal), steps.Select(step => step.Name).Order(StringComparer.Ordinal));
        Assert.Contains(steps, step => step.Text("meaning").Value == meant(Meaning) && step.Text("first").Value == meant(First)
            && step.Tables("cases")[^1] is var last && (last.Text("output").Value, last.Text("first").Value) == (meant(Output), meant(First)));
    }

    // On each of two hosts: the agent, sudo, three concerns, a command at the agent and one at the scheduler; on one the heartbeat. TLS on
    // one of them.
    private static readonly Dictionary<string, int> Expected = new(StringComparer.Ordinal)
    {
        ["host"] = 1 + 2,
        ["service"] = 4 + (2 * 7) + 1,
        ["timeperiod"] = 3,
        ["command"] = 2 + 1 + 1 + (2 * 6),
        ["contact"] = 2,
        ["contactgroup"] = 1,
        ["hostgroup"] = 2,
        ["servicedependency"] = 2 * 3,
    };

    private static string ArgumentBehindAddress(List<Dictionary<string, string>> objects, string command)
    {
        string line = objects.Single(found => found.GetValueOrDefault("command_name", "").EndsWith(command, StringComparison.Ordinal))["command_line"];
        string tail = line[(line.IndexOf("$HOSTADDRESS$ ", StringComparison.Ordinal) + 14)..];
        Assert.DoesNotContain("$", tail.Replace("$$", "", StringComparison.Ordinal), StringComparison.Ordinal);
        return ObjectReader.ShellWord(tail.Replace("$$", "$", StringComparison.Ordinal));
    }

    private static string[] Lines(List<GeneratedFile> files, string name) =>
        files.Single(file => file.Path.EndsWith(name, StringComparison.Ordinal) && !file.Path.StartsWith($"nodes/{OverSsh}/", StringComparison.Ordinal)).Body.Split('\n');

    private static string Body(List<GeneratedFile> files, string path) => files.Single(file => file.Path == path).Body;

    private const string Template = """
        [site]
        example = true
        prefix = "<PREFIX>"
        runbooks = "<RUNBOOKS>"
        scheduler_pages = "<SCHEDULER-PAGES>"
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
        addresses = ["<ADDRESS-OF-SCHEDULER>"]
        plugins = "<PLUGINS>"
        user = "<SCHEDULER-USER>"
        [scheduler.host_check]
        plugin = "<HOST-CHECK-PLUGIN>"
        arguments = ["<HOST-CHECK-ARGUMENT>"]
        [scheduler.ssh]
        public_keys = ["<PUBLIC-KEY>"]
        identity = "<IDENTITY>"
        known_hosts = "<KNOWN-HOSTS>"
        [scheduler.nrpe]
        key = "<SCHEDULER-KEY>"
        [commands."<COMMAND>"]
        title = "<COMMAND-TITLE>"
        plugin = "<COMMAND-PLUGIN>"
        on = "host"
        arguments = ["<AGENT-ARGUMENT>"]
        runbook = "<RUNBOOK-PAGE>"
        meaning = "<MEANING>"
        first = "<FIRST>"
        runbook_text = "<RUNBOOK-TEXT>"
        cases = [{ output = "<OUTPUT>", meaning = "<MEANING>", first = "<FIRST>" }]
        [commands.port]
        plugin = "check_tcp"
        on = "scheduler"
        arguments = ["<SCHEDULER-ARGUMENT>"]
        [datacenters."<DATACENTER>"]
        alias = "<DATACENTER-ALIAS>"
        [roles."<ROLE>"]
        alias = "<ROLE-ALIAS>"
        commands = ["<COMMAND>", "port"]
        [[roles."<ROLE>".checks]]
        check = "check_haproxy"
        title = "<TITLE>"
        instance = "<INSTANCE>"
        only = ["proxies", "traffic", "process"]
        sudo = true
        warning = { session_use = "<RANGE>" }
        options = { socket = ["<SOCKET>"] }
        [maintenance."<WINDOW>"]
        alias = "<WINDOW-ALIAS>"
        sunday = "<WINDOW-HOURS>"
        hosts = ["<HOST>"]
        [hosts."<HOST>"]
        alias = "<HOST-ALIAS>"
        address = "<ADDRESS>"
        datacenter = "<DATACENTER>"
        roles = ["<ROLE>"]
        transport = "nrpe"
        os = "debian"
        nrpe = { user = "<USER>", group = "<GROUP>", plugins = "<NODE-PLUGINS>", pid_file = "<PID-FILE>", unit = "<UNIT>", include_dir = "<INCLUDED>", tls = { key = "<NODE-KEY>" } }
        [hosts.over-ssh]
        address = "192.0.2.3"
        datacenter = "<DATACENTER>"
        roles = ["<ROLE>"]
        transport = "ssh"
        os = "debian"
        ssh = { user = "<SSH-USER>", plugins = "<NODE-PLUGINS>" }
        [routes."<ROUTE>"]
        bridge = "<BRIDGE>"
        config = "<CONFIG>"
        [timeperiods."<PERIOD>"]
        monday = "<HOURS>"
        [ways."<WAY>"]
        route = "<ROUTE>"
        period = "<PERIOD>"
        services = ["critical"]
        [ways.always]
        route = "<ROUTE>"
        [contacts."<CONTACT>"]
        alias = "<CONTACT-ALIAS>"
        ways = ["<WAY>", "always"]
        [contactgroups.on-call]
        alias = "<GROUP-ALIAS>"
        contacts = ["<CONTACT>"]
        [heartbeat]
        host = "over-ssh"
        service = "<HEARTBEAT>"
        """;
}
