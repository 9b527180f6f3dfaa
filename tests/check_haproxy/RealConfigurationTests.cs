namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>Whether a real HAProxy would start with what is on disk.</summary>
public sealed class RealConfigurationTests : IDisposable
{
    private const string Defaults = "defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\n";

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_configuration_that_haproxy_refuses_is_critical_before_it_starts_again()
    {
        Needs.Root();
        Needs.File("/usr/sbin/haproxy", "haproxy");
        string path = folder.Write("haproxy.cfg", Defaults + $"frontend web\n  bind unix@{folder.PathOf("web")}\n");
        ProcessResult valid = Check("--config", path);
        Assert.Equal((0, $"HAPROXY OK - HAProxy would start with {path}\n"), (valid.ExitCode, valid.Output));

        // What is refused is quoted by HAProxy and not here: it may be a password.
        string more = folder.Write("more.cfg", "backend more\n  serverr s3cret\n");
        ProcessResult refused = Check("--config", path, "--config", more, "--record", folder.PathOf("refused.recording"));
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith(
            $"HAPROXY CRITICAL - HAProxy would not start again with {path} and {more}: it refuses the configuration; "
                + $"'haproxy -c -f {path} -f {more}' says why\n",
            refused.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", File.ReadAllText(folder.PathOf("refused.recording")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_listens_nowhere_is_not_taken_for_valid()
    {
        Needs.Root();
        Needs.File("/usr/sbin/haproxy", "haproxy");
        string path = folder.Write("haproxy.cfg", Defaults + "backend pbx\n  server pbx1 127.0.0.1:9\n");
        ProcessResult result = Check("--config", path);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"with {path}: nothing in it listens; 'haproxy -c -f {path}' says why\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_root_nothing_is_tested_and_the_cure_is_sudo()
    {
        Needs.Root();
        string path = folder.Write("haproxy.cfg", Defaults);
        string[] asNobody = ["-u", "nobody", "--", Repository.Program("check_haproxy")];
        ProcessResult result = ProcessRun.Run("/usr/sbin/runuser", [.. asNobody, "--only", "config", "--no-memory", "--config", path]);
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith(
            $"HAPROXY UNKNOWN - {path} is not tested: HAProxy loads private keys for it; cure: run the check through sudo, nobody ALL=",
            result.Output,
            StringComparison.Ordinal);
    }

    private static ProcessResult Check(params string[] arguments) =>
        ProcessRun.Run(Repository.Program("check_haproxy"), ["--only", "config", "--no-memory", .. arguments]);
}
