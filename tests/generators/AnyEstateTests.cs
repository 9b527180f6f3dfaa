using System.Text;
using CsCheck;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.NrpeConfig;
using Ringfree.Monitoring.Plugins;
using Ringfree.Monitoring.ShinkenObjects;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>
/// Whatever an estate is made of: when it is accepted, real nagios4, nrpe, visudo and sh accept all that it gives; an estate of sound texts is
/// always accepted.
/// </summary>
public sealed class AnyEstateTests
{
    // Odd, and meant: each is what some real configuration has.
    private static readonly string[] Words = ["a", "it's", "a b", "-w", "5%", "x;y", "a!b", "\\", "x\\", "\"q\"", "|", "&", "<x>", "*", "?", "#c", "~", "(", ")", "[", "]", "{", "}", "{x", "{address}", "{host}-{datacenter}", "=", ",", "@1:2", "`id`", "%s\\n"];
    private static readonly string[] SchedulerWords = [.. Words, "$USER1$", "$$", "$(id)", "é", "日本", "$"];
    private static readonly string[] Aliases = ["A", "Süd", "100 % sure", "a, b: c/d", "東京", "#1", "a{b}"];
    private static readonly string[] Titles = ["Disk", "Disk /var", "a:b", "C++", "x.y-z_1", "9 lives"];
    private static readonly string[] Hostile = ["", " ", "a\nb", "a\n}\ndefine host {", "\0", "x\r", "\u2028", "../x", "$USER1$", "a;b", "`x`", "ALL", "root", "a=b", "x y", "{unknown}", "é", "check_x", "24x7", new string('x', 600)];

    [Fact]
    public void Every_estate_of_sound_texts_is_accepted_and_so_is_what_it_gives() => Check(hostile: 0, iterations: 8, least: 8);

    [Fact]
    public void An_estate_with_a_hostile_text_somewhere_is_refused_or_what_it_gives_is_accepted() => Check(hostile: 1, iterations: 40, least: 3);

    private static void Check(int hostile, int iterations, int least)
    {
        Needs.File("/usr/sbin/visudo", "sudo");
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        int accepted = 0;
        Gen.UInt.Sample(
            seed =>
            {
                string text = new Author(seed, hostile).Write();
                var problems = new Problems();
                if (EstateModel.Parse(text, "estate.toml", Catalogue.Checks, problems) is not { } estate)
                {
                    Assert.True(hostile > 0, $"{problems}\n{text}");
                    return;
                }

                Interlocked.Increment(ref accepted);
                using var folder = new TestFolder();
                new GeneratedTree(folder.PathOf("nodes"), "nrpe-config", "estate.toml").Write(NodeConfig.Generator.Files(estate, ""));
                new GeneratedTree(folder.PathOf("objects"), "shinken-objects", "estate.toml").Write(SchedulerObjects.Generator.Files(estate, "nagios"));
                Assert.All(
                    [.. VerifyNodes.Verdicts(folder.PathOf("nodes"), estate), .. VerifyObjects.Verdicts(folder.PathOf("objects"), estate, Dialect.Nagios)],
                    verdict => Assert.True(verdict.IsGood && !verdict.Sentence.Contains("not verified", StringComparison.Ordinal), $"{verdict.Sentence}\n{text}"));
            },
            iter: Soak.Times(iterations),
            threads: 1);
        Assert.True(accepted >= least, $"only {accepted} estates were accepted: the property says nothing");
    }

    /// <summary>Writes an estate of any shape from a number: some of everything, every reference to something that exists.</summary>
    private sealed class Author(uint seed, int hostile)
    {
#pragma warning disable CA5394 // a repeatable estate is wanted, not a secret
        private readonly Random random = new((int)(seed & int.MaxValue));
        private readonly StringBuilder text = new();
        private int texts;
        private int hostileAt = -1;

        internal string Write()
        {
            if (hostile > 0)
            {
                hostileAt = random.Next(60);
            }

            int datacenters = random.Next(1, 4);
            int commands = random.Next(0, 5);
            int roles = random.Next(1, 5);
            int hosts = random.Next(1, 7);
            bool hasGroups = random.Next(2) == 0;
            text.Append($"""
                [site]
                example = true
                runbooks = "https://runbooks.example"
                scheduler_pages = "https://shinken.example"
                [timing]
                check_interval = "3m"
                retry_interval = "1m"
                max_check_attempts = {random.Next(4, 9)}
                notification_interval = "{(random.Next(4) == 0 ? 0 : random.Next(3, 60))}m"
                [timing.agent]
                check_interval = "1m"
                retry_interval = "1m"
                max_check_attempts = 2
                [scheduler]
                addresses = ["192.0.2.1", "2001:db8::1"]
                plugins = "/usr/lib/nagios/plugins"
                host_check = {"{"} arguments = [{Several(SchedulerWords)}] {"}"}
                ssh = {"{"} public_keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJWj1qQQrbn/wgjSruSehOFYFowrV8Z2nHm6B9g+D3M a@b"] {"}"}

                """);
            for (int command = 0; command < commands; command++)
            {
                bool isLocal = random.Next(2) == 0;
                text.Append($"[commands.c{command}]\ntitle = {Text($"{Pick(Titles)} {command}")}\nplugin = \"check_tcp\"\non = \"{(isLocal ? "host" : "scheduler")}\"\narguments = [{Several(isLocal ? Words : SchedulerWords)}]\n");
            }

            for (int role = 0; role < roles; role++)
            {
                text.Append($"[roles.r{role}]\nalias = {Text(Pick(Aliases))}\ncommands = [{Some(commands, "c")}]\n{(hasGroups ? $"contactgroups = [{Some(2, "g")}]\n" : "")}");
                if (random.Next(2) == 0)
                {
                    text.Append($"[[roles.r{role}.checks]]\ncheck = \"check_haproxy\"\ninstance = \"i{role}\"\ntitle = {Text($"{Pick(Titles)} r{role}")}\nsudo = {(random.Next(2) == 0 ? "true" : "false")}\noptions = {"{"} socket = [{Text("/run/{host}.sock")}] {"}"}\n");
                }
            }

            for (int datacenter = 0; datacenter < datacenters; datacenter++)
            {
                text.Append($"[datacenters.d{datacenter}]\nalias = {Text(Pick(Aliases))}\n{(random.Next(2) == 0 ? "parents = [\"h0\"]\n" : "")}");
            }

            for (int host = 0; host < hosts; host++)
            {
                string transport = Pick(["nrpe", "nrpe", "ssh"]);
                string os = Pick(["redhat", "debian"]);
                string parents = host == 0 ? "parents = []\n" : random.Next(2) == 0 ? $"parents = [{Some(host, "h")}]\n" : "";
                string tls = transport == "nrpe" && random.Next(3) == 0 ? "nrpe = { tls = {} }\n" : "";
                text.Append($"[hosts.h{host}]\nalias = {Text(Pick(Aliases))}\naddress = \"192.0.2.{host + 2}\"\ndatacenter = \"d{random.Next(datacenters)}\"\nroles = [{Some(roles, "r")}]\n{parents}transport = \"{transport}\"\nos = \"{os}\"\n{tls}");
            }

            if (random.Next(2) == 0)
            {
                text.Append($"[maintenance.w]\nalias = {Text(Pick(Aliases))}\nsunday = \"03:00-0{random.Next(4, 9)}:30\"\nmonday = \"00:00-24:00\"\nroles = [\"r0\"]\n");
            }

            text.Append($"[routes.pagerduty]\n[timeperiods.office]\nmonday = \"08:00-18:00\"\n[ways.page]\nroute = \"pagerduty\"\n[ways.office]\nroute = \"pagerduty\"\nperiod = \"office\"\nservices = [\"{Pick(["warning", "unknown"])}\"]\nhosts = []\n[contacts.one]\nalias = {Text(Pick(Aliases))}\nways = [\"page\"]\n[contacts.two]\nways = [\"page\", \"office\"]\n");
            if (hasGroups)
            {
                text.Append("[contactgroups.g0]\ncontacts = [\"one\"]\n[contactgroups.g1]\ncontacts = [\"two\", \"one\"]\n[contactgroups.on-call]\ncontacts = [\"two\"]\n");
            }

            return text.ToString();
        }

        private string Pick(string[] from) => from[random.Next(from.Length)];

        private string Several(string[] from) => string.Join(", ", Enumerable.Range(0, random.Next(0, 5)).Select(_ => Text(Pick(from))));

        private string Some(int count, string letter) => string.Join(", ", Enumerable.Range(0, count).Where(_ => random.Next(2) == 0).Select(number => $"\"{letter}{number}\""));

        private string Text(string sound)
        {
            string chosen = texts++ == hostileAt ? Pick(Hostile) : sound;
            return $"\"{string.Concat(chosen.Select(c => c is '"' or '\\' || char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))}\"";
        }
#pragma warning restore CA5394
    }
}
