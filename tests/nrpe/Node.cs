namespace Ringfree.Monitoring.Nrpe.Tests;

/// <summary>
/// node001 of the example estate on a private machine with a network of its own; see node.sh. Ends with everything in it.
/// </summary>
public sealed class Node : IDisposable
{
    public const string Check = "/usr/lib64/nagios/plugins/check_haproxy";
    public const string ProxiesOptions = "/etc/ringfree/monitoring/check_haproxy.proxies.options";
    private const string Scheduler = "203.0.113.10";

    private readonly WebNode node = new();

    /// <summary>Starts the node at the first call; skips the test when this machine lacks something.</summary>
    public void Need()
    {
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/bin/sudo", "sudo");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        if (node.Start("nrpe/node.sh", Repository.PathOf("nrpe", "generated", "node001"), Path.GetDirectoryName(Repository.Program("check_haproxy"))!))
        {
            WaitFor("rf_haproxy_proxies", 0);
        }
    }

    /// <inheritdoc cref="WebNode.Run"/>
    public ProcessResult Run(params string[] command) => node.Run(command);

    /// <inheritdoc cref="WebNode.Shell"/>
    public ProcessResult Shell(string line) => node.Shell(line);

    /// <summary>Asks as the scheduler does.</summary>
    public ProcessResult Ask(params string[] arguments) =>
        Run(["/usr/lib/nagios/plugins/check_nrpe", "-H", Scheduler, "-p", "5666", "-t", "30", .. arguments]);

    /// <inheritdoc cref="WebNode.SetServer"/>
    public void SetServer(int number, bool up) => node.SetServer(number, up);

    /// <inheritdoc cref="WebNode.WaitFor"/>
    public ProcessResult WaitFor(string command, int exitCode) => WebNode.WaitFor(() => Ask("-u", "-c", command), exitCode);

    public void Dispose() => node.Dispose();
}
