using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>Asks glusterd for volumes, peers and processes: first what needs no lock, the rest only where a concern needs it.</summary>
internal static class ClusterProbe
{
    private const string OwnFile = "/var/lib/glusterd/glusterd.info";

    /// <summary>The first version whose heal commands know <c>--nolog</c> for sure, as glusterd writes it.</summary>
    private const int FirstWithNoLog = 70_000;

    private static readonly string[] Info = ["volume", "info"];
    private static readonly string[] PeerStatus = ["peer", "status"];
    private static readonly string[] State = ["volume", "status", "all"];
    private static readonly string[] Detail = ["volume", "status", "all", "detail"];
    private static readonly Read<IReadOnlyList<VolumeState>> NotAsked = Read<IReadOnlyList<VolumeState>>.Of([]);

    internal static Read<Cluster> Read(IWorld world, GlusterCommand gluster, Options options)
    {
        (string? ownId, int? version) = ReadOwn(world);
        gluster.KnowsNoLog = version >= FirstWithNoLog;
        IReadOnlyList<Answer> answers = gluster.AskLockFree(Info, PeerStatus);
        Read<IReadOnlyList<Volume>> volumes = gluster.ReadXml<IReadOnlyList<Volume>>(answers[0], "volume info", VolumeInfoParser.Parse);
        if (volumes.Value is not { } known)
        {
            return Read<Cluster>.Failed(volumes.Error!);
        }

        IReadOnlyList<string> wanted = options.Values(GlusterSplitCheck.VolumeOption);
        if (Missing(known, wanted) is { } missing)
        {
            return Read<Cluster>.Failed(missing);
        }

        IReadOnlyList<Volume> chosen = wanted.Count == 0 ? known : [.. known.Where(volume => wanted.Contains(volume.Name))];

        Cluster cluster = new(
            chosen,
            gluster.ReadXml<IReadOnlyList<Peer>>(answers[1], "peer status", PeerStatusParser.Parse),
            NotAsked,
            NotAsked,
            ownId,
            options.Judges(GlusterSplitCheck.Glusterd) ? StartsAtBoot(world) : null);
        return Read<Cluster>.Of(WantsStates(options) ? Asked(cluster, gluster, options) : cluster);
    }

    /// <summary>
    /// The same with what bricks and daemons do this moment: a brick that does not answer may have died since others asked.
    /// </summary>
    internal static Cluster WithStates(Cluster cluster, GlusterCommand gluster, Options options) =>
        WantsStates(options) ? cluster : cluster with { States = Ask(cluster, gluster, State, isAfresh: true) };

    private static bool WantsStates(Options options) =>
        options.Judges(GlusterSplitCheck.Peers) || options.Judges(GlusterSplitCheck.Bricks) || options.Judges(GlusterSplitCheck.Quorum);

    private static Cluster Asked(Cluster cluster, GlusterCommand gluster, Options options)
    {
        Read<IReadOnlyList<VolumeState>> states = Ask(cluster, gluster, State);
        return cluster with
        {
            States = states,
            Details = !options.Judges(GlusterSplitCheck.Bricks) ? NotAsked
                : states.Error is { } error ? Read<IReadOnlyList<VolumeState>>.Failed(error)
                : Ask(cluster, gluster, Detail),
        };
    }

    /// <summary>
    /// "all" leaves out a volume whose lock another command holds, and calls that a success. An answer without the bricks of a server that
    /// was out of reach is not for others: the server may be back when they read it.
    /// </summary>
    private static Read<IReadOnlyList<VolumeState>> Ask(Cluster cluster, GlusterCommand gluster, string[] words, bool isAfresh = false)
    {
        IEnumerable<string> started = Started(cluster).Select(volume => volume.Name);
        List<byte[]> marks = [.. started.Select(name => Encoding.UTF8.GetBytes($"<volName>{name}</volName>"))];
        return gluster.AskLocking(
            words,
            isXml: true,
            ReadStates,
            IsWhole,
            isAfresh,
            answer => IsWhole(answer) && HasEveryBrick(cluster, ReadStates(answer).Value));

        Read<IReadOnlyList<VolumeState>> ReadStates(Answer answer) =>
            gluster.ReadXml<IReadOnlyList<VolumeState>>(answer, string.Join(' ', words), VolumeStatusParser.Parse);

        bool IsWhole(Answer answer) =>
            answer.Bytes.Span.IndexOf("<volStatus>"u8) < 0 || marks.TrueForAll(mark => answer.Bytes.Span.IndexOf(mark) >= 0);
    }

    private static bool HasEveryBrick(Cluster cluster, IReadOnlyList<VolumeState>? states) =>
        states is not null && Started(cluster).All(volume =>
            states.FirstOrDefault(state => state.Volume == volume.Name) is { } state && volume.Bricks.All(brick => state.Of(brick) is not null));

    private static IEnumerable<Volume> Started(Cluster cluster) => cluster.Volumes.Where(volume => volume.Status == VolumeStatus.Started);

    /// <summary>By the links that chkconfig, update-rc.d and systemctl make.</summary>
    private static bool? StartsAtBoot(IWorld world)
    {
        FilesQuestion links = new("/etc/rc3.d/S*glusterd", "/etc/systemd/system/*.wants/glusterd.service") { FollowsLinks = true };
        return world.Ask(links).Outcome switch
        {
            Outcome.Answered => true,
            Outcome.Missing => false,
            _ => null,
        };
    }

    private static ProbeError? Missing(IReadOnlyList<Volume> all, IReadOnlyList<string> wanted)
    {
        string names = all.Count == 0 ? "it has none" : $"it has {string.Join(", ", all.Select(volume => volume.Name))}";
        string? unknown = wanted.FirstOrDefault(name => all.All(volume => volume.Name != name));
        return unknown is not null ? new ProbeError($"volume '{unknown}' (--volume)", ProbeErrorKind.Missing, $"; {names}")
            : all.Count == 0 ? new ProbeError("volume", ProbeErrorKind.Missing, ", so there is nothing to judge")
            : null;
    }

    /// <summary>This server's UUID and the version of the pool, from the file that glusterd keeps.</summary>
    private static (string? Id, int? Version) ReadOwn(IWorld world)
    {
        string? id = null;
        int? version = null;
        world.Read(new FilesQuestion(OwnFile), (_, content, _) =>
        {
            foreach (string line in Encoding.UTF8.GetString(content).Split('\n'))
            {
                string[] pair = line.Split('=', 2);
                id = pair is ["UUID", { Length: > 0 } own] ? own.Trim() : id;
                version = pair is ["operating-version", var number] ? GlusterXml.Number(number.Trim()) : version;
            }
        });
        return (id, version);
    }
}
