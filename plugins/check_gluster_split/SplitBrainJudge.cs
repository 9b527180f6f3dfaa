using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>Judges whether files have copies that blame each other, and remembers what the last full answer was.</summary>
internal sealed class SplitBrainJudge
{
    private const int NamedFiles = 3;

    private readonly CheckRun run;
    private readonly List<Finding> findings;
    private readonly Dictionary<string, string> remembered = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> past;
    private long split;
    private bool isKnown = true;

    private SplitBrainJudge(CheckRun run, List<Finding> findings)
    {
        this.run = run;
        this.findings = findings;
        past = run.Memory.Past(GlusterSplitCheck.SplitBrain);
    }

    internal static string Judge(IReadOnlyList<VolumeHeal> heals, CheckRun run, List<Finding> findings, List<Metric> metrics)
    {
        SplitBrainJudge judge = new(run, findings);
        List<VolumeHeal> replicated = [.. heals.Where(heal => heal.Volume is { ReplicaCount: > 1, DisperseCount: 0, Status: VolumeStatus.Started })];
        foreach (VolumeHeal heal in replicated)
        {
            judge.JudgeVolume(heal);
        }

        metrics.Add(run.Options.Measure(GlusterSplitCheck.SplitFilesMetric, judge.isKnown || judge.split > 0 ? judge.split : null, 0));
        if (judge.remembered.Count > 0)
        {
            run.Memory.Remember(GlusterSplitCheck.SplitBrain, judge.remembered);
        }

        string summary = replicated.Count == 0 ? "no started replicated volume" : $"no file of {Words.Count(replicated.Count, "replicated volume")} is in split-brain";
        if (replicated.Count == 0)
        {
            judge.Add(Status.Ok, summary);
        }

        return summary;
    }

    private void JudgeVolume(VolumeHeal heal)
    {
        string volume = heal.Volume.Name;
        if (heal.List is not { } read)
        {
            Settle(volume, 0);
            Add(Status.Ok, $"{volume} has no file in split-brain: all but one of the bricks of every replica set blame no other");
        }
        else if (read.Value is not { Refusal: null } list)
        {
            NotDetermined(heal, read.Trouble?.Sentence ?? $"'{Command(volume)}' was refused: {read.Value!.Refusal}", seen: 0);
        }
        else
        {
            JudgeList(heal, list);
        }
    }

    private void JudgeList(VolumeHeal heal, HealList list)
    {
        string volume = heal.Volume.Name;
        List<SplitFiles> sets = [.. heal.Volume.Sets.Select(set => SplitFiles.Of(heal, list, set)).Where(files => files.AtLeast > 0)];
        long here = sets.Sum(files => files.AtLeast);
        string gap = Gap(heal.Volume, list);
        if (gap.Length == 0)
        {
            Settle(volume, here);
        }

        foreach (SplitFiles files in sets)
        {
            split += files.AtLeast;
            Metric metric = run.Options.Measure(GlusterSplitCheck.SplitFilesMetric, files.AtLeast);
            Add(metric.Status, Sentence(heal.Volume, files, gap.Length == 0 && list.IsFinished ? "" : "at least ", list.IsLog));
        }

        if (!list.IsFinished)
        {
            NotDetermined(heal, $"the list of '{Command(volume)}' was not finished in time", here);
        }
        else if (gap.Length > 0)
        {
            isKnown &= here > 0;
            Carry(volume);
            Add(Status.Warning, $"{volume}: {gap}, so files in split-brain there are not seen{LastFullAnswer(volume)}");
        }
        else if (here == 0)
        {
            Add(Status.Ok, $"{volume} has no file in split-brain: asked of all {heal.Volume.Bricks.Count} bricks");
        }
    }

    private string Sentence(Volume volume, SplitFiles files, string atLeast, bool isLog)
    {
        IEnumerable<string> named = files.Files.Take(run.Options.Verbosity > 0 ? int.MaxValue : NamedFiles).Select(file => file.ToString());
        long unnamed = files.AtLeast - Math.Min(files.AtLeast, run.Options.Verbosity > 0 ? files.Files.Count : NamedFiles);
        string more = unnamed > 0 ? $" and {unnamed} more" : "";
        string log = isLog ? "; this is the log of an old GlusterFS and may be stale: files healed since are still in it until the self-heal daemon restarts" : "";
        return $"{volume.NameOf(files.Set)} has {atLeast}{files.Count} in split-brain{Since(volume.Name)}: {string.Join(", ", named)}{more}{log}";
    }

    /// <summary>What is missing for a full answer: bricks without a list.</summary>
    private static string Gap(Volume volume, HealList list)
    {
        List<string> missing = [];
        foreach (Brick brick in volume.Bricks)
        {
            HealListBrick? known = list.Bricks.FirstOrDefault(candidate => candidate.Name == brick.Name);
            if (known is not { IsWhole: true })
            {
                missing.Add($"{brick.Name} ({known?.Status ?? "not in gluster's answer"})");
            }
        }

        return missing.Count == 0 ? ""
            : $"{(missing.Count == 1 ? "brick" : "bricks")} {string.Join(", ", missing.Take(2))}{(missing.Count > 2 ? $" and {missing.Count - 2} more" : "")} cannot be asked";
    }

    /// <summary>A split-brain that was known and could not be asked for again stays what it was.</summary>
    private void NotDetermined(VolumeHeal heal, string reason, long seen)
    {
        string volume = heal.Volume.Name;
        Carry(volume);
        isKnown = false;
        if (seen == 0 && long.TryParse(past.GetValueOrDefault($"{volume}.split"), CultureInfo.InvariantCulture, out long known) && known > 0)
        {
            split += known;
            Add(
                run.Options.Measure(GlusterSplitCheck.SplitFilesMetric, known).Status,
                $"{volume} had {Words.Count(known, "file")} in split-brain{Since(volume)}, and whether it still has is not determined{LastFullAnswer(volume)}: {reason}");
            return;
        }

        long? pending = heal.Indices.Count == 0 || heal.Indices.Any(index => index.Pending is null) ? null : heal.Indices.Sum(index => index.Pending);
        string waiting = pending is { } count ? $", {count} pending on this server's bricks" : "";
        Status status = heal.List is { Value: null, Trouble: { } trouble } ? trouble.Status.Or(Status.Warning) : Status.Warning;
        Add(status, $"{volume}: split-brain not determined{waiting}{LastFullAnswer(volume)}: {reason}");
    }

    private string LastFullAnswer(string volume) =>
        MemoryTime.Of(past, $"{volume}.full") is { } time
            ? $", last full answer at {Words.Moment(time)} ({past.GetValueOrDefault($"{volume}.split", "0")} in split-brain)"
            : ", no full answer known from before";

    private string Since(string volume) =>
        MemoryTime.Parse(remembered.GetValueOrDefault($"{volume}.since") ?? past.GetValueOrDefault($"{volume}.since")) is { } time && time < run.World.Now
            ? $" since {Words.Moment(time)} or longer"
            : "";

    private void Settle(string volume, long count)
    {
        string now = MemoryTime.Print(run.World.Now);
        remembered[$"{volume}.full"] = now;
        remembered[$"{volume}.split"] = count.ToString(CultureInfo.InvariantCulture);
        if (count > 0)
        {
            remembered[$"{volume}.since"] = past.GetValueOrDefault($"{volume}.since") ?? now;
        }
    }

    /// <summary>What is remembered of a volume stays when this run could not judge it whole.</summary>
    private void Carry(string volume)
    {
        foreach (string key in new[] { $"{volume}.full", $"{volume}.split", $"{volume}.since" })
        {
            if (past.GetValueOrDefault(key) is { } value)
            {
                remembered[key] = value;
            }
        }
    }

    private void Add(Status status, string sentence) => findings.Add(new Finding(status, sentence, GlusterSplitCheck.SplitBrain));

    private static string Command(string volume) => $"gluster volume heal {volume} info";
}
