using System.Net;
using System.Net.NetworkInformation;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// Judges whether the programs that the scheduler will start are on this machine. It is the Shinken host when it has one of the addresses
/// of
/// <c>[scheduler]</c>; elsewhere nothing is looked at.
/// </summary>
internal static class SchedulerMachine
{
    private const UnixFileMode MayRun = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    internal static Verdict Judge(EstateModel estate, IReadOnlyCollection<IPAddress> own)
    {
        string addresses = string.Join(", ", estate.Scheduler.Addresses);
        if (!estate.Scheduler.Addresses.Any(address => own.Contains(IPAddress.Parse(address))))
        {
            return new Verdict(IsGood: true, $"notification commands and plugins not looked at: this is not the Shinken host ({addresses})");
        }

        List<string> plugins = [.. Plugins(estate).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        List<string?> wrong =
        [
            .. estate.Routes.SelectMany(route => new[]
            {
                Program(route.Bridge) is { } bridge ? $"the notification command of routes.{route.Name} {bridge}" : null,
                File.Exists(route.Config) ? null : $"the notification command of routes.{route.Name} needs its config {route.Config}: there is no such file",
            }),
            .. plugins.Select(plugin => Program(plugin) is { } trouble ? $"a check command {trouble}" : null),
        ];
        wrong.RemoveAll(sentence => sentence is null);
        return wrong.Count > 0
            ? new Verdict(IsGood: false, $"on this Shinken host:\n{string.Join('\n', wrong)}")
            : new Verdict(IsGood: true, $"this Shinken host has {Words.Count(estate.Routes.Count, "notification command")} and {Words.Count(plugins.Count, "plugin")} of the objects");
    }

    internal static IReadOnlyCollection<IPAddress> OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address),
    ];

    private static IEnumerable<string> Plugins(EstateModel estate)
    {
        string In(string plugin) => plugin[0] == '/' ? plugin : $"{estate.Scheduler.PluginFolder}/{plugin}";
        yield return In(estate.Scheduler.HostCheck.Plugin);
        if (estate.Heartbeat is not null)
        {
            yield return In("check_dummy");
        }

        foreach (EstateHost host in estate.Hosts)
        {
            if (host.Agent is { } agent)
            {
                yield return In(agent.Transport == Transport.Ssh ? "check_over_ssh" : "check_nrpe");
            }

            foreach (CommandService stock in host.Services.OfType<CommandService>().Where(service => !service.IsBehindAgent))
            {
                yield return In(stock.Command.Plugin);
            }
        }
    }

    private static string? Program(string path) =>
        !File.Exists(path) ? $"starts {path}: there is no such file"
        : (File.GetUnixFileMode(path) & MayRun) == UnixFileMode.None ? $"starts {path}: no user but its owner may run it; cure: chmod 0755 {path}"
        : null;
}
