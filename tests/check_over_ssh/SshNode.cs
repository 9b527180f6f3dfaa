namespace Ringfree.Monitoring.CheckOverSsh.Tests;

/// <summary>node003 of the example estate behind a real sshd, and the scheduler beside it, on a private machine; see node.sh.</summary>
public sealed class SshNode : IDisposable
{
    public const string Address = "198.51.100.11";
    public const string KnownHosts = "/etc/ringfree/ssh/known_hosts";
    public const string Identity = "/etc/ringfree/ssh/identity";
    public const string Behave = "/run/web/keys/behave";
    public const string Check = "/usr/lib64/nagios/plugins/check_haproxy";
    public const string ProxiesOptions = "/etc/ringfree/monitoring/check_haproxy.proxies.options";

    private readonly WebNode node = new();

    /// <summary>How many commands the node's run-check knows.</summary>
    public static int Commands { get; } = File.ReadLines(Repository.PathOf("nrpe", "generated", "node003", "run-check"))
        .Count(line => line.Contains(") exec $bounded ", StringComparison.Ordinal));

    /// <summary>Starts the node at the first call; skips the test when this machine lacks something.</summary>
    public void Need()
    {
        Needs.File("/usr/sbin/sshd", "openssh-server");
        Needs.File("/usr/bin/ssh", "openssh-client");
        Needs.File("/usr/bin/sudo", "sudo");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        if (node.Start("check_over_ssh/node.sh", Repository.PathOf("shared", "estate.toml"), Path.GetDirectoryName(Repository.Program("check_over_ssh"))!))
        {
            WaitFor("rf_haproxy_proxies", 0);
        }
    }

    /// <inheritdoc cref="WebNode.Run"/>
    public ProcessResult Run(params string[] command) => node.Run(command);

    /// <inheritdoc cref="WebNode.Shell"/>
    public ProcessResult Shell(string line) => node.Shell(line);

    /// <inheritdoc cref="WebNode.Do"/>
    public string Do(string line) => node.Do(line);

    /// <summary>Runs check_over_ssh as the scheduler's user.</summary>
    public ProcessResult Ask(string? name, string identity = Identity, string knownHosts = KnownHosts, string destination = "ringfree@198.51.100.11", string timeout = "15") =>
        Run(["runuser", "-u", "shinken", "--", "/var/lib/shinken/libexec/check_over_ssh", "-H", destination, "-t", timeout,
            "--identity", identity, "--known-hosts", knownHosts, .. name is null ? Array.Empty<string>() : [name]]);

    /// <summary>What the node itself gets for a command.</summary>
    public ProcessResult Local(string concern) => Run("runuser", "-u", "ringfree", "--", "sudo", "-n", Check, "--instance", concern);

    /// <inheritdoc cref="WebNode.SetServer"/>
    public void SetServer(int number, bool up) => node.SetServer(number, up);

    /// <inheritdoc cref="WebNode.WaitFor"/>
    public ProcessResult WaitFor(string command, int exitCode) => WebNode.WaitFor(() => Ask(command), exitCode);

    public void Dispose() => node.Dispose();
}

/// <summary>The tests that share the one node.</summary>
[CollectionDefinition(Name)]
public sealed class OnTheNode : ICollectionFixture<SshNode>
{
    public const string Name = "the node";
}
