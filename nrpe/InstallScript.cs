using System.Net;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>The text of a host's install script: what this host has, and install.sh, which knows what to do with it.</summary>
internal static class InstallScript
{
    private static readonly Lazy<string> Body = new(() =>
    {
        using Stream resource = typeof(InstallScript).Assembly.GetManifestResourceStream("install.sh")!;
        using StreamReader reader = new(resource);
        return reader.ReadToEnd();
    });

    internal static string Text(
        EstateModel estate, EstateHost host, Agent agent, IReadOnlyList<PluginCall> calls, IEnumerable<NodeFile> files) => $"""
        # The plugins and the agent are on the host before; this is the rest.
        host={host.Name}
        address={AsPrograms(host.Address)}
        user={agent.User}
        unit={agent.Unit}
        pid_file={agent.PidFile}

        # Who runs checks here, each with a memory folder of its own.
        memory_users='{string.Join(' ', MemoryUsers(estate.Scheduler, host, agent))}'

        # What the agent runs, what of it runs as root, and how.
        programs='{Lines(calls.Select(call => call.Words[0]))}'
        programs_as_root='{Lines(calls.Where(call => call.AsRoot).Select(call => call.Words[0]))}'
        as_root='{Lines(calls.Where(call => call.AsRoot).Select(call => string.Join(' ', call.Words)))}'

        # FILE MODE PLACE
        files='{Lines(files.Select(file => $"{file.Name} {file.Mode} {file.Place}"))}'

        {Body.Value}
        """;

    // The form in which a host's own programs print it.
    private static string AsPrograms(string address) => IPAddress.TryParse(address, out IPAddress? ip) ? ip.ToString() : address;

    private static IEnumerable<string> MemoryUsers(Scheduler scheduler, EstateHost host, Agent agent) =>
        new[] { "root", agent.User, scheduler.Addresses.Contains(host.Address, StringComparer.Ordinal) ? scheduler.User : null }
            .OfType<string>().Distinct(StringComparer.Ordinal);

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Distinct(StringComparer.Ordinal).Select(line => $"\n{line}"));
}
