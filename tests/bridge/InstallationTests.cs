using System.Text;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What doctor says of folders, owners and permissions, for users that this machine need not have.</summary>
public sealed class InstallationTests
{
    private const string WithoutBridge = "root:x:0:0::/root:/bin/sh\nshinken:x:101:201::/:/bin/false\nann:x:1000:1000::/:/bin/sh\n";
    private const string Passwd = WithoutBridge + "ringfree-bridge:x:102:202::/:/bin/false\n";
    private const string Groups = "root:x:0:\nshinken:x:201:ringfree-bridge\nringfree-bridge:x:202:\nann:x:1000:\n";
    private const string Spool = "/var/spool/ringfree-pagerduty";
    private const string StoreFolder = "/var/lib/ringfree-pagerduty";
    private const string Store = $"{StoreFolder}/incidents.db";
    private const string Key = "/etc/ringfree/pagerduty.key";
    private const string Password = "/etc/ringfree/mail.password";
    private const string Token = "/etc/ringfree/pagerduty-rest.token";
    private const string ConfigFile = "/etc/ringfree/pagerduty-bridge.toml";
    private const uint Folder = 0x4000;
    private const uint File = 0x8000;
    private const int NotThere = 2, NotAllowed = 13; // the kernel's numbers
    private const uint Root = 0, Bridge = 102, ShinkenGroup = 201, BridgeGroup = 202;

    [Fact]
    public void What_is_installed_as_the_README_says_is_good_for_both_users()
    {
        Installation good = Judge(Installed());
        Assert.Empty(good.Problems);
        Assert.Empty(good.Unknown);
        Assert.Equal(("ringfree-bridge", "shinken"), (good.Serve!.Name, good.Scheduler!.Name));
    }

    [Fact]
    public void Each_mistake_is_one_line_with_its_cure()
    {
        var all = new StringBuilder();
        void Case(
            string what, Action<Dictionary<string, FileFacts>> change, string passwd = Passwd, string groups = Groups, string more = "")
        {
            Dictionary<string, FileFacts> machine = Installed();
            change(machine);
            Installation judged = Judge(machine, passwd, groups, more);
            all.Append($"{what}:\n{string.Concat(judged.Problems.Select(line => $"  {line}\n"))}");
            all.Append(string.Concat(judged.Unknown.Select(line => $"  not checked: {line}\n")));
            all.Append(string.Concat(judged.Hidden.Select(path => $"  hidden: {path}\n")));
            all.Append($"  serve {judged.Serve?.Name ?? "?"}, notify {(judged.IsOnlyWatch ? "nowhere" : judged.Scheduler?.Name ?? "?")}\n\n");
        }

        static void Neither(Dictionary<string, FileFacts> machine)
        {
            machine.Remove(Spool);
            machine.Remove(StoreFolder);
        }

        Case("no spool", machine => machine.Remove(Spool));
        Case("no store folder", machine => machine.Remove(StoreFolder));
        Case("neither", Neither);
        Case("neither, and no user", Neither, WithoutBridge, "shinken:x:201:\n");
        Case("neither, and no user or group", Neither, "root:x:0:0::/root:/bin/sh\n", "root:x:0:\n");
        Case("a spool that is a file", machine => machine[Spool] = Of(File, 0b110_100_000, Bridge, ShinkenGroup));
        Case("a spool of 0700", machine => machine[Spool] = Of(Folder, 0b111_000_000, Bridge, ShinkenGroup));
        Case("a spool without the set-group-id bit", machine => machine[Spool] = Of(Folder, 0b111_111_000, Bridge, ShinkenGroup));
        Case("a spool for everybody", machine => machine[Spool] = Of(Folder, 0b010_111_111_111, Bridge, ShinkenGroup));
        Case("a spool with the sticky bit", machine => machine[Spool] = Of(Folder, 0b011_111_111_000, Bridge, ShinkenGroup));
        Case("a spool of root's group", machine => machine[Spool] = Of(Folder, 0b010_111_111_000, Bridge, Root));
        Case("a spool of the bridge's group", machine => machine[Spool] = Of(Folder, 0b010_111_111_000, Bridge, BridgeGroup));
        Case("a spool of root", machine => machine[Spool] = Of(Folder, 0b010_111_111_000, Root, ShinkenGroup));
        Case("the bridge's user not in the group", _ => { }, groups: "shinken:x:201:\nringfree-bridge:x:202:\n");
        Case("a second user in the scheduler's group", _ => { }, Passwd + "other:x:103:201::/:/bin/false\n");
        Case("a user of another source", machine =>
        {
            machine[Spool] = Of(Folder, 0b010_111_111_000, 5_000, ShinkenGroup);
            machine[StoreFolder] = Of(Folder, 0b111_000_000, 5_000, 5_000);
        });
        Case("a store folder of root", machine => machine[StoreFolder] = Of(Folder, 0b111_101_101, Root, Root));
        Case("a store folder for everybody", machine => machine[StoreFolder] = Of(Folder, 0b111_111_111, Bridge, BridgeGroup));
        Case("a store that root's serve made", machine => machine[Store] = Of(File, 0b110_100_100, Root, Root));
        Case("a key of 0600", machine => machine[Key] = Of(File, 0b110_000_000, Bridge, BridgeGroup));
        Case("a key of root", machine => machine[Key] = Of(File, 0b110_000_000, Root, Root));
        Case("a password of 0600", machine => machine[Password] = Of(File, 0b110_000_000, Bridge, BridgeGroup));
        Case("a token of root", machine => machine[Token] = Of(File, 0b110_000_000, Root, Root));
        Case("a config of root alone", machine => machine[ConfigFile] = Of(File, 0b110_000_000, Root, Root));
        Case("a folder that nobody passes", machine => machine["/etc/ringfree"] = Of(Folder, 0b111_000_000, Root, Root));
        Case("a folder that this user may not look into", machine =>
        {
            foreach (string path in machine.Keys.Where(path => path.StartsWith("/etc/ringfree", StringComparison.Ordinal)).ToList())
            {
                machine.Remove(path);
            }
        });
        const string Watch = "[watch]\nlisten = \"127.0.0.1:9466\"\ntoken_file = \"/etc/ringfree/heartbeat.token\"\n";
        Case("another host, with watch alone", machine => machine.Remove(Spool), more: Watch);
        Snapshot.Match(all.ToString(), "installations");
    }

    private static Dictionary<string, FileFacts> Installed() => new(StringComparer.Ordinal)
    {
        ["/"] = Of(Folder, 0b111_101_101, Root, Root),
        ["/etc"] = Of(Folder, 0b111_101_101, Root, Root),
        ["/etc/ringfree"] = Of(Folder, 0b111_101_101, Root, Root),
        ["/var"] = Of(Folder, 0b111_101_101, Root, Root),
        ["/var/spool"] = Of(Folder, 0b111_101_101, Root, Root),
        ["/var/lib"] = Of(Folder, 0b111_101_101, Root, Root),
        [Spool] = Of(Folder, 0b010_111_111_000, Bridge, ShinkenGroup),
        [StoreFolder] = Of(Folder, 0b111_000_000, Bridge, BridgeGroup),
        [Store] = Of(File, 0b110_000_000, Bridge, BridgeGroup),
        [Key] = Of(File, 0b110_100_000, Bridge, ShinkenGroup),
        [Password] = Of(File, 0b110_100_000, Bridge, ShinkenGroup),
        [Token] = Of(File, 0b110_000_000, Bridge, BridgeGroup),
        [ConfigFile] = Of(File, 0b110_100_100, Root, Root),
    };

    private static FileFacts Of(uint kind, uint mode, uint user, uint group) => new(kind | mode, user, group, 1, 0, 1, 0, 0);

    private static Installation Judge(Dictionary<string, FileFacts> machine, string passwd = Passwd, string groups = Groups, string more = "")
    {
        using var folder = new TestFolder();
        var problems = new Problems();
        Config config = Config.Load(
            folder.Write(
                "bridge.toml",
                $"""
                [pagerduty]
                routing_key_file = "{Key}"
                [acknowledgements]
                token_file = "{Token}"
                [email]
                to = "a@example.com"
                from = "b@example.com"
                server = "mail.example.com"
                username = "bridge"
                password_file = "{Password}"
                {more}
                """),
            problems)!;
        Assert.Equal("", problems.ToString());
        bool isClosed = !machine.ContainsKey("/etc/ringfree");
        return Installation.Judge(
            config,
            ConfigFile,
            Secrets.Places(config),
            path => machine.TryGetValue(path, out FileFacts facts) ? new PathLook(facts, 0)
                : new PathLook(null, isClosed && path.StartsWith("/etc/ringfree", StringComparison.Ordinal) ? NotAllowed : NotThere),
            new AccountFiles(passwd, groups));
    }
}
