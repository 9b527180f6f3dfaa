using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// What waits for a heal: how much, on which bricks, whether it grows, and for how long the same entries have stayed. Entries in
/// split-brain are no backlog, because no heal cures them; and nothing is late while a brick or a daemon is down, which is for bricks and
/// peers to tell.
/// </summary>
internal sealed class HealEvaluation
{
    /// <summary>Entries whose first sight is remembered, the oldest first.</summary>
    private const int MostRemembered = 64;

    /// <summary>A longer list is a backlog even while it shrinks.</summary>
    private const int MostEntriesInPassing = 256;

    private readonly Cluster cluster;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private long pending;
    private long inFlight;
    private bool pendingIsKnown = true;
    private bool inFlightIsKnown = true;
    private double? oldest;

    private HealEvaluation(Cluster cluster, ReportBuilder report)
    {
        this.cluster = cluster;
        this.report = report;
        concern = report.For(GlusterSplitCheck.Heal);
    }

    private Past Past => concern.Past;

    internal static void Evaluate(Cluster cluster, IReadOnlyList<VolumeHeal> heals, ReportBuilder report)
    {
        HealEvaluation evaluation = new(cluster, report);
        evaluation.concern.RememberThisRun();
        List<VolumeHeal> healing = [.. heals.Where(heal => heal.Volume is { Heals: true, Status: VolumeStatus.Started })];
        foreach (VolumeHeal heal in healing)
        {
            evaluation.EvaluateVolume(heal);
        }

        evaluation.MeasureAll(healing.Count);
    }

    /// <summary>Whether the last run saw something of a volume wait.</summary>
    internal static bool HadBacklog(Past past, Volume volume) =>
        past.Text(EntriesKey(volume)) is not null || past.Text(SinceKey(volume)) is not null;

    private static string EntriesKey(Volume volume) => $"{volume.Name}.entries";

    private static string SinceKey(Volume volume) => $"{volume.Name}.since";

    private static string CountKey(Volume volume) => $"{volume.Name}.count";

    private static string UnnamedKey(Volume volume) => $"{volume.Name}.unnamed";

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

        HashSet<string> split = [.. SplitGfids(heal)];
        List<BrickBacklog> backlogs = [.. volume.Bricks.Select(brick => BrickBacklog.Of(heal, brick, report.Options).Without(split, heal))];
        bool isWhole = backlogs.TrueForAll(backlog => backlog.Entries is not null);
        pending += backlogs.Sum(backlog => backlog.Entries ?? 0);
        pendingIsKnown &= isWhole;
        foreach (BrickIndex index in heal.Indices)
        {
            inFlight += index.InFlight ?? 0;
            inFlightIsKnown &= index.InFlight is not null;
        }

        EvaluateBacklog(volume, backlogs, isWhole);
        EvaluateGaps(volume, backlogs);
    }

    private static IEnumerable<string> SplitGfids(VolumeHeal heal) => heal.List?.Value is { } list
        ? heal.Volume.Sets.SelectMany(set => SplitFiles.Of(heal, list, set).Gfids)
        : [];

    private void EvaluateBacklog(Volume volume, List<BrickBacklog> backlogs, bool isWhole)
    {
        long known = backlogs.Sum(backlog => backlog.Waiting);
        if (isWhole)
        {
            concern.Remember(CountKey(volume), known);
        }
        else
        {
            concern.RememberAsBefore(key =>
                key == CountKey(volume) || (known == 0 && (key == SinceKey(volume) || key == EntriesKey(volume))));
        }

        if (known == 0)
        {
            if (isWhole)
            {
                string split = backlogs.Exists(backlog => backlog.Entries > 0) ? " but what is in split-brain" : "";
                concern.Ok($"{volume.Name} has nothing to heal{split}");
            }

            return;
        }

        string amount = $"{(isWhole ? "" : "at least ")}{Entries(known)}";
        if (WhatIsDown(volume) is var (cause, what)
            && concern.TryLeaveTo(cause, $"{volume.Name} has {amount} to heal, and {what}"))
        {
            return;
        }

        TimeSpan lasts = report.Now - SeenSince(volume, backlogs);
        Metric age = report.Options.Measure(GlusterSplitCheck.BacklogAge, Math.Floor(lasts.TotalSeconds), 0);
        oldest = Math.Max(oldest ?? 0, age.Value!.Value);
        string spoken = age.Status == Status.Ok ? Words.Duration((long)age.Value.Value) : age.Spoken;
        IEnumerable<string> lists = backlogs.Where(backlog => backlog.Waiting > 0)
            .OrderByDescending(backlog => backlog.Waiting).Take(3)
            .Select(backlog => $"{backlog.Waiting} listed by {backlog.Brick.Name}");
        concern.Problem(
            age.Status,
            GlusterHeadlines.HealBacklog.With("VOLUME", volume.Name),
            $"{volume.Name} has {amount} to heal for {spoken}{Trend(volume, known, isWhole)}: {string.Join(", ", lists)}, which the other "
                + "copies lack");
    }

    /// <summary>
    /// Since when the same has waited: where the entries are known by name, since the oldest of those that are still there was first seen;
    /// where only their number is, since there have been some and it did not shrink.
    /// </summary>
    private DateTimeOffset SeenSince(Volume volume, List<BrickBacklog> backlogs)
    {
        Dictionary<string, DateTimeOffset> before = Remembered(volume);
        List<(string Gfid, DateTimeOffset Since)> entries =
        [
            .. backlogs.SelectMany(backlog => backlog.Gfids ?? []).Distinct(StringComparer.Ordinal)
                .Select(gfid => (gfid, before.TryGetValue(gfid, out DateTimeOffset since) && since <= report.Now ? since : report.Now))
                .OrderBy(entry => entry.Item2).Take(MostRemembered),
        ];
        DateTimeOffset oldestSight = report.Now;
        if (entries.Count > 0)
        {
            IEnumerable<string> texts = entries.Select(entry =>
                string.Create(CultureInfo.InvariantCulture, $"{entry.Gfid}={entry.Since.ToUnixTimeSeconds()}"));
            concern.Remember(EntriesKey(volume), string.Join(' ', texts));
            oldestSight = entries[0].Since;
        }

        long unnamed = backlogs.Where(backlog => backlog.Gfids is null).Sum(backlog => backlog.Waiting);
        if (unnamed > 0)
        {
            bool isInPassing = unnamed <= MostEntriesInPassing && Past.Number(UnnamedKey(volume)) > unnamed;
            DateTimeOffset since = report.Now;
            if (isInPassing)
            {
                concern.Remember(SinceKey(volume), since);
            }
            else
            {
                since = concern.Since(SinceKey(volume));
            }

            concern.Remember(UnnamedKey(volume), unnamed);
            oldestSight = since < oldestSight ? since : oldestSight;
        }

        return oldestSight;
    }

    private Dictionary<string, DateTimeOffset> Remembered(Volume volume)
    {
        Dictionary<string, DateTimeOffset> remembered = new(StringComparer.Ordinal);
        foreach (string entry in (Past.Text(EntriesKey(volume)) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = entry.LastIndexOf('=');
            if (equals > 0 && long.TryParse(entry[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
                && seconds <= report.Now.ToUnixTimeSeconds())
            {
                remembered[entry[..equals]] = DateTimeOffset.FromUnixTimeSeconds(seconds);
            }
        }

        return remembered;
    }

    /// <summary>What keeps a volume from being healed and is another concern's to tell; null when nothing does.</summary>
    private (Concern Cause, string What)? WhatIsDown(Volume volume)
    {
        ILookup<Concern?, Brick> bricks = volume.Bricks.ToLookup(brick => cluster.TellsThatIsDown(volume, brick));
        bool IsDeadDaemon(VolumeProcess process) => process is { Kind: VolumeProcess.SelfHealDaemon, IsOnline: false };
        return bricks[GlusterSplitCheck.Peers].FirstOrDefault() is { } unreached
                ? (GlusterSplitCheck.Peers, $"{unreached.Name} is out of reach")
            : bricks[GlusterSplitCheck.Bricks].FirstOrDefault() is { } down
                ? (GlusterSplitCheck.Bricks, $"brick {down.Name} is offline")
            : cluster.StateOf(volume)?.Processes.FirstOrDefault(IsDeadDaemon) is { } daemon
                ? (GlusterSplitCheck.Bricks, $"the self-heal daemon on {daemon.Place} is offline")
            : null;
    }

    /// <summary>A brick that is not counted makes the rest a lower bound.</summary>
    private void EvaluateGaps(Volume volume, List<BrickBacklog> backlogs)
    {
        foreach (BrickBacklog gap in backlogs.Where(backlog => backlog.Entries is null))
        {
            string sentence = $"{volume.Name}: what brick {gap.Brick.Name} has to heal is not known: {gap.Reason}";
            Concern? cause = gap.IsOfLock ? GlusterSplitCheck.Peers : cluster.TellsThatIsDown(volume, gap.Brick);
            concern.Consequence(cause, gap.Status, GlusterHeadlines.HealUnknown.About(gap.Brick.Name), sentence);
        }
    }

    private string Trend(Volume volume, long known, bool isWhole)
    {
        if (!isWhole || Past.At is not { } time || Past.Number(CountKey(volume)) is not { } before)
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
    /// <summary>Whether nobody could because the pool's lock was held.</summary>
    internal bool IsOfLock { get; init; }

    /// <summary>The gfids of what waits; null when only the number is known.</summary>
    internal IReadOnlyList<string>? Gfids { get; init; }

    /// <summary>Entries that a heal can cure.</summary>
    internal long Waiting { get; init; } = Entries ?? 0;

    /// <summary>The same without what is in split-brain, by gfid where these are known, else by number.</summary>
    internal BrickBacklog Without(IReadOnlySet<string> split, VolumeHeal heal)
    {
        IReadOnlyList<string>? named = Gfids ?? NamedBy(heal);
        if (named is not null && split.Count > 0)
        {
            List<string> waiting = [.. named.Where(gfid => !split.Contains(gfid))];
            return this with { Gfids = waiting, Waiting = waiting.Count };
        }

        long splitHere = heal.List?.Value?.Bricks.FirstOrDefault(known => known.Name == Brick.Name)?.Split ?? 0;
        return splitHere == 0 ? this
            : Waiting <= splitHere ? this with { Gfids = [], Waiting = 0 }
            : this with { Gfids = null, Waiting = Waiting - splitHere };
    }

    private List<string>? NamedBy(VolumeHeal heal)
    {
        List<string> files = [.. heal.Files.Where(file => file.Brick == Brick.Name).Select(file => file.Gfid)];
        return files.Count > 0 && files.Count >= Entries ? files : null;
    }

    internal static BrickBacklog Of(VolumeHeal heal, Brick brick, Options options)
    {
        BrickIndex? index = heal.IndexOf(brick);
        if (index?.Pending is { } here)
        {
            return new BrickBacklog(brick, here, Status.Ok, "") { Gfids = index.Gfids };
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
            brick, null, why?.Status.Or(Status.Warning) ?? Status.Warning, why?.Sentence ?? "gluster does not tell it")
        {
            IsOfLock = why?.IsOfLock == true,
        };
    }
}
