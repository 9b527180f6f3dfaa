using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What waits for a heal: how much, on which bricks, whether it grows, and for how long there has been something.</summary>
internal sealed class HealEvaluation(ReportBuilder report)
{
    private readonly ConcernReport concern = report.For(GlusterSplitCheck.Heal);
    private long pending;
    private long inFlight;
    private bool pendingIsKnown = true;
    private bool inFlightIsKnown = true;
    private double? oldest;

    private Past Past => concern.Past;

    internal static void Evaluate(IReadOnlyList<VolumeHeal> heals, ReportBuilder report)
    {
        HealEvaluation evaluation = new(report);
        evaluation.concern.RememberThisRun();
        List<VolumeHeal> healing = [.. heals.Where(heal => heal.Volume is { Heals: true, Status: VolumeStatus.Started })];
        foreach (VolumeHeal heal in healing)
        {
            evaluation.EvaluateVolume(heal);
        }

        evaluation.MeasureAll(healing.Count);
    }

    private void MeasureAll(int volumes)
    {
        concern.Measure(GlusterSplitCheck.PendingEntries, pendingIsKnown ? pending : null);
        concern.Record(GlusterSplitCheck.BacklogAge, oldest ?? (pendingIsKnown ? 0 : null));
        concern.Measure(GlusterSplitCheck.InFlightEntries, inFlightIsKnown ? inFlight : null);
        if (volumes == 0)
        {
            concern.Ok("no started volume keeps copies, so nothing is healed");
        }

        concern.Summary(pending == 0 ? "nothing to heal" : $"{Entries(pending)} to heal");
    }

    private void EvaluateVolume(VolumeHeal heal)
    {
        Volume volume = heal.Volume;
        if (volume.Switch(volume.DisperseCount > 0 ? "cluster.disperse-self-heal-daemon" : "cluster.self-heal-daemon") == false)
        {
            concern.Problem(
                Status.Warning,
                GlusterHeadlines.HealSwitchedOff.With("VOLUME", volume.Name),
                $"{volume.Name} is not healed: its self-heal daemon is switched off (gluster volume set {volume.Name} cluster.self-heal-daemon on)");
        }

        List<BrickBacklog> backlogs = [.. volume.Bricks.Select(brick => BrickBacklog.Of(heal, brick, report.Options))];
        long known = backlogs.Sum(backlog => backlog.Entries ?? 0);
        bool isWhole = backlogs.TrueForAll(backlog => backlog.Entries is not null);
        pending += known;
        pendingIsKnown &= isWhole;
        foreach (BrickIndex index in heal.Indices)
        {
            inFlight += index.InFlight ?? 0;
            inFlightIsKnown &= index.InFlight is not null;
        }

        EvaluateBacklog(volume, backlogs, known, isWhole);
        EvaluateGaps(volume, backlogs);
    }

    private void EvaluateBacklog(Volume volume, List<BrickBacklog> backlogs, long known, bool isWhole)
    {
        string sinceKey = $"{volume.Name}.since";
        string countKey = $"{volume.Name}.count";
        if (isWhole)
        {
            concern.Remember(countKey, known);
        }
        else
        {
            concern.RememberAsBefore(key => key == countKey || (known == 0 && key == sinceKey));
        }

        if (known == 0)
        {
            if (isWhole)
            {
                concern.Ok($"{volume.Name} has nothing to heal");
            }

            return;
        }

        TimeSpan lasts = report.Now - concern.Since(sinceKey);
        Metric age = report.Options.Measure(GlusterSplitCheck.BacklogAge, Math.Floor(lasts.TotalSeconds), 0);
        oldest = Math.Max(oldest ?? 0, age.Value!.Value);
        string wherefrom = string.Join(", ", backlogs.Where(backlog => backlog.Entries > 0).OrderByDescending(backlog => backlog.Entries).Take(3).Select(backlog => $"{backlog.Entries} listed by {backlog.Brick.Name}"));
        concern.Problem(
            age.Status,
            GlusterHeadlines.HealBacklog.With("VOLUME", volume.Name),
            $"{volume.Name} has {(isWhole ? "" : "at least ")}{Entries(known)} to heal for {(age.Status == Status.Ok ? Words.Duration((long)age.Value.Value) : age.Spoken)}{Trend(countKey, known, isWhole)}: {wherefrom}, which the other copies lack");
    }

    /// <summary>A brick that is not counted makes the rest a lower bound.</summary>
    private void EvaluateGaps(Volume volume, List<BrickBacklog> backlogs)
    {
        foreach (BrickBacklog gap in backlogs.Where(backlog => backlog.Entries is null))
        {
            concern.Problem(
                gap.Status,
                GlusterHeadlines.HealUnknown.About(gap.Brick.Name),
                $"{volume.Name}: what brick {gap.Brick.Name} has to heal is not known: {gap.Reason}");
        }
    }

    private string Trend(string countKey, long known, bool isWhole)
    {
        if (!isWhole || Past.At is not { } time || Past.Number(countKey) is not { } before)
        {
            return "";
        }

        string then = $" since {time.UtcDateTime:HH:mm} UTC";
        return known > before ? $", growing: {known - before} more{then}"
            : known < before ? $", shrinking: {before - known} fewer{then}"
            : $", not moving{then}";
    }

    private static string Entries(long count) => Words.Count(count, "entry", "entries");
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
    internal static BrickBacklog Of(VolumeHeal heal, Brick brick, Options options)
    {
        BrickIndex? index = heal.IndexOf(brick);
        if (index?.Pending is { } here)
        {
            return new BrickBacklog(brick, here, Status.Ok, "");
        }

        HealListBrick? counted = heal.Counts?.Value?.Bricks.FirstOrDefault(known => known.Name == brick.Name);
        HealListBrick? listed = heal.List?.Value is { IsLog: false } list
            ? list.Bricks.FirstOrDefault(known => known.Name == brick.Name)
            : null;
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

        if ((listed?.Status ?? counted?.Status) is { } status and not "Connected")
        {
            return new BrickBacklog(brick, null, Status.Warning, status);
        }

        PoolErrorEvaluation? why = (heal.List?.Error ?? heal.Counts?.Error) is { } error ? PoolErrorEvaluation.Of(error, options) : null;
        return new BrickBacklog(
            brick, null, why?.Status.Or(Status.Warning) ?? Status.Warning, why?.Sentence ?? "gluster does not tell it");
    }
}
