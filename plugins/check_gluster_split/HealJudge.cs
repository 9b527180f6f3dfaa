using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>Judges what waits for a heal: how much, on which bricks, whether it grows, and for how long there has been something.</summary>
internal sealed class HealJudge
{
    private readonly CheckRun run;
    private readonly List<Finding> findings;
    private readonly IReadOnlyDictionary<string, string> past;
    private readonly Dictionary<string, string> remembered = new(StringComparer.Ordinal);
    private readonly DateTimeOffset? lastTime;
    private long pending;
    private long inFlight;
    private bool pendingIsKnown = true;
    private bool inFlightIsKnown = true;
    private double? oldest;

    private HealJudge(CheckRun run, List<Finding> findings)
    {
        this.run = run;
        this.findings = findings;
        past = run.Memory.Past(GlusterSplitCheck.Heal);
        lastTime = run.Memory.LastTime(GlusterSplitCheck.Heal);
    }

    internal static string Judge(IReadOnlyList<VolumeHeal> heals, CheckRun run, List<Finding> findings, List<Metric> metrics)
    {
        HealJudge judge = new(run, findings);
        List<VolumeHeal> healing = [.. heals.Where(heal => heal.Volume is { Heals: true, Status: VolumeStatus.Started })];
        foreach (VolumeHeal heal in healing)
        {
            judge.JudgeVolume(heal);
        }

        Metric total = run.Options.Measure(GlusterSplitCheck.PendingEntries, judge.pendingIsKnown ? judge.pending : null, 0);
        metrics.Add(total);
        if (total.Status != Status.Ok)
        {
            judge.Add(total.Status, $"{total.Facts.Meaning}: {total.Spoken}");
        }

        metrics.Add(run.Options.Measure(GlusterSplitCheck.BacklogAge, judge.oldest ?? (judge.pendingIsKnown ? 0 : null), 0));
        Metric writes = run.Options.Measure(GlusterSplitCheck.InFlightEntries, judge.inFlightIsKnown ? judge.inFlight : null, 0);
        metrics.Add(writes);
        if (writes.Status != Status.Ok)
        {
            judge.Add(writes.Status, $"{writes.Facts.Meaning}: {writes.Spoken}");
        }

        run.Memory.Remember(GlusterSplitCheck.Heal, judge.remembered);
        string summary = judge.pending == 0 ? "nothing to heal" : $"{Entries(judge.pending)} to heal";
        if (healing.Count == 0)
        {
            judge.Add(Status.Ok, "no started volume keeps copies, so nothing is healed");
        }

        return summary;
    }

    private void JudgeVolume(VolumeHeal heal)
    {
        Volume volume = heal.Volume;
        if (volume.Switch(volume.DisperseCount > 0 ? "cluster.disperse-self-heal-daemon" : "cluster.self-heal-daemon") == false)
        {
            Add(Status.Warning, $"{volume.Name} is not healed: its self-heal daemon is switched off (gluster volume set {volume.Name} cluster.self-heal-daemon on)");
        }

        List<BrickBacklog> backlogs = [.. volume.Bricks.Select(brick => BrickBacklog.Of(heal, brick))];
        long known = backlogs.Sum(backlog => backlog.Entries ?? 0);
        bool isWhole = backlogs.TrueForAll(backlog => backlog.Entries is not null);
        pending += known;
        pendingIsKnown &= isWhole;
        foreach (BrickIndex index in heal.Indices)
        {
            inFlight += index.InFlight ?? 0;
            inFlightIsKnown &= index.InFlight is not null;
        }

        JudgeBacklog(volume, backlogs, known, isWhole);
        JudgeGaps(volume, backlogs);
    }

    private void JudgeBacklog(Volume volume, List<BrickBacklog> backlogs, long known, bool isWhole)
    {
        string sinceKey = $"{volume.Name}.since";
        string countKey = $"{volume.Name}.count";
        DateTimeOffset now = run.World.Now;
        if (known == 0)
        {
            if (isWhole)
            {
                remembered[countKey] = "0";
                Add(Status.Ok, $"{volume.Name} has nothing to heal");
            }
            else
            {
                Carry(sinceKey, countKey);
            }

            return;
        }

        DateTimeOffset since = MemoryTime.Of(past, sinceKey) is { } first && first <= now ? first : now;
        remembered[sinceKey] = MemoryTime.Print(since);
        if (isWhole)
        {
            remembered[countKey] = known.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            Carry(countKey);
        }

        Metric age = run.Options.Measure(GlusterSplitCheck.BacklogAge, Math.Floor((now - since).TotalSeconds), 0);
        oldest = Math.Max(oldest ?? 0, age.Value!.Value);
        string wherefrom = string.Join(", ", backlogs.Where(backlog => backlog.Entries > 0).OrderByDescending(backlog => backlog.Entries).Take(3).Select(backlog => $"{backlog.Entries} listed by {backlog.Brick.Name}"));
        Add(
            age.Status,
            $"{volume.Name} has {(isWhole ? "" : "at least ")}{Entries(known)} to heal for {(age.Status == Status.Ok ? Words.Duration((long)age.Value.Value) : age.Spoken)}{Trend(countKey, known, isWhole)}: {wherefrom}, which the other copies lack");
    }

    /// <summary>A brick that is not counted makes the rest a lower bound.</summary>
    private void JudgeGaps(Volume volume, List<BrickBacklog> backlogs)
    {
        foreach (BrickBacklog gap in backlogs.Where(backlog => backlog.Entries is null))
        {
            Add(gap.Status, $"{volume.Name}: what brick {gap.Brick.Name} has to heal is not known: {gap.Reason}");
        }
    }

    private string Trend(string countKey, long known, bool isWhole)
    {
        if (!isWhole || lastTime is not { } time || !long.TryParse(past.GetValueOrDefault(countKey), CultureInfo.InvariantCulture, out long before))
        {
            return "";
        }

        string then = $" since {time.UtcDateTime:HH:mm} UTC";
        return known > before ? $", growing: {known - before} more{then}"
            : known < before ? $", shrinking: {before - known} fewer{then}"
            : $", not moving{then}";
    }

    private static string Entries(long count) => Words.Count(count, "entry", "entries");

    private void Carry(params string[] keys)
    {
        foreach (string key in keys)
        {
            if (past.GetValueOrDefault(key) is { } value)
            {
                remembered[key] = value;
            }
        }
    }

    private void Add(Status status, string sentence) => findings.Add(new Finding(status, sentence, GlusterSplitCheck.Heal));
}

/// <summary>
/// What one brick lists, from its index where it is this server's, else from the self-heal daemons, else from the list itself.
/// </summary>
/// <param name="Brick">The brick.</param>
/// <param name="Entries">The number; null when nobody could tell.</param>
/// <param name="Status">How bad it is that nobody could.</param>
/// <param name="Reason">Why nobody could.</param>
internal sealed record BrickBacklog(Brick Brick, long? Entries, Status Status, string Reason)
{
    internal static BrickBacklog Of(VolumeHeal heal, Brick brick)
    {
        BrickIndex? index = heal.IndexOf(brick);
        if (index?.Pending is { } here)
        {
            return new BrickBacklog(brick, here, Status.Ok, "");
        }

        HealListBrick? counted = heal.Counts?.Value?.Bricks.FirstOrDefault(known => known.Name == brick.Name);
        HealListBrick? listed = heal.List?.Value?.Bricks.FirstOrDefault(known => known.Name == brick.Name);
        if (counted?.Entries is { } there)
        {
            return new BrickBacklog(brick, there, Status.Ok, "");
        }

        if (listed is { IsWhole: true, Entries: { } told })
        {
            return new BrickBacklog(brick, told, Status.Ok, "");
        }

        if (index?.Failure is { } failure)
        {
            return new BrickBacklog(brick, null, Status.Unknown, failure);
        }

        return (listed?.Status ?? counted?.Status) is { } status and not "Connected"
            ? new BrickBacklog(brick, null, Status.Warning, status)
            : new BrickBacklog(brick, null, Trouble(heal)?.Status.Or(Status.Warning) ?? Status.Warning, Trouble(heal)?.Sentence ?? "gluster does not tell it");
    }

    private static Trouble? Trouble(VolumeHeal heal) => heal.List?.Trouble ?? heal.Counts?.Trouble;
}
