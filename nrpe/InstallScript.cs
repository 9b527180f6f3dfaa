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

    internal static string Text(EstateHost host, Agent agent, IReadOnlyList<PluginCall> calls, IEnumerable<NodeFile> files) => $"""
        # The plugins and the agent are on the host before; this is the rest.
        host={host.Name}
        user={agent.User}
        unit={agent.Unit}
        pid_file={agent.PidFile}

        # What the agent runs, what of it runs as root, and how.
        programs='{Lines(calls.Select(call => call.Words[0]))}'
        programs_as_root='{Lines(calls.Where(call => call.AsRoot).Select(call => call.Words[0]))}'
        as_root='{Lines(calls.Where(call => call.AsRoot).Select(call => string.Join(' ', call.Words)))}'

        # FILE MODE PLACE
        files='{Lines(files.Select(file => $"{file.Name} {file.Mode} {file.Place}"))}'

        {Body.Value}
        """;

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Distinct(StringComparer.Ordinal).Select(line => $"\n{line}"));
}
