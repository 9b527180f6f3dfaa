using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.SansayHa;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

public class SansayOptionsTests
{
    private const string Both = "--node a=10.0.0.11 --node b=10.0.0.12 ";
    private const string Complete = Both + "--credentials /c ";

    [Theory]
    [InlineData("", "--node was given 0 times; needed are two, each node's own management address: the virtual IP is always answered by the active node, so that asking it alone could never show a failover or a lost standby")]
    [InlineData("--node vip=10.0.0.10", "--node was given once; needed are two, each node's own management address: the virtual IP is always answered by the active node, so that asking it alone could never show a failover or a lost standby")]
    [InlineData(Both + "--node c=10.0.0.13", "--node was given 3 times; needed are two,")]
    [InlineData("--node a=10.0.0.11 --node a=10.0.0.12", "--node 'a=10.0.0.12' has the name of the other node; accepted are two names")]
    [InlineData("--node a=vip --node b=VIP:8888", "--node 'b=VIP:8888' has the address of the other node; accepted are two addresses, each node's own: one address (such as the virtual IP) is always answered by the active node")]
    [InlineData("--node 10.0.0.11 --node b=h", "--node '10.0.0.11' is no node; accepted are NAME=HOST, NAME=HOST:PORT and NAME=[IPV6]:PORT, the name 1 to 32 letters, digits, dots, hyphens and underscores")]
    [InlineData("--node a=/run/x --node b=h", "--node 'a=/run/x' is no node;")]
    [InlineData("--node a=h:99999 --node b=h", "--node 'a=h:99999' is no node;")]
    [InlineData("--node a=h/../x --node b=h", "--node 'a=h/../x' is no node;")]
    [InlineData(Both, "--credentials is missing; needed is a FILE with USER:PASSWORD in its first line; mode 0600")]
    [InlineData(Complete + "--api json", "--api 'json' is no interface; accepted are auto, rest and soap")]
    [InlineData(Complete + "--pin abc", "--pin 'abc' is no pin; accepted are SHA256 and NODE=SHA256 with the 64 hexadecimal digits of the certificate's fingerprint, colons allowed, and the nodes a, b; openssl x509 -noout -fingerprint -sha256 prints it")]
    [InlineData(Complete + "--pin c=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "--pin 'c=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff' is no pin;")]
    [InlineData(Complete + "--ca /nonexistent", "--ca '/nonexistent' is no file that can be read; accepted is a PEM file of authorities")]
    [InlineData(Complete + "--expect c=active", "--expect 'c=active' is no NODE=STATE; the nodes are a, b, the states active, standby, standalone")]
    [InlineData(Complete + "--expect a=up", "--expect 'a=up' is no NODE=STATE;")]
    [InlineData(Complete + "--severity change", "--severity 'change' is no CASE=STATUS; the cases and their defaults are change=critical, unexpected=critical, both-unreachable=critical, one-unreachable=warning, standalone=warning, refusals=warning, flags=ok; the statuses ok, warning, critical, unknown")]
    [InlineData(Complete + "--severity split=ok", "--severity 'split=ok' is no CASE=STATUS;")]
    [InlineData(Complete + "--severity change=fine", "--severity 'change=fine' is no CASE=STATUS;")]
    public void A_mistake_is_unknown_and_says_what_is_accepted(string arguments, string sentence)
    {
        (string output, int code) = Host.RunInside<SansayHaCheck>([.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)], new FakeWorld());
        Assert.Equal(3, code);
        Assert.StartsWith($"SANSAY_HA UNKNOWN - {sentence}", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_acknowledgement_in_the_options_file_is_refused()
    {
        using TestFolder folder = new();
        string file = folder.Write("o", "--acknowledge\n");
        (string output, int code) = Host.RunInside<SansayHaCheck>(["--options-file", file], new FakeWorld());
        Assert.Equal((3, $"SANSAY_HA UNKNOWN - {file}:1: '--acknowledge' is accepted on the command line only\n"), (code, output));
    }

    [Theory]
    [InlineData("HW Up Time: 12 days 3 hours 4 minutes", (((12 * 24) + 3) * 3600) + 240)]
    [InlineData("HW Up Time: 3d 4h 5m 6s", (((3 * 24) + 4) * 3600) + 306)]
    [InlineData("HW Up Time: 12 days, 04:05:06", (12 * 86400) + (4 * 3600) + 306)]
    [InlineData("x\nHW Up Time: 04:05\ny", (4 * 3600) + 300)]
    [InlineData("HW Up Time: 1 hour 2 mins 3 secs", 3723)]
    [InlineData("HW Up Time: long", null)]
    [InlineData("HW Up Time:\n12 days", null)]
    [InlineData("Up Time: 12 days", null)]
    public void Uptime_is_read_or_not_told(string text, int? seconds) => Assert.Equal(seconds, HardwareUptime.Parse(text));
}
