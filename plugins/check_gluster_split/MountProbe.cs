using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>A mount that should be there.</summary>
/// <param name="Path">Where, in its normal form.</param>
/// <param name="Type"><c>glusterfs</c> or <c>nfs</c>.</param>
/// <param name="Source">What should be mounted; null when it does not matter.</param>
/// <param name="From">Who says so: "--mount", "/etc/fstab", or "it is mounted".</param>
/// <param name="MayBeReadOnly">Whether it is mounted read-only on purpose.</param>
internal sealed record ExpectedMount(string Path, string Type, string? Source, string From, bool MayBeReadOnly = false)
{
    internal const string Gluster = RequiredMount.Gluster;
    internal const string Nfs = RequiredMount.Nfs;

    /// <summary>What the option asks for; null where it does not.</summary>
    internal RequiredMount? Required { get; private init; }

    internal static ExpectedMount Of(RequiredMount mount) =>
        new(mount.Path, RequiredMount.NormalType(mount.Type), mount.Source, "--mount", mount.MayBeReadOnly)
        {
            Required = mount,
        };

    /// <summary>One word for the spellings of a type that this check knows; null for any other.</summary>
    internal static string? NormalType(string type) => RequiredMount.NormalType(type) is (Gluster or Nfs) and var known ? known : null;
}

/// <summary>What was read of one mount.</summary>
/// <param name="Expected">What should be.</param>
/// <param name="Mounted">What is; null when nothing is mounted there.</param>
/// <param name="Error">Why it does not answer; null when it does, and when nothing was asked.</param>
internal sealed record MountReading(ExpectedMount Expected, Mount? Mounted, ProbeError? Error)
{
    /// <summary>Lines of /etc/hosts, read where names alone do not tell by which server it is served.</summary>
    internal IReadOnlyList<string[]> Hosts { get; init; } = [];

    /// <summary>Whether the kernel mounts it when somebody needs it, and nobody does. A question would mount it.</summary>
    internal bool IsIdle => IsOnDemand(Mounted);

    internal static bool IsOnDemand(Mount? mount) => mount is { Type: "autofs" };
}

/// <summary>Asks the kernel what is mounted, and each mount for an answer, in children that are left alone when it hangs.</summary>
internal static class MountProbe
{
    private const string KernelTable = "/proc/self/mountinfo";
    private const string Fstab = "/etc/fstab";
    private const string VolumesFolder = "/var/lib/glusterd/vols";

    /// <summary>Mounts that gluster makes for itself, and takes away again.</summary>
    private static readonly string[] OwnMounts = ["/run/gluster/", "/var/run/gluster/", "/tmp/gsyncd-aux-mount"];

    internal static Read<IReadOnlyList<MountReading>> Read(IWorld world, IReadOnlyList<ExpectedMount> named)
    {
        (byte[]? table, string reason) = ReadFile(world, KernelTable);
        if (table is null)
        {
            return Read<IReadOnlyList<MountReading>>.Failed(
                new ProbeError("the mounts of this machine", ProbeErrorKind.Failed, $"{KernelTable}: {reason}"));
        }

        IReadOnlyDictionary<string, Mount> mounted = MountTable.ParseMountInfo(table);
        List<ExpectedMount> expected = [.. Expected(world, named, mounted.Values)];
        List<Mount?> found = [.. expected.Select(mount => Names(mount.Path).Select(mounted.GetValueOrDefault).FirstOrDefault(one => one is not null))];
        IReadOnlyList<Answer> answers = world.AskTogether([.. found.Where(IsAsked).Select(mount => new MountQuestion(mount!.Path))]);
        List<MountReading> readings = [];
        int next = 0;
        for (int index = 0; index < expected.Count; index++)
        {
            ProbeError? error = IsAsked(found[index]) ? ErrorOf(found[index]!, answers[next++]) : null;
            readings.Add(new MountReading(expected[index], found[index], error) { Hosts = ReadHosts(world, expected[index], found[index]) });
        }

        return Read<IReadOnlyList<MountReading>>.Of(readings);
    }

    private static bool IsAsked(Mount? mount) => mount is not null && !MountReading.IsOnDemand(mount);

    // fstab may say /var/run where that is a link to /run; the kernel's table has the place itself.
    private static IEnumerable<string> Names(string path)
    {
        const string Link = "/var/run/";
        yield return path;
        if (path.StartsWith(Link, StringComparison.Ordinal))
        {
            yield return $"/run/{path[Link.Length..]}";
        }
    }

    private static ProbeError? ErrorOf(Mount mount, Answer answer) =>
        answer.Outcome == Outcome.Answered && MountStatus.Parse(answer) is not null
            ? null
            : ProbeError.Of($"{mount.Path} ({mount.Source})", answer);

    private static Dictionary<string, ExpectedMount>.ValueCollection Expected(IWorld world, IReadOnlyList<ExpectedMount> named, IEnumerable<Mount> mounted)
    {
        Dictionary<string, ExpectedMount> expected = new(StringComparer.Ordinal);
        foreach (ExpectedMount mount in named)
        {
            expected[mount.Path] = mount;
        }

        foreach (Mount mount in FromFstab(world))
        {
            string type = ExpectedMount.NormalType(mount.Type)!;
            expected.TryAdd(mount.Path, new ExpectedMount(mount.Path, type, mount.Source, Fstab, mount.IsReadOnly));
        }

        foreach (Mount mount in mounted.Where(mount => ExpectedMount.NormalType(mount.Type) == ExpectedMount.Gluster && !Array.Exists(OwnMounts, own => mount.Path.StartsWith(own, StringComparison.Ordinal))))
        {
            expected.TryAdd(mount.Path, new ExpectedMount(mount.Path, ExpectedMount.Gluster, null, "it is mounted"));
        }

        return expected.Values;
    }

    /// <summary>An NFS mount is gluster's when what it mounts is a volume that this server knows.</summary>
    private static IEnumerable<Mount> FromFstab(IWorld world)
    {
        (byte[]? table, _) = ReadFile(world, Fstab);
        IReadOnlyList<Mount> all = table is null ? [] : MountTable.ParseFstab(table);
        HashSet<string> volumes = [];
        if (all.Any(mount => ExpectedMount.NormalType(mount.Type) == ExpectedMount.Nfs))
        {
            volumes = [.. FolderListing.Parse(world.Ask(new FolderQuestion(VolumesFolder))).Select(entry => entry.Name)];
        }

        return all.Where(mount => ExpectedMount.NormalType(mount.Type) switch
        {
            ExpectedMount.Gluster => true,
            ExpectedMount.Nfs => volumes.Contains(VolumeOf(mount.Source)),
            _ => false,
        });
    }

    /// <summary>HOST:/VOLUME/FOLDER, with or without the slashes.</summary>
    private static string VolumeOf(string source) => source[(source.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim('/').Split('/')[0];

    private static IReadOnlyList<string[]> ReadHosts(IWorld world, ExpectedMount expected, Mount? mounted) =>
        expected.Required is { } required && mounted is not null && ServerNames.NeedHosts(required, mounted)
            && ReadFile(world, "/etc/hosts").Bytes is { } table
            ? ServerNames.ParseHosts(table)
            : [];

    private static (byte[]? Bytes, string Reason) ReadFile(IWorld world, string path)
    {
        byte[]? bytes = null;
        string? failure = null;
        Answer answer = world.Read(new FilesQuestion(path) { LargestFile = 4 * 1024 * 1024 }, (_, content, reason) =>
        {
            bytes = reason is null ? content.ToArray() : null;
            failure = reason;
        });
        return (bytes, failure ?? (answer.Reason.Length > 0 ? answer.Reason : "it does not exist"));
    }
}
