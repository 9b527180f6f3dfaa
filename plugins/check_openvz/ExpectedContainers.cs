using Ringfree.Monitoring.Plugin;
namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Why it is not known which containers should run.</summary>
/// <param name="Kind">The headline's kind.</param>
/// <param name="Sentence">The reason, with the cure.</param>
internal sealed record UnknownReason(HeadlineKind Kind, string Sentence);

/// <summary>Which containers should run on this node.</summary>
/// <param name="Ids">In the order of their importance: that of the manifest, else that of their ids.</param>
/// <param name="Reason">Who says so, as half a sentence: "ONBOOT", "manifest /etc/vz/here".</param>
/// <param name="WhyUnknown">Why that cannot be known; null when it is.</param>
/// <param name="Notes">What a reader should know of how they were found.</param>
internal sealed record ExpectedContainers(IReadOnlyList<string> Ids, string Reason, UnknownReason? WhyUnknown, IReadOnlyList<string> Notes)
{
    /// <summary>What of the manifest or the options names no container, or several; the others are judged.</summary>
    internal IReadOnlyList<UnknownReason> Doubts { get; private init; } = [];

    internal static ExpectedContainers Find(OpenvzSettings settings, NodeReading reading)
    {
        HashSet<string> ids = [];
        List<string> notes = [];
        NamedContainers named = new(reading);
        UnknownReason? whyUnknown = settings.Manifest is { } file
            ? AddFromManifest(ids, notes, file, reading, named)
            : AddFromConfigs(ids, notes, settings, reading);
        foreach (string expected in settings.Expected)
        {
            bool isGone = reading is { ConfigError: null } && reading.Called(expected).Count == 0;
            ids.UnionWith(isGone ? [expected] : named.Of(expected, $"--expect has '{expected}'"));
        }

        if (settings.Expected.Count > 0 && settings.Manifest is null && whyUnknown is not null)
        {
            notes.Add($"only what --expect names is judged: {whyUnknown.Sentence}");
            whyUnknown = null;
        }

        foreach (string ignored in settings.Ignored)
        {
            string id = reading.IdOf(ignored);
            if (!ids.Remove(id) && !reading.Configs.ContainsKey(id) && reading is { ConfigError: null, DanglingConfigs.Count: 0 })
            {
                notes.Add($"--ignore '{ignored}' names no container of this node");
            }
        }

        notes.AddRange(NamedContainers.Twice(reading));
        if (whyUnknown is null && ids.Count == 0)
        {
            string none = settings.Manifest is { } manifest
                ? $"no container is expected to run here: the manifest '{manifest}' names none; cure: write one CTID a line into it"
                : $"no container is expected to run here: no config in {settings.Root}{ContainerConfig.Folder} has ONBOOT=\"yes\"; cure: "
                    + "name this node's containers with --manifest FILE (one CTID a line) or --expect CTID";
            whyUnknown = new UnknownReason(ContainersHeadlines.NoneExpected, none);
        }

        string reason = settings.Manifest is { } path ? $"manifest {path}" : "ONBOOT";
        IEnumerable<string> ranked = settings.Manifest is null
            ? ids.Order(ContainerId.InOrder)
            : (reading.Manifest ?? []).Select(reading.IdOf).Where(ids.Contains).Union(ids);
        return new ExpectedContainers([.. ranked], reason, whyUnknown, notes) { Doubts = named.Doubts };
    }

    /// <summary>Whether the owners of containers tell which of them should run here.</summary>
    internal static bool DependOnOwners(OpenvzSettings settings, NodeReading reading) =>
        settings.Manifest is null && reading is { ConfigError: null, ConfigsAreShared: false }
        && reading.Configs.Values.Any(config => config is { StartsOnBoot: true, IsOfVersion7: true });

    /// <summary>Those without a process that the kernel does not hold, though they exist: a checkpoint may be why.</summary>
    internal IEnumerable<string> MayBeSuspended(NodeReading reading) => WhyUnknown is not null ? [] : Ids.Where(id =>
        !reading.Scan!.Containers.ContainsKey(id) && !reading.HeldByKernel.Contains(id)
        && (reading.Configs.ContainsKey(id) || reading.ConfigError is not null));

    private static UnknownReason? AddFromManifest(
        HashSet<string> ids, List<string> notes, string manifest, NodeReading reading, NamedContainers named)
    {
        foreach (string line in reading.Manifest ?? [])
        {
            ids.UnionWith(named.Of(line, $"the manifest '{manifest}' has '{line}'"));
        }

        if (reading.ConfigError is { } error)
        {
            notes.Add(reading.Remembered.Names.Count > 0
                ? $"names of containers are those of earlier runs: {Sentences.Why(error)}"
                : $"names of containers are not known: {Sentences.Why(error)}");
        }

        return reading.ManifestError is { } unread
            ? new UnknownReason(ContainersHeadlines.ManifestWrong, $"{unread.Subject} cannot be read: {Sentences.Why(unread)}")
            : ids.Count == 0 && named.Doubts.Count > 0 ? named.Doubts[0]
            : null;
    }

    private static UnknownReason? AddFromConfigs(HashSet<string> ids, List<string> notes, OpenvzSettings settings, NodeReading reading)
    {
        if (reading.ConfigError is { } error)
        {
            return new UnknownReason(
                ContainersHeadlines.ExpectedUnread,
                $"what should run here is not known: {error.Subject} cannot be read: {Sentences.Why(error)}");
        }

        if (reading.ConfigsAreShared)
        {
            return new UnknownReason(
                ContainersHeadlines.ExpectedUnknown,
                $"what should run here is not known: the container configs in {settings.Root}{ContainerConfig.Folder} lie on storage that "
                    + "other nodes share, so their ONBOOT says nothing of this node; cure: name this node's containers with --manifest "
                    + "FILE (one CTID a line)");
        }

        HashSet<string> elsewhere = DependOnOwners(settings, reading) ? OwnedElsewhere(notes, settings, reading) : [];
        ids.UnionWith(reading.DanglingConfigs.Keys);
        foreach (ContainerConfig config in reading.Configs.Values.Where(config => config.StartsOnBoot && !elsewhere.Contains(config.Id)))
        {
            ids.Add(config.Id);
        }

        return null;
    }

    /// <summary>
    /// On OpenVZ 7 a container on shared storage belongs to the node whose id its .owner holds. Where a node keeps its own id is not
    /// documented: it is the one of the containers that run here, unless an option tells it.
    /// </summary>
    private static HashSet<string> OwnedElsewhere(List<string> notes, OpenvzSettings settings, NodeReading reading)
    {
        string? own = settings.Owner;
        foreach (ContainerConfig config in reading.Configs.Values)
        {
            if (own is null && reading.Scan!.Containers.GetValueOrDefault(config.Id) is { Init: > 0 })
            {
                own = reading.Owners.GetValueOrDefault(config.Id);
            }
        }

        if (own is null && reading.Owners.Count > 0)
        {
            notes.Add("whose containers these are is not known: none with an .owner runs here; tell this node's id with --owner");
        }

        return own is null ? [] : [.. reading.Owners.Where(owner => owner.Value != own).Select(owner => owner.Key)];
    }
}
