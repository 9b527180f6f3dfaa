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

    // Each key that a person fills in freely, and the place of its value in the estate below.
    private static readonly string[] Keys =
    [
        "PREFIX", "RUNBOOKS", "ADDRESS-OF-SCHEDULER", "PLUGINS", "HOST-CHECK-PLUGIN", HostCheckArgument, "DATACENTER", "DATACENTER-ALIAS", "ROLE", "ROLE-ALIAS",
        "TITLE", "INSTANCE", "SOCKET", "RANGE", "HOST", "HOST-ALIAS", "ADDRESS", "USER", "GROUP", "NODE-PLUGINS", "PID-FILE", "ROUTE", "BRIDGE", "CONFIG", "CONTACT",
        "CONTACT-ALIAS", "PUBLIC-KEY", "IDENTITY", "KNOWN-HOSTS", "SSH-USER",
    ];

    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["PREFIX"] = "rf-",
        ["RUNBOOKS"] = "https://runbooks.example",
        ["ADDRESS-OF-SCHEDULER"] = "192.0.2.1",
        ["PLUGINS"] = "/usr/lib/nagios/plugins",
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
        ["ROUTE"] = "pagerduty",
        ["BRIDGE"] = "/usr/bin/bridge",
        ["CONFIG"] = "/etc/bridge.toml",
        ["CONTACT"] = "oncall",
        ["CONTACT-ALIAS"] = "On call",
        ["PUBLIC-KEY"] = PublicKey,
        ["IDENTITY"] = "/etc/ssh/id",
        ["KNOWN-HOSTS"] = "/etc/ssh/known",
        ["SSH-USER"] = "watch",
    };

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
                    DemandSound(files, key == HostCheckArgument ? text : Good[HostCheckArgument]);
                }
            },
            iter: 6_000);
        Assert.True(accepted > 300, $"only {accepted} texts were accepted: the property says nothing");
    }

    [SkippableFact]
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

    private static void DemandSound(List<GeneratedFile> files, string hostCheckArgument)
    {
        Assert.Equal(5 + 6 + 10 + 3, files.Count);
        Assert.All(files, file => Assert.DoesNotContain("..", file.Path.Split('/')));
        Assert.Equal(files.Count, files.DistinctBy(file => file.Path).Count());
        string[] nrpe = Lines(files, "nrpe.cfg");
        string[] sudoers = Lines(files, "sudoers");
        string[] commands = [.. nrpe.Where(line => line.StartsWith("command[", StringComparison.Ordinal)).Select(line => line[(line.IndexOf("=/usr/bin/sudo -n ", StringComparison.Ordinal) + 18)..])];
        string[] rules = [.. sudoers.Where(line => line.Contains("NOPASSWD: ", StringComparison.Ordinal)).Select(line => line[(line.IndexOf("NOPASSWD: ", StringComparison.Ordinal) + 10)..])];
        Assert.Equal(3, commands.Length);
        string[] branches = [.. Body(files, $"nodes/{OverSsh}/run-check").Split('\n').Where(line => line.Contains(") ", StringComparison.Ordinal) && line[0] == ' ')];
        Assert.Equal(5, branches.Length);
        Assert.Equal(commands, branches[..3].Select(line => Regex.Match(line, @"^    [A-Za-z0-9][A-Za-z0-9_.-]*\) exec \$bounded /usr/bin/sudo -n ([A-Za-z0-9 ./_+,:=@-]+) ;;$").Groups[1].Value));
        Assert.Matches("^    ''\\) echo '[A-Za-z0-9 -]+' ;;$", branches[3]);
        Assert.Matches("^    \\*\\) echo '[^']+'; exit 3 ;;$", branches[4]);
        Assert.Matches("^restrict,command=\"/bin/sh /etc/ringfree/monitoring/run-check\" (ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/=]+( [A-Za-z0-9._@-]+)?$", Body(files, $"nodes/{OverSsh}/authorized_keys").Split('\n', StringSplitOptions.RemoveEmptyEntries).Single(line => line[0] != '#'));
        Assert.Equal(commands, rules.Select(rule => Regex.Replace(rule, @"\\(.)", "$1")));
        Assert.All(nrpe.Where(line => line.Length > 0 && line[0] != '#'), line => Assert.Matches(@"^[a-z_]+(\[[a-z0-9_-]+\])?=[A-Za-z0-9 ./_+,:=@-]*$", line));
        Assert.All(files.Where(file => file.Path.EndsWith(".options", StringComparison.Ordinal)), file => Assert.Equal("--only", file.Body.Split('\n')[1]));

        List<Dictionary<string, string>> objects = [.. files.Where(file => file.Path.EndsWith(".cfg", StringComparison.Ordinal) && !file.Path.EndsWith("nrpe.cfg", StringComparison.Ordinal)).SelectMany(ObjectReader.Read)];
        Assert.Equal(4 + 1 + 9 + 1 + 1 + 1 + 2 + 2 + 8 + 10, objects.Count);
        string line = objects.Single(found => found.GetValueOrDefault("command_line", "").Contains("check_icmp -H ", StringComparison.Ordinal) || found.GetValueOrDefault("command_name", "").EndsWith("host-check", StringComparison.Ordinal))["command_line"];
        string tail = line[(line.IndexOf("$HOSTADDRESS$ ", StringComparison.Ordinal) + 14)..].Replace("$$", "$", StringComparison.Ordinal);
        Assert.Equal(hostCheckArgument, ObjectReader.ShellWord(tail));
    }

    private static string[] Lines(List<GeneratedFile> files, string name) =>
        files.Single(file => file.Path.EndsWith(name, StringComparison.Ordinal) && !file.Path.StartsWith($"nodes/{OverSsh}/", StringComparison.Ordinal)).Body.Split('\n');

    private static string Body(List<GeneratedFile> files, string path) => files.Single(file => file.Path == path).Body;

    private const string Template = """
        [site]
        prefix = "<PREFIX>"
        runbooks = "<RUNBOOKS>"
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
        [scheduler.host_check]
        plugin = "<HOST-CHECK-PLUGIN>"
        arguments = ["<HOST-CHECK-ARGUMENT>"]
        [scheduler.ssh]
        public_keys = ["<PUBLIC-KEY>"]
        identity = "<IDENTITY>"
        known_hosts = "<KNOWN-HOSTS>"
        [datacenters."<DATACENTER>"]
        alias = "<DATACENTER-ALIAS>"
        [roles."<ROLE>"]
        alias = "<ROLE-ALIAS>"
        [[roles."<ROLE>".checks]]
        check = "check_haproxy"
        title = "<TITLE>"
        instance = "<INSTANCE>"
        sudo = true
        warning = { session_use = "<RANGE>" }
        options = { socket = ["<SOCKET>"] }
        [hosts."<HOST>"]
        alias = "<HOST-ALIAS>"
        address = "<ADDRESS>"
        datacenter = "<DATACENTER>"
        roles = ["<ROLE>"]
        transport = "nrpe"
        os = "debian"
        nrpe = { user = "<USER>", group = "<GROUP>", plugins = "<NODE-PLUGINS>", pid_file = "<PID-FILE>" }
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
        [contacts."<CONTACT>"]
        alias = "<CONTACT-ALIAS>"
        route = "<ROUTE>"
        """;
}
