using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.CheckOverSsh.Tests;

/// <summary>Which identities and host keys are used, and what is said of the others.</summary>
[Collection(OnTheNode.Name)]
public sealed class TrustTests(SshNode node)
{
    private const string Host = "198.51.100.11";

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    [InlineData("pem")]
    public void Every_kind_of_identity_logs_in(string kind)
    {
        node.Need();
        ProcessResult run = node.Ask(null, $"/run/web/keys/{kind}");
        Assert.True(run.ExitCode == 0, run.Output);
    }

    [Theory]
    [InlineData("true", "/run/web/keys/stranger", "does not accept identity '/run/web/keys/stranger' (Permission denied (publickey")]
    [InlineData("true", "/run/web/keys/encrypted", "identity '/run/web/keys/encrypted' is encrypted")]
    [InlineData("true", "/run/web/keys/none", "cannot be read by shinken: No such file or directory")]
    [InlineData("true", "/run/web/keys/ed25519.pub", "is open to others (mode 644); cure: chmod 0600 '/run/web/keys/ed25519.pub'")]
    [InlineData("cd /run/web/keys; cp ed25519 open; chown shinken open; chmod 0640 open", "/run/web/keys/open", "is open to others (mode 640)")]
    [InlineData("cd /run/web/keys; ln -sf ed25519 link", "/run/web/keys/link", "is a symbolic link")]
    [InlineData("cd /run/web/keys; install -m 0600 -o ringfree ed25519 foreign", "/run/web/keys/foreign", "cannot be read by shinken: Permission denied")]
    [InlineData("cd /run/web/keys; mkdir -p folder; chown shinken folder; chmod 700 folder", "/run/web/keys/folder", "is not a regular file")]
    [InlineData("cd /run/web/keys; head -c 200 ed25519 > cut; chown shinken cut; chmod 600 cut", "/run/web/keys/cut", "is no private key that can be used; accepted are ed25519, ecdsa and rsa keys")]
    [InlineData("cd /run/web/keys; : > empty; chown shinken empty; chmod 600 empty", "/run/web/keys/empty", "is no private key that can be used")]
    public void An_identity_that_cannot_be_used_is_unknown_and_never_quoted(string prepare, string identity, string said)
    {
        node.Need();
        node.Do(prepare);
        ProcessResult run = node.Ask("rf_haproxy_proxies", identity);
        Assert.True(run.ExitCode == 3 && run.Output.StartsWith("OVER_SSH UNKNOWN - ", StringComparison.Ordinal), run.Output);
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        string secret = node.Shell($"sed -n 2p {identity} 2>/dev/null").Output.Trim();
        Assert.True(secret.Length == 0 || !(run.Output + run.Error).Contains(secret[..Math.Min(16, secret.Length)], StringComparison.Ordinal));
    }

    // KEY-x is the node's key of kind x as known_hosts has it, OTHER one that it does not have.
    [Theory]
    [InlineData("HOST KEY-ed25519")]
    [InlineData("HOST KEY-rsa")]
    [InlineData("HOST KEY-ecdsa comment")]
    [InlineData("# comment\n\nelsewhere OTHER\nelsewhere,198.51.100.* KEY-ed25519\r\n")]
    [InlineData("198.51.100.1? KEY-ed25519")]
    [InlineData("HASHED HOST KEY-ed25519")]
    [InlineData("HOST 1024 35 12345678901234567890\nHOST KEY-ed25519")]
    [InlineData("@cert-authority * OTHER\nHOST KEY-ed25519")]
    [InlineData("@revoked * OTHER\nHOST KEY-ed25519")]
    [InlineData("[HOST]:2222 KEY-ed25519", 2222)]
    [InlineData("HASHED [HOST]:2222 KEY-rsa", 2222)]
    [InlineData("[198.51.100.*]:2222,elsewhere KEY-ecdsa", 2222)]
    public void A_host_key_that_the_file_holds_is_accepted(string lines, int port = 22)
    {
        node.Need();
        ProcessResult run = node.Ask(null, knownHosts: Place(lines), destination: $"ringfree@{Host}:{port}");
        Assert.True(run.ExitCode == 0, run.Output);
    }

    [Theory]
    [InlineData("", "and FILE has no key for 198.51.100.11; cure, once the node's own console shows the same (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub): ssh-keyscan -t ed25519 198.51.100.11 >> 'FILE'")]
    [InlineData("elsewhere KEY-ed25519", "has no key for 198.51.100.11;")]
    [InlineData("*,!HOST KEY-ed25519", "has no key for 198.51.100.11;")]
    [InlineData("HASHED elsewhere KEY-ed25519", "has no key for 198.51.100.11;")]
    [InlineData("[HOST]:2222 KEY-ed25519", "has no key for 198.51.100.11;")]
    [InlineData("HOST KEY-ed25519", "has no key for [198.51.100.11]:2222;", 2222)]
    [InlineData("HOST OTHER", "not the known one (ssh-ed25519 in line 1 of FILE): the node was installed anew, or somebody is in between; cure, once")]
    [InlineData("HOST KEY-ecdsa\nHOST OTHER", "not the known one (ecdsa-sha2-nistp256 in line 1, ssh-ed25519 in line 2 of FILE)")]
    [InlineData("\nHOST OTHER", "ssh-keygen -R '198.51.100.11' -f 'FILE'; ssh-keyscan -t ed25519 198.51.100.11 >> 'FILE'")]
    [InlineData("[HOST]:2222 OTHER", "ssh-keygen -R '[198.51.100.11]:2222' -f 'FILE'; ssh-keyscan -t ed25519 -p 2222 198.51.100.11 >> 'FILE'", 2222)]
    [InlineData("HOST KEY-ed25519\n@revoked * KEY-ed25519", ", which FILE:2 revokes: nothing was sent; cure: give the node a new host key")]
    [InlineData("@revoked HOST KEY-ed25519", ", which FILE:1 revokes")]
    [InlineData("@cert-authority *.example,198.51.100.* OTHER", "FILE:1 trusts a @cert-authority for it, which check_over_ssh does not; cure")]
    [InlineData("HOST ssh-ed25519 AAAA====", "FILE:1: no key can be read; accepted is HOST TYPE BASE64")]
    [InlineData("@revoked HOST", "FILE:1: no key can be read")]
    [InlineData("\n@trusted HOST KEY-ed25519", "FILE:2: unknown marker; accepted are @revoked and @cert-authority")]
    [InlineData("|1|x|y KEY-ed25519", "FILE:1: the hashed host name cannot be read")]
    public void A_host_key_that_the_file_does_not_hold_is_unknown_with_the_cure(string lines, string said, int port = 22)
    {
        node.Need();
        string file = Place(lines);
        ProcessResult run = node.Ask(lines.Length % 2 == 0 ? null : "rf_haproxy_proxies", knownHosts: file, destination: $"ringfree@{Host}:{port}");
        Assert.True(run.ExitCode == 3 && run.Output.StartsWith("OVER_SSH UNKNOWN - ", StringComparison.Ordinal), run.Output);
        Assert.Contains(said.Replace("FILE", file, StringComparison.Ordinal), run.Output, StringComparison.Ordinal);
        if (said.Contains("cure", StringComparison.Ordinal))
        {
            Assert.Contains(node.Do("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub").Split(' ')[1], run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", 22)]
    [InlineData("HOST OTHER", 22)]
    [InlineData("[HOST]:2222 OTHER", 2222)]
    public void The_cure_that_is_printed_cures(string lines, int port)
    {
        node.Need();
        string file = Place(lines);
        ProcessResult before = node.Ask(null, knownHosts: file, destination: $"ringfree@{Host}:{port}");
        Match cure = Regex.Match(before.Output, "_key\\.pub\\): (.*)\n");
        Assert.True(cure.Success, before.Output);
        node.Do($"runuser -u shinken -- sh -c \"{cure.Groups[1].Value}\"");
        ProcessResult after = node.Ask(null, knownHosts: file, destination: $"ringfree@{Host}:{port}");
        Assert.True(after.ExitCode == 0, $"{before.Output}{after.Output}");
    }

    /// <summary>The same file, kept by root for the service: the cure says who follows it, and the service reads it as before.</summary>
    [Fact]
    public void The_cure_of_a_file_that_root_keeps_is_for_root()
    {
        node.Need();
        string file = Place("HOST OTHER");
        node.Do($"chown root {file}");
        ProcessResult before = node.Ask(null, knownHosts: file);
        Match cure = Regex.Match(before.Output, "cure, as root, once .*_key\\.pub\\): (.*)\n");
        Assert.True(cure.Success, before.Output);
        node.Do(cure.Groups[1].Value);
        ProcessResult after = node.Ask(null, knownHosts: file);
        Assert.True(after.ExitCode == 0, $"{before.Output}{after.Output}");
    }

    /// <summary>A person who tries the service's own command as root is told to run it as the service, and takes nothing from it.</summary>
    [Theory]
    [InlineData(SshNode.Identity, SshNode.KnownHosts, "identity 'FILE' is not root's own; it belongs to shinken: run this as shinken: sudo -u shinken ..., or give root a file of its own, mode 0600")]
    [InlineData("/run/web/roots-identity", "/run/web/shinkens-hosts", "known hosts '/run/web/shinkens-hosts' is not root's own; it belongs to shinken: run this as shinken: sudo -u shinken ..., or give root a file of its own")]
    public void Root_takes_nothing_from_the_service(string identity, string knownHosts, string said)
    {
        node.Need();
        node.Do($"install -m 0600 {SshNode.Identity} /run/web/roots-identity; install -o shinken -m 0644 {SshNode.KnownHosts} /run/web/shinkens-hosts");
        node.Do("install -m 0755 /var/lib/shinken/libexec/check_over_ssh /usr/local/bin/check_over_ssh");
        ProcessResult run = node.Run("/usr/local/bin/check_over_ssh", "-H", "ringfree@198.51.100.11", "--identity", identity, "--known-hosts", knownHosts);
        Assert.Equal((3, $"OVER_SSH UNKNOWN - {said.Replace("FILE", identity, StringComparison.Ordinal)}\n"), (run.ExitCode, run.Output));
        Assert.Equal(0, node.Ask(null).ExitCode);
        ProcessResult own = node.Run("/usr/local/bin/check_over_ssh", "-H", "ringfree@198.51.100.11", "--identity", "/run/web/roots-identity", "--known-hosts", SshNode.KnownHosts);
        Assert.True(own.ExitCode == 0 || own.Output.Contains(SshNode.KnownHosts, StringComparison.Ordinal), own.Output);
    }

    [Theory]
    [InlineData("chmod 0666", "can be written by others (mode 666); cure: chmod go-w")]
    [InlineData("chown ringfree", "is not shinken's own; it belongs to ringfree: run this as ringfree: sudo -u ringfree ..., or give shinken a file of its own")]
    [InlineData("rm", "cannot be read by shinken: No such file or directory")]
    public void A_known_hosts_file_of_others_is_refused(string damage, string said)
    {
        node.Need();
        string file = Place("HOST KEY-ed25519");
        node.Do($"{damage} {file}");
        ProcessResult run = node.Ask(null, knownHosts: file);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'rf;id' is no name of a command", "-H", "a", "rf;id")]
    [InlineData("'$(id)' is no name of a command", "-H", "a", "$(id)")]
    [InlineData("'a b' is no name of a command", "-H", "a", "a b")]
    [InlineData("-H is missing", "rf")]
    [InlineData("--identity is missing", "-H", "a", "--known-hosts", "/x", "rf")]
    [InlineData("--known-hosts is missing", "-H", "a", "--identity", "/x", "rf")]
    [InlineData("-H 'a b' is no destination", "-H", "a b")]
    [InlineData("-H '-oProxyCommand=id' is no destination", "-H", "-oProxyCommand=id")]
    [InlineData("port '0' is no port", "-H", "a:0")]
    [InlineData("has a port, and -p '3' another", "-H", "a:2", "-p", "3")]
    [InlineData("'two'", "-H", "a", "one", "two")]
    [InlineData("'--only'", "-H", "a", "--only", "agent")]
    public void What_is_not_understood_is_unknown(string said, params string[] arguments)
    {
        ProcessResult run = ProcessRun.Run(Repository.Program("check_over_ssh"), arguments);
        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("OVER_SSH UNKNOWN - ", run.Output, StringComparison.Ordinal);
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
    }

    private string Place(string lines)
    {
        string text = lines.Replace("HOST", Host, StringComparison.Ordinal);
        string other = node.Do("cut -d' ' -f1,2 /run/web/keys/stranger.pub").Trim();
        foreach (string kind in new[] { "ed25519", "rsa", "ecdsa" })
        {
            text = text.Contains($"KEY-{kind}", StringComparison.Ordinal)
                ? text.Replace($"KEY-{kind}", node.Do($"cut -d' ' -f1,2 /etc/ssh/ssh_host_{kind}_key.pub").Trim(), StringComparison.Ordinal)
                : text;
        }

        bool isHashed = text.StartsWith("HASHED ", StringComparison.Ordinal);
        text = (isHashed ? text["HASHED ".Length..] : text).Replace("OTHER", other, StringComparison.Ordinal);
        using var folder = new TestFolder();
        node.Do($"rm -rf /run/web/kh; install -d -m 0755 -o shinken /run/web/kh; cat '{folder.Write("kh", text + "\n")}' > /run/web/kh/known; chown shinken /run/web/kh/known{(isHashed ? "; ssh-keygen -q -H -f /run/web/kh/known 2>/dev/null; chown shinken /run/web/kh/known" : "")}");
        return "/run/web/kh/known";
    }
}
