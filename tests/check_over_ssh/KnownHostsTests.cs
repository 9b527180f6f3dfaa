using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugins.OverSsh;

namespace Ringfree.Monitoring.CheckOverSsh.Tests;

/// <summary>The reader of known_hosts: total, and of ssh-keygen's opinion.</summary>
public sealed class KnownHostsTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJWj1qQQrbn/wgjSruSehOFYFowrV8Z2nHm6B9g+D3M";

    private static readonly string[] Words =
    [
        "node", "[node]:22", "[node]:2222", "*", "!node", "n?de", "|1|", "|1|3bYQ0JAmSeJ9uWTT5lTnKbWTtTs=|4mUTrF0ZKRZZzNmrTv9o6+eOMbU=", "@revoked", "@cert-authority", "@x", "#",
        $"node {Key}\n", $"@revoked * {Key}\n", $"other {Key}\n", "ssh-ed25519", "ssh-rsa", "AAAAC3NzaC1lZDI1NTE5AAAAIOJWj1qQQrbn/wgjSruSehOFYFowrV8Z2nHm6B9g+D3M", "AAAA", "====", ",", "1024", "35", " ", " ", "\t", "\n", "\n", "\r\n", "\0", "é",
    ];

    [Fact]
    public void Any_bytes_give_keys_or_a_refusal_with_its_line()
    {
        int kept = 0, refused = 0;
        Gen<byte[]> text = Gen.Int[0, Words.Length - 1].Array[0, 40].Select(picked => Encoding.UTF8.GetBytes(string.Concat(picked.Select(index => Words[index]))));
        Gen.OneOf(Gen.Byte.Array[0, 300], text).Sample(
            bytes =>
            {
                try
                {
                    KnownHosts known = KnownHosts.For(bytes, "FILE", "node");
                    kept += known.Trusted.Count + known.Revoked.Count;
                    Assert.All(known.Trusted.Concat(known.Revoked), key => Assert.NotEqual("", key.Key.Type));
                }
                catch (KnownHostsException refusal)
                {
                    refused++;
                    Assert.Matches("^FILE:[0-9]+: ", refusal.Message);
                    Assert.DoesNotContain(refusal.Message, char.IsControl);
                }
            },
            iter: 20_000,
            threads: 1);
        Assert.True(kept > 10 && refused > 100, $"{kept} kept, {refused} refused: the property says nothing");
    }

    [Theory]
    [InlineData("node")]
    [InlineData("NODE")]
    [InlineData("other,node")]
    [InlineData("node,")]
    [InlineData("nod")]
    [InlineData("nodes")]
    [InlineData("n*")]
    [InlineData("*de")]
    [InlineData("*o*d*")]
    [InlineData("**node**")]
    [InlineData("n?de")]
    [InlineData("?node")]
    [InlineData("*,!node")]
    [InlineData("!node,*")]
    [InlineData("!other,node")]
    [InlineData("!other")]
    [InlineData("[node]:22")]
    [InlineData("[node]:2222")]
    [InlineData("[n*]:2222")]
    [InlineData("*:2222")]
    [InlineData("*")]
    public void Patterns_match_as_openssh_matches_them(string pattern)
    {
        Needs.File("/usr/bin/ssh-keygen", "openssh-client");
        using var folder = new TestFolder();
        byte[] bytes = Encoding.ASCII.GetBytes($"{pattern} {Key}\n");
        string file = folder.Write("known", Encoding.ASCII.GetString(bytes));
        foreach (string host in new[] { "node", "[node]:2222" })
        {
            bool theirs = ProcessRun.Run("/usr/bin/ssh-keygen", ["-F", host, "-f", file]).ExitCode == 0;
            Assert.True(theirs == KnownHosts.For(bytes, file, host).Trusted.Count > 0, $"{pattern} for {host}: OpenSSH says {theirs}");
        }
    }

    [Theory]
    [InlineData("node", true)]
    [InlineData("[node]:2222", false)]
    public void Hashed_names_are_those_of_ssh_keygen(string host, bool isNode)
    {
        Needs.File("/usr/bin/ssh-keygen", "openssh-client");
        using var folder = new TestFolder();
        string file = folder.Write("known", $"{host} {Key}\nother {Key}\n");
        Assert.Equal(0, ProcessRun.Run("/usr/bin/ssh-keygen", ["-H", "-f", file]).ExitCode);
        byte[] bytes = File.ReadAllBytes(file);
        Assert.StartsWith("|1|", Encoding.ASCII.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(isNode ? 1 : 0, KnownHosts.For(bytes, file, "node").Trusted.Count);
        Assert.Equal(isNode ? 0 : 1, KnownHosts.For(bytes, file, "[node]:2222").Trusted.Count);
    }

    [Fact]
    public void A_hostile_pattern_costs_little()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{string.Concat(Enumerable.Repeat("*a", 500))} {Key}\n", 500)));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Empty(KnownHosts.For(bytes, "FILE", new string('a', 253) + "b").Trusted);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
        Assert.Throws<KnownHostsException>(() => KnownHosts.For(Encoding.ASCII.GetBytes($"{new string('*', 1025)} {Key}"), "FILE", "node"));
    }

    [Theory]
    [InlineData("node", "me@node", "node")]
    [InlineData("root@node", "root@node", "node")]
    [InlineData("root@NODE:2222", "root@node:2222", "[node]:2222")]
    [InlineData("node:22", "me@node", "node")]
    [InlineData("[node]:2222", "me@node:2222", "[node]:2222")]
    [InlineData("2001:db8::1", "me@2001:db8::1", "2001:db8::1")]
    [InlineData("a@[2001:db8::1]:2222", "a@[2001:db8::1]:2222", "[2001:db8::1]:2222")]
    [InlineData("[2001:db8::1]", "me@2001:db8::1", "2001:db8::1")]
    public void Destinations(string text, string shown, string inKnownHosts)
    {
        var destination = Destination.Parse(text, null, "me");
        Assert.Equal((shown, inKnownHosts), (destination.ToString(), destination.InKnownHosts));
    }

    [Fact]
    public void A_port_may_stand_beside_the_host() => Assert.Equal("[2001:db8::1]:2222", Destination.Parse("a@2001:db8::1", "2222", "me").InKnownHosts);
}
