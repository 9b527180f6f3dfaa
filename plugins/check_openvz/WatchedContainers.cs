namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>The containers whose services are evaluated.</summary>
internal static class WatchedContainers
{
    internal const string Asterisk = "asterisk";

    /// <summary>
    /// Those that run, are not about to stop or start, are not ignored, and whose services are known, in the order of their ids.
    /// </summary>
    internal static IEnumerable<ContainerProcesses> Of(OpenvzSettings settings, NodeReading reading)
    {
        HashSet<string> hidden = [.. Hidden(settings, reading)];
        return Alive(settings, reading).Where(container => !reading.ComesOrGoes(container.Id) && !hidden.Contains(container.Id));
    }

    /// <summary>
    /// The ids of those that run and may be any of the containers that <c>--container</c> names and nothing else tells: their configs
    /// cannot be read.
    /// </summary>
    internal static IEnumerable<string> Hidden(OpenvzSettings settings, NodeReading reading) =>
        UnknownNames(settings, reading).Any()
            ? Alive(settings, reading).Select(container => container.Id)
                .Where(id => reading.HidesName(id) && !settings.Services.SpecialContainers.Contains(id))
            : [];

    /// <summary>The names that <c>--container</c> gives and no container is known to have, while configs cannot be read.</summary>
    internal static IEnumerable<string> UnknownNames(OpenvzSettings settings, NodeReading reading) =>
        reading is { ConfigError: null, DanglingConfigs.Count: 0 } ? []
        : settings.Services.SpecialContainers.Where(special => !ContainerId.IsOne(special) && reading.Called(special).Count == 0);

    /// <summary>The ids of those that run and are about to stop or start.</summary>
    internal static IEnumerable<string> LeftOut(OpenvzSettings settings, NodeReading reading) =>
        Alive(settings, reading).Select(container => container.Id).Where(reading.ComesOrGoes);

    private static IEnumerable<ContainerProcesses> Alive(OpenvzSettings settings, NodeReading reading)
    {
        HashSet<string> wanted = [.. reading.Expected!.Ids];
        return reading.Running(settings)
            .Where(container => !container.IsFrozen && (wanted.Count == 0 || wanted.Contains(container.Id) || settings.Manifest is null))
            .OrderBy(container => container.Id, ContainerId.InOrder);
    }

    /// <summary>Those among them that must have an Asterisk, and in which one runs.</summary>
    internal static IEnumerable<ContainerProcesses> WithAsterisk(OpenvzSettings settings, NodeReading reading) =>
        Of(settings, reading).Where(container => AsterisksOf(settings, reading, container).Length > 0);

    /// <summary>The node's pids of the Asterisks that a container must have, without remote consoles.</summary>
    internal static int[] AsterisksOf(OpenvzSettings settings, NodeReading reading, ContainerProcesses container) =>
        settings.Services.Of(container.Id, reading.NameOf(container.Id)).FirstOrDefault(service => service.Name == Asterisk) is { } service
            ? container.PidsOf(settings.Services.IndexesOf(service))
            : [];
}
