using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>Whether files have copies that blame each other. Remembers what the last full answer was.</summary>
internal sealed class SplitBrainEvaluation
{
    private const int NamedFiles = 3;

    private readonly Cluster cluster;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private long split;
    private bool isKnown = true;

    private SplitBrainEvaluation(Cluster cluster, ReportBuilder report)
    {
        this.cluster = cluster;
        this.report = report;
        concern = report.For(GlusterSplitCheck.SplitBrain);
    }

    private Past Past => concern.Past;

    internal static void Evaluate(Cluster cluster, IReadOnlyList<VolumeHeal> heals, ReportBuilder report)
    {
        SplitBrainEvaluation evaluation = new(cluster, report);
        List<VolumeHeal> replicated = [.. heals.Where(heal => heal.Volume is { ReplicaCount: > 1, DisperseCount: 0, Status: VolumeStatus.Started })];
        foreach (VolumeHeal heal in replicated)
        {
            evaluation.EvaluateVolume(heal);
        }

        evaluation.concern.Record(GlusterSplitCheck.SplitFilesMetric, evaluation.isKnown || evaluation.split > 0 ? evaluation.split : null);
        evaluation.concern.Summary(replicated.Count == 0
            ? "no started replicated volume"
            : $"no file of {Words.Count(replicated.Count, "replicated volume")} is in split-brain");
    }

    private void EvaluateVolume(VolumeHeal heal)
    {
        string volume = heal.Volume.Name;
        if (heal.List is not { } read)
        {
            Settle(volume, 0);
            concern.Ok($"{volume} has no file in split-brain: all but one of the bricks of every replica set blame no other");
        }
        else if (read.Value is { Homeless: { Count: > 0 } homeless })
        {
            Carry(volume);
            split += homeless.Count;
            concern.Problem(
                report.Options.Measure(GlusterSplitCheck.SplitFilesMetric, homeless.Count).Status,
                GlusterHeadlines.SplitFiles.With("VOLUME", volume),
                $"{volume} has at least {Words.Count(homeless.Count, "file")} in split-brain: "
                    + $"{string.Join(", ", homeless.Take(NamedFiles))}; listed under bricks that 'gluster volume info' does not name");
        }
        else if (read.Value is not { Refusal: null } list)
        {
            PoolErrorEvaluation? why = read.Error is { } error ? PoolErrorEvaluation.Of(error, report.Options) : null;
            string refused = $"'{Command(volume)}' was refused: {read.Value?.Refusal}";
            NotDetermined(heal, why?.Sentence ?? refused, seen: 0, why?.Status.Or(Status.Warning) ?? Status.Warning, why?.IsOfLock == true);
        }
        else
        {
            EvaluateList(heal, list);
        }
    }

    private void EvaluateList(VolumeHeal heal, HealList list)
    {
        string volume = heal.Volume.Name;
        List<SplitFiles> sets = [.. heal.Volume.Sets.Select(set => SplitFiles.Of(heal, list, set)).Where(files => files.AtLeast > 0)];
        long here = sets.Sum(files => files.AtLeast);
        List<Brick> unasked = [.. heal.Volume.Bricks.Where(brick => ListOf(brick, list) is not { IsWhole: true })];
        if (unasked.Count == 0)
        {
            Settle(volume, here);
        }

        foreach (SplitFiles files in sets)
        {
            split += files.AtLeast;
            Metric metric = report.Options.Measure(GlusterSplitCheck.SplitFilesMetric, files.AtLeast);
            concern.Problem(
                metric.Status,
                GlusterHeadlines.SplitFiles.With("VOLUME", volume),
                Sentence(heal.Volume, files, unasked.Count == 0 && list.IsFinished ? "" : "at least ", list.IsLog));
        }

        if (!list.IsFinished)
        {
            NotDetermined(heal, $"the list of '{Command(volume)}' was not finished in time", here);
        }
        else if (unasked.Count > 0)
        {
            EvaluateGap(heal.Volume, list, unasked, here);
        }
        else if (here == 0)
        {
            concern.Ok($"{volume} has no file in split-brain: asked of all {heal.Volume.Bricks.Count} bricks");
        }
    }

    private string Sentence(Volume volume, SplitFiles files, string atLeast, bool isLog)
    {
        IEnumerable<string> named = files.Files.Take(report.Options.Verbosity > 0 ? int.MaxValue : NamedFiles).Select(file => file.ToString());
        long unnamed = files.AtLeast - Math.Min(files.AtLeast, report.Options.Verbosity > 0 ? files.Files.Count : NamedFiles);
        string more = unnamed > 0 ? $" and {unnamed} more" : "";
        string log = isLog ? "; this is the log of an old GlusterFS and may be stale: files healed since are still in it until the self-heal daemon restarts" : "";
        return $"{volume.NameOf(files.Set)} has {atLeast}{files.Count} in split-brain{Since(volume.Name)}: {string.Join(", ", named)}{more}{log}";
    }

    private static HealListBrick? ListOf(Brick brick, HealList list) => list.Bricks.FirstOrDefault(known => known.Name == brick.Name);

    /// <summary>What is missing for a full answer is told by another concern where it says that the brick is down.</summary>
    private void EvaluateGap(Volume volume, HealList list, List<Brick> unasked, long here)
    {
        isKnown &= here > 0;
        Carry(volume.Name);
        List<string> bricks = [.. unasked.Select(brick => $"{brick.Name} ({ListOf(brick, list)?.Status ?? "not in gluster's answer"})")];
        string gap = $"{(bricks.Count == 1 ? "brick" : "bricks")} {Words.First(bricks, 2)} cannot be asked";
        if (here == 0 && SaysStaysSplit(volume.Name, gap))
        {
            return;
        }

        string sentence = $"{volume.Name}: {gap}, so files in split-brain there are not seen{LastFullAnswer(volume.Name)}";
        List<Concern?> causes = [.. unasked.Select(brick => cluster.TellsThatIsDown(volume, brick))];
        Concern? cause = here > 0 || causes.Contains(null) ? null : causes[0];
        concern.Consequence(cause, Status.Warning, GlusterHeadlines.SplitUnseen.About(volume.Name), sentence);
    }

    /// <summary>A split-brain that was known and could not be asked for again stays what it was.</summary>
    private void NotDetermined(VolumeHeal heal, string reason, long seen, Status status = Status.Warning, bool isOfLock = false)
    {
        string volume = heal.Volume.Name;
        Carry(volume);
        isKnown = false;
        if (seen == 0 && SaysStaysSplit(volume, reason))
        {
            return;
        }

        long? pending = heal.Indices.Count == 0 || heal.Indices.Any(index => index.Pending is null) ? null : heal.Indices.Sum(index => index.Pending);
        string waiting = pending is { } count ? $", {count} pending on this server's bricks" : "";
        concern.Consequence(
            isOfLock ? GlusterSplitCheck.Peers : null,
            status,
            GlusterHeadlines.SplitNotDetermined.With("VOLUME", volume),
            $"{volume}: split-brain not determined{waiting}{LastFullAnswer(volume)}: {reason}");
    }

    private bool SaysStaysSplit(string volume, string reason)
    {
        if (Past.Number($"{volume}.split") is not ({ } known and > 0))
        {
            return false;
        }

        split += known;
        concern.Problem(
            report.Options.Measure(GlusterSplitCheck.SplitFilesMetric, known).Status,
            GlusterHeadlines.SplitStays.With("VOLUME", volume),
            $"{volume} had {Words.Count(known, "file")} in split-brain{Since(volume)}, and whether it still has is not "
                + $"determined{LastFullAnswer(volume)}: {reason}");
        return true;
    }

    private string LastFullAnswer(string volume) =>
        Past.Time($"{volume}.full") is { } time
            ? $", last full answer at {Words.Moment(time)} ({Past.Text($"{volume}.split") ?? "0"} in split-brain)"
            : ", no full answer known from before";

    private string Since(string volume) => Past.Time($"{volume}.since") is { } time && time < report.Now
        ? $" since {Words.Moment(time)} or longer"
        : "";

    private void Settle(string volume, long count)
    {
        concern.Remember($"{volume}.full", report.Now);
        concern.Remember($"{volume}.split", count);
        if (count > 0)
        {
            concern.Since($"{volume}.since");
        }
    }

    /// <summary>What is remembered of a volume stays when this run could not evaluate it whole.</summary>
    private void Carry(string volume)
    {
        foreach (string key in new[] { $"{volume}.full", $"{volume}.split", $"{volume}.since" })
        {
            if (Past.Text(key) is { } known)
            {
                concern.Remember(key, known);
            }
        }
    }

    private static string Command(string volume) => $"gluster volume heal {volume} info";
}
