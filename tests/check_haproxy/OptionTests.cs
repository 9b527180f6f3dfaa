using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Haproxy;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>What is refused is quoted, with what is accepted.</summary>
public class OptionTests
{
    private const string Quorum = "is no quorum; accepted is WARN,CRIT or PROXY=WARN,CRIT, with /active or /backup behind PROXY for those alone, each limit a count or a percentage of the configured servers, such as 2,1 or pbx=50%,1 or web*/backup=1,0";
    private const string Socket = "is no socket; accepted are an absolute path of at most 107 bytes, HOST:PORT or [IPV6]:PORT, and http:// or https:// and the address of the stats page";
    private const string Page = "is no address of a stats page; accepted is http[s]://HOST[:PORT]/PATH, such as http://127.0.0.1:8404/stats";
    private const string Served = "is no address; accepted is HOST:PORT or [IPV6]:PORT, with /NAME for the name to ask for (SNI), such as 127.0.0.1:443/pbx.example.com";
    private const string Pattern = "is no pattern; accepted is PROXY or PROXY/SERVER, where * stands for any text and ? for one character";

    [Theory]
    [InlineData("--socket", "relative.sock", Socket)]
    [InlineData("--socket", "host:0", Socket)]
    [InlineData("--socket", "host:65536", Socket)]
    [InlineData("--socket", "a:b:5", Socket)]
    [InlineData("--socket", ":5", Socket)]
    [InlineData("--socket", "ho st:5", Socket)]
    [InlineData("--socket", "ftp://host/stats", Socket)]
    [InlineData("--socket", "http://", Page)]
    [InlineData("--socket", "http://ho st/stats", Page)]
    [InlineData("--min-servers", "2", Quorum)]
    [InlineData("--min-servers", "2,1,0", Quorum)]
    [InlineData("--min-servers", "-1,0", Quorum)]
    [InlineData("--min-servers", "101%,1", Quorum)]
    [InlineData("--min-servers", "pbx=", Quorum)]
    [InlineData("--min-servers", "=2,1", Quorum)]
    [InlineData("--min-servers", "pbx/standby=1,0", Quorum)]
    [InlineData("--min-servers", "1,2", "is no quorum: it warns below 1 usable servers, which is later than its critical 2")]
    [InlineData("--min-servers", "25%,50%", "is no quorum: it warns below 25 % usable servers, which is later than its critical 50 %")]
    [InlineData("--ignore", "a/b/c", Pattern)]
    [InlineData("--ignore", "/b", Pattern)]
    [InlineData("--endpoint", "/run/s", Served)]
    [InlineData("--endpoint", "host", Served)]
    [InlineData("--endpoint", "host:443/", Served)]
    [InlineData("--endpoint", "host:443/a b", Served)]
    [InlineData("--bundle", "certs/a.pem", "is not accepted; accepted is an absolute path")]
    [InlineData("--credentials", "secret", "is not accepted; accepted is an absolute path")]
    [InlineData("--ca", "ca.pem", "is not accepted; accepted is an absolute path")]
    [InlineData("--expect-host", "a_|b", "is no host name; accepted are letters, digits, hyphens and dots, such as pbx.example.com")]
    public void A_value_that_is_none_is_refused(string option, string value, string complaint)
    {
        (string output, int code) = Run(option, value);
        Assert.Equal(3, code);
        Assert.Equal($"HAPROXY UNKNOWN - {option} '{value.Replace('|', '/')}' {complaint}\n", output);
    }

    [Fact]
    public void A_password_on_the_command_line_is_refused_and_not_repeated()
    {
        (string output, int code) = Run("--socket", "http://mon:secret@127.0.0.1:8404/stats");
        Assert.Equal(3, code);
        Assert.Equal("HAPROXY UNKNOWN - --socket http://...@127.0.0.1:8404 holds a user name; accepted is --credentials FILE, so that no password stands in a command line\n", output);
    }

    [Fact]
    public void The_concern_of_certificates_wants_something_to_judge()
    {
        Assert.StartsWith("HAPROXY UNKNOWN - no certificate is named; cure: --bundle for the bundles of haproxy.cfg ('crt')", Run("--only", "certificates").Output, StringComparison.Ordinal);
        Assert.Contains("[UNKNOWN] no certificate is named", Run("--expect-host", "pbx.example.com", "-v").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("certificate", Run().Output, StringComparison.Ordinal);
    }

    private static (string Output, int ExitCode) Run(params string[] arguments) =>
        Host.RunInside<HaproxyCheck>([.. arguments, "--no-memory", "--state-dir", "/nonexistent"], new FakeWorld());
}
