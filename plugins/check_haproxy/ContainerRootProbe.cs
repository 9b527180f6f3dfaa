using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Asks whether a container's files can be looked at: its root may lie on storage where no look ends.</summary>
internal static class ContainerRootProbe
{
    /// <summary>Asks about the root of a place's container.</summary>
    /// <returns>Why its files cannot be looked at; null when they can, and for this machine.</returns>
    internal static ProbeError? Read(IWorld world, Place place) =>
        place.Root is { } root
        && ProbeError.Of($"the root of container {place.Container}", world.Ask(new MountQuestion(root))) is { IsUnresponsive: true } error
            ? error
            : null;
}
