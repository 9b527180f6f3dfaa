using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>
/// For each host that runs checks a folder: nrpe.cfg (or, over SSH, run-check and authorized_keys), sudoers, and an options file for each of
/// its services.
/// </summary>
public static class NodeConfig
{
    /// <summary>The program.</summary>
    public static Generator Generator { get; } = new()
    {
        Name = "nrpe-config",
        Purpose = "nrpe.cfg (over SSH: run-check and authorized_keys), sudoers and the options files of each host of the estate, into DIR/HOST",
        Files = (estate, _) => estate.Hosts.Where(host => host.Agent is not null).SelectMany(host => FilesOf(estate, host, host.Agent!)),
    };

    private static IEnumerable<GeneratedFile> FilesOf(EstateModel estate, EstateHost host, Agent agent)
    {
        List<PluginCall> calls = [.. host.ServicesBehindAgent.Select(service => PluginCall.Of(service, host, agent))];
        if (agent.Transport == Transport.Ssh)
        {
            yield return new GeneratedFile($"{host.Name}/authorized_keys", AuthorizedKeys.Text(estate, host, agent));
            yield return new GeneratedFile($"{host.Name}/run-check", RunCheckScript.Text(estate, host, calls));
        }
        else
        {
            yield return new GeneratedFile($"{host.Name}/nrpe.cfg", NrpeCfg.Text(estate, host, agent, calls));
        }

        yield return new GeneratedFile($"{host.Name}/sudoers", Sudoers.Text(host, agent, calls), GeneratedFile.ReadOnly);
        foreach (ConcernService service in host.Services.OfType<ConcernService>())
        {
            yield return new GeneratedFile($"{host.Name}/options/{service.OptionsFile}", OptionsText.Text(service, estate.Timing));
        }
    }
}
