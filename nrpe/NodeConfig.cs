using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>
/// For each host that runs checks a folder, ready for rsync or Ansible: nrpe.cfg and what keeps NRPE from starting at boot (or, over SSH,
/// run-check and authorized_keys), sudoers, an options file for each service of a check of ours, and the script that installs them.
/// </summary>
public static class NodeConfig
{
    private const string Monitoring = "/etc/ringfree/monitoring";

    /// <summary>The program.</summary>
    public static Generator Generator { get; } = new()
    {
        Name = "nrpe-config",
        Purpose = "nrpe.cfg (over SSH: run-check and authorized_keys), sudoers, the options files and an install script of each host of the estate, into DIR/HOST",
        Files = (estate, _) => estate.Hosts.Where(host => host.Agent is not null).SelectMany(host => FilesOf(estate, host, host.Agent!)),
        Judges = "visudo and a real NRPE",
        Verify = (root, estate, _) => VerifyNodes.Verdicts(root, estate),
    };

    private static IEnumerable<GeneratedFile> FilesOf(EstateModel estate, EstateHost host, Agent agent)
    {
        List<PluginCall> calls = [.. host.AskedOfAgent.Select(service => PluginCall.Of(service, agent))];
        List<NodeFile> files =
        [
            .. agent.Transport == Transport.Ssh ? OverSsh(estate, host, agent, calls) : OverNrpe(estate, host, agent, calls),
            new NodeFile("sudoers", Sudoers.Text(host, agent, calls), "/etc/sudoers.d/ringfree-monitoring", GeneratedFile.ReadOnly),
            .. host.Services.OfType<SudoService>().Select(_ => new NodeFile("ask-sudo", AskSudo.Text(host, agent, calls), AskSudo.Path)),
            .. host.AskedOfAgent.OfType<ConcernService>().Select(service => Own(service.OptionsFile, OptionsText.Text(service, host, estate))),
            .. host.Carried.Select(container => Own(container.ManifestFile, $"{container.Id}\n")),
        ];
        IEnumerable<HostService> plugins = host.AskedOfAgent.Where(service => service is not SudoService);
        string install = InstallScript.Text(estate, host, agent, [.. plugins.Select(service => PluginCall.Of(service, agent))], files);
        return files.Select(file => file.In(host)).Append(new GeneratedFile($"{host.Name}/install", install));
    }

    private static NodeFile Own(string name, string text) => new($"options/{name}", text, $"{Monitoring}/{name}");

    private static IEnumerable<NodeFile> OverNrpe(EstateModel estate, EstateHost host, Agent agent, List<PluginCall> calls) =>
    [
        new NodeFile("nrpe.cfg", NrpeCfg.Text(estate, host, agent, calls), "/etc/nagios/nrpe.cfg"),
        new NodeFile("not-at-boot.conf", BootCondition.Text(host, agent), $"/etc/systemd/system/{agent.Unit}.service.d/ringfree-not-at-boot.conf"),
    ];

    private static IEnumerable<NodeFile> OverSsh(EstateModel estate, EstateHost host, Agent agent, List<PluginCall> calls) =>
    [
        new NodeFile("authorized_keys", AuthorizedKeys.Text(estate, host, agent), "/etc/ringfree/ssh/.ssh/authorized_keys"),
        new NodeFile("run-check", RunCheckScript.Text(estate, host, calls), RunCheckScript.Path),
    ];
}
