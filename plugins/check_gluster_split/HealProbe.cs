using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Asks what waits for a heal and whether anything is in split-brain, the cheap way first: the index of a brick of this server is one
/// folder; the self-heal daemons count their own; only then are the lists walked through, within a budget.
/// </summary>
internal sealed class HealProbe(IWorld world, GlusterCommand gluster, Cluster cluster, Options options, Past past)
{
    /// <summary>A folder of more entries is counted by its links, so the rest of it is not read.</summary>
    private const int MostIndexEntries = 256;

    /// <summary>What a list of gfids may have; a longer one is left at the range that the text gives.</summary>
    private const int LongestGfidList = 4 * 1024 * 1024;

    private const int MostListedForGfids = 20_000;
    private const double BudgetOfLists = 0.4;

    internal IReadOnlyList<VolumeHeal> Read()
    {
        List<Volume> volumes = [.. cluster.Volumes.Where(volume => volume is { Heals: true, Status: VolumeStatus.Started })];
        List<VolumeHeal> heals = [.. ReadIndices(volumes)];
        if (options.Judges(GlusterSplitCheck.Heal))
        {
            heals = [.. heals.Select(ReadCounts)];
        }

        int lists = heals.Count(NeedsList);
        TimeSpan budget = gluster.Part(BudgetOfLists / Math.Max(1, lists));
        return [.. heals.Select(heal => NeedsList(heal) ? ReadList(heal, budget) : heal)];
    }

    private bool NeedsList(VolumeHeal heal)
    {
        bool wantsSplit = options.Judges(GlusterSplitCheck.SplitBrain)
            || (options.Judges(GlusterSplitCheck.Heal) && HealEvaluation.HadBacklog(past, heal.Volume));
        bool mayBeSplit = wantsSplit && heal.Volume is { ReplicaCount: > 1, DisperseCount: 0 } && !heal.CannotBeSplit;
        bool isUncounted = options.Judges(GlusterSplitCheck.Heal) && heal.Counts is { } counts && counts.Value is not { Refusal: null }
            && counts.Error is null or { Kind: ProbeErrorKind.Refused };
        return mayBeSplit || isUncounted;
    }

    private IEnumerable<VolumeHeal> ReadIndices(List<Volume> volumes)
    {
        List<(Volume Volume, Brick Brick)> local = [.. volumes.SelectMany(volume => volume.Bricks.Where(cluster.IsLocal).Select(brick => (volume, brick)))];
        IReadOnlyList<Answer> answers = world.AskTogether([.. local.SelectMany(entry => new[] { Index(entry.Brick, "xattrop"), Index(entry.Brick, "dirty") })]);
        Dictionary<string, List<BrickIndex>> indices = volumes.ToDictionary(volume => volume.Name, _ => new List<BrickIndex>(), StringComparer.Ordinal);
        for (int number = 0; number < local.Count; number++)
        {
            Answer pending = answers[2 * number];
            string? failure = pending.Outcome is Outcome.Answered or Outcome.TooLong ? null : FailureOf(local[number].Brick, pending);
            (Volume volume, Brick brick) = local[number];
            long? inFlight = HealIndex.Count(answers[(2 * number) + 1]);
            indices[volume.Name].Add(new BrickIndex(brick, HealIndex.Count(pending), inFlight, failure)
            {
                Gfids = HealIndex.Gfids(pending),
            });
        }

        return volumes.Select(volume => new VolumeHeal { Volume = volume, Indices = indices[volume.Name] });
    }

    private static FolderQuestion Index(Brick brick, string name) =>
        new FolderQuestion($"{brick.Path}/.glusterfs/indices/{name}") { MostEntries = MostIndexEntries, MayHang = true };

    private static string FailureOf(Brick brick, Answer answer) => answer.Outcome switch
    {
        Outcome.Missing => $"it has no index ({brick.Path}/.glusterfs/indices/xattrop): is its file system mounted?",
        Outcome.Silent => $"its file system does not answer: {answer.Reason}",
        Outcome.Busy => $"its file system has not answered since {answer.Reason}",
        _ => $"its index cannot be read: {answer.Reason}",
    };

    /// <summary>The bricks of other servers, and those of this one whose index cannot be read.</summary>
    private VolumeHeal ReadCounts(VolumeHeal heal)
    {
        if (heal.Volume.Bricks.All(brick => heal.IndexOf(brick) is { Pending: not null }))
        {
            return heal;
        }

        string[] words = ["volume", "heal", heal.Volume.Name, "statistics", "heal-count"];
        return heal with
        {
            Counts = gluster.AskLocking(
                words,
                isXml: false,
                answer => gluster.ErrorOf(answer, string.Join(' ', words)) is { } error
                    ? Read<HealList>.Failed(error)
                    : Read<HealList>.Of(ParseCounts(heal.Volume, answer)),
                isWorthSharing: answer => ParseCounts(heal.Volume, answer).Bricks.All(brick => brick.Entries is not null)),
        };
    }

    private static HealList ParseCounts(Volume volume, Answer answer)
    {
        HealListParser parser = new(volume.Bricks.Select(brick => brick.Name));
        parser.Read(answer.Bytes.Span);
        parser.Read(answer.Errors.Span);
        return parser.Finish(isFinished: true);
    }

    private VolumeHeal ReadList(VolumeHeal heal, TimeSpan budget)
    {
        Read<HealList> read = ReadList(heal, budget, everyEntryIsSplit: false, "info");
        if (read.Value is { IsOldForm: true })
        {
            // What "info" of GlusterFS 3.3 and 3.4 lists is not marked: it is the backlog, which these versions do not count either.
            heal = heal.Counts is { Error: null, Value.Refusal: null } ? heal : heal with { Counts = read };
            read = ReadList(heal, budget, everyEntryIsSplit: true, "info", "split-brain");
        }

        heal = heal with { List = read };
        return read.Value is { } list && list.Bricks.Any(brick => brick.Split > 0) ? ReadKinds(heal, list, budget) : heal;
    }

    private Read<HealList> ReadList(VolumeHeal heal, TimeSpan budget, bool everyEntryIsSplit, params string[] words)
    {
        HealListParser parser = new(heal.Volume.Bricks.Select(brick => brick.Name), everyEntryIsSplit);
        (Answer answer, string command) = gluster.StreamHeal(heal.Volume.Name, budget, parser.Read, words);
        HealList list = parser.Finish(answer.Outcome == Outcome.Answered);
        if (answer.Outcome == Outcome.Answered && list.Bricks.Count == 0)
        {
            Answer said = answer with { Bytes = Encoding.UTF8.GetBytes(list.Refusal ?? "") };
            return list.Homeless.Count > 0 ? Read<HealList>.Of(list)
                : gluster.ErrorOf(said, command) is { } refused
                ? Read<HealList>.Failed(refused)
                : Read<HealList>.Of(list with { Refusal = GlusterCommand.Said(said) is { Length: > 0 } text ? text : "it said nothing" });
        }

        return answer.Outcome is Outcome.Answered or Outcome.Silent || list.Bricks.Count > 0
            ? Read<HealList>.Of(list)
            : Read<HealList>.Failed(gluster.ErrorOf(answer, command)!);
    }

    /// <summary>What the text does not tell of files in split-brain: which are the same, and what their copies disagree about.</summary>
    private VolumeHeal ReadKinds(VolumeHeal heal, HealList list, TimeSpan budget)
    {
        if (list.IsOldForm || !list.IsFinished || list.Bricks.Sum(brick => brick.AtLeast) > MostListedForGfids)
        {
            return heal;
        }

        Answer answer = gluster.AskHealXml(heal.Volume.Name, budget, LongestGfidList);
        if (gluster.ReadXml<IReadOnlyList<HealFile>>(answer, $"volume heal {heal.Volume.Name} info", HealFilesParser.Parse).Value is not { } files)
        {
            return heal;
        }

        return CopyProbe.Read(world, cluster, heal, list, files);
    }
}
