using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Whether the mounts of gluster volumes are there, of the right type, writable and answering; remembers since when one is not.
/// </summary>
internal static class MountsEvaluation
{
    internal static void Evaluate(Read<IReadOnlyList<MountReading>> read, ReportBuilder report)
    {
        ConcernReport concern = report.For(GlusterSplitCheck.Mounts);
        if (read.Error is { } error)
        {
            concern.Record(GlusterSplitCheck.MountsUnresponsive, null);
            concern.Problem(Status.Unknown, GlusterHeadlines.MountsUnread, $"{error.Subject} cannot be read from {error.Detail}");
        }
        else if (read.Value is { Count: > 0 } mounts)
        {
            EvaluateMounts(mounts, concern);
        }
        else
        {
            const string Nothing = "/etc/fstab mounts nothing from gluster and nothing is mounted";
            concern.Record(GlusterSplitCheck.MountsUnresponsive, 0);
            concern.Ok($"no mount is expected: {Nothing}");
            report.Note($"mounts not watched: {Nothing}; name what should be with --mount");
        }
    }

    private static void EvaluateMounts(IReadOnlyList<MountReading> mounts, ConcernReport concern)
    {
        concern.RememberThisRun();
        foreach (MountReading mount in mounts)
        {
            (Status status, HeadlineKind? kind, string sentence) = Verdict(mount);
            if (kind is null)
            {
                concern.Ok(sentence);
                continue;
            }

            concern.Problem(
                status, kind.With("PATH", mount.Expected.Path), sentence + (status == Status.Critical ? Since(mount, concern) : ""));
        }

        concern.Measure(GlusterSplitCheck.MountsUnresponsive, mounts.Count(IsSilent), maximum: mounts.Count);
        int idle = mounts.Count(mount => mount.IsIdle);
        int answering = mounts.Count - idle;
        string onDemand = idle == 0 ? "" : $", {idle} mounted on demand and idle";
        concern.Summary($"{Words.Count(answering, "mount")} {(answering == 1 ? "answers" : "answer")}{onDemand}");
    }

    private static bool IsSilent(MountReading mount) => mount.Error is { IsUnresponsive: true };

    /// <summary>Since when the mount is in trouble: the kernel's word where a question hangs, else when a check first saw it.</summary>
    private static string Since(MountReading mount, ConcernReport concern)
    {
        string path = mount.Expected.Path;
        DateTimeOffset since = concern.Since(path);
        if (mount.Error?.Since is { } hangs && hangs < since)
        {
            since = hangs;
            concern.Remember(path, since);
        }

        return since < concern.Now ? $" (since {Words.Moment(since)} or longer)" : "";
    }

    private static (Status Status, HeadlineKind? Kind, string Sentence) Verdict(MountReading mount) =>
        mount switch
        {
            { Mounted: null } => (Status.Critical, GlusterHeadlines.NotMounted, NotMounted(mount.Expected)),
            { IsIdle: true } => (Status.Ok, null, $"{mount.Expected.Path} is mounted when somebody needs it, and nobody does"),
            { Mounted: { } other } when ExpectedMount.NormalType(other.Type) != mount.Expected.Type =>
                (
                    Status.Critical,
                    GlusterHeadlines.WrongMount,
                    $"{mount.Expected.Path} is mounted as {other.Type} from {other.Source}, and {mount.Expected.From} asks for {mount.Expected.Type}"),
            { Mounted: { } other, Expected.Source: { } source } when IsOther(mount, other, source) =>
                (
                    Status.Critical,
                    GlusterHeadlines.WrongMount,
                    $"{mount.Expected.Path} is mounted from {other.Source}, and {mount.Expected.From} asks for {source}"),
            { Mounted: { } there, Error: { } error } => Describe(there, error),
            { Mounted: { IsReadOnly: true } there, Expected.MayBeReadOnly: false } =>
                (
                    Status.Critical,
                    GlusterHeadlines.MountReadOnly,
                    $"{there.Path} ({there.Source}) is mounted read-only: nothing on it can be written"),
            { Mounted: { } there, Expected.Required: { } required }
                when SmallDifference(mount, there, required) is { Kind: not null } found => found,
            _ => (Status.Ok, null, $"{mount.Expected.Path} ({mount.Mounted!.Source}) is mounted and answers"),
        };

    /// <summary>
    /// Whether something else is mounted. An option knows servers by name and address; from GlusterFS 9 on fstab may name several.
    /// </summary>
    private static bool IsOther(MountReading reading, Mount mounted, string source)
    {
        if (reading.Expected.Required is not { } required)
        {
            return !IsSame(mounted.Source, source);
        }

        ServerNames names = new(mounted, reading.Hosts);
        return !required.IsVolumeOf(mounted) || (names.PlaceIn(required.Servers) < 0 && names.MayBe(required.Servers) is null);
    }

    /// <summary>
    /// What is right and answers, but not from the preferred server, or without an option; no kind when there is nothing.
    /// </summary>
    private static (Status Status, HeadlineKind? Kind, string Sentence) SmallDifference(
        MountReading reading, Mount there, RequiredMount required)
    {
        string name = $"{there.Path} ({there.Source})";
        ServerNames names = new(there, reading.Hosts);
        int place = required.Servers.Count == 0 ? 0 : names.PlaceIn(required.Servers);
        string preferred = required.Servers.Count == 0 ? "" : required.Servers[0].Name;
        return place > 0 ? (
                Status.Warning,
                GlusterHeadlines.AlternateServer,
                $"{name} is served by the alternate server {required.Servers[place].Name}, not by {preferred}")
            : place < 0 ? (
                Status.Unknown,
                GlusterHeadlines.ServerUnknown,
                $"whether {name} is served by {preferred} is not known; cure: name both in --mount, such as "
                    + names.MayBe(required.Servers))
            : required.Difference(there) is { } difference ? (
                Status.Warning, GlusterHeadlines.MountOptions, $"{name} is mounted {difference}")
            : (Status.Ok, null, "");
    }

    private static string NotMounted(ExpectedMount expected) =>
        $"{expected.Path} is not mounted{(expected.Source is null ? "" : $" ({expected.Source})")}, and {expected.From} asks for it: what is written there now lands on the local disk";

    private static (Status Status, HeadlineKind Kind, string Sentence) Describe(Mount there, ProbeError error)
    {
        string name = error.Subject;
        return error.Kind switch
        {
            ProbeErrorKind.Malformed => (
                Status.Unknown, GlusterHeadlines.MountUnknown, $"{name} gave an answer that cannot be read"),
            ProbeErrorKind.Unresponsive => (
                Status.Critical, GlusterHeadlines.MountSilent, $"{name} does not answer ({error.Detail}): whoever touches it hangs"),
            ProbeErrorKind.StillUnresponsive => (
                Status.Critical,
                GlusterHeadlines.MountSilent,
                $"{name} does not answer (an earlier check still hangs on it): whoever touches it hangs"),
            ProbeErrorKind.Denied => (Status.Unknown, GlusterHeadlines.MountDenied, $"{name} may not be asked: {error.Detail}"),
            ProbeErrorKind.NotAsked => (
                Status.Unknown, GlusterHeadlines.MountNotTried, $"whether {name} answers cannot be tried: {error.Detail}"),
            _ when error.Detail.StartsWith("Transport endpoint is not connected", StringComparison.Ordinal) => (
                Status.Critical,
                GlusterHeadlines.ClientLost,
                $"{name} has lost its client process ({error.Detail}): umount -l {there.Path}, then mount it again"),
            _ => (Status.Critical, GlusterHeadlines.MountError, $"{name} answers with an error: {error.Detail}"),
        };
    }

    /// <summary>
    /// HOST:VOLUME and HOST:/VOLUME are the same. From GlusterFS 9 on fstab may name several servers, HOST,HOST:/VOLUME, of which one
    /// answered.
    /// </summary>
    private static bool IsSame(string mounted, string expected)
    {
        (string host, string volume) = Parts(mounted);
        (string hosts, string wanted) = Parts(expected);
        return volume == wanted && (host == hosts || hosts.Split(',').Contains(host));
    }

    private static (string Host, string Volume) Parts(string source)
    {
        int colon = source.LastIndexOf(":/", StringComparison.Ordinal) is > 0 and { } at ? at : source.LastIndexOf(':');
        return (source[..Math.Max(colon, 0)], source[(colon + 1)..].Trim('/'));
    }
}
