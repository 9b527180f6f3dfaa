using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Judges what containers were refused since the last run, and how near they are to being refused.</summary>
internal sealed class BeancountersJudge
{
    private const int LargestTable = 32 * 1024 * 1024;
    private const string Start = "start ";
    private const string Failures = "failcnt ";

    private readonly Judgement judgement;
    private readonly NodeReading reading;
    private readonly IReadOnlyDictionary<string, string> past;
    private readonly Dictionary<string, string> next = [];

    private BeancountersJudge(Judgement judgement)
    {
        this.judgement = judgement;
        reading = judgement.Reading;
        past = judgement.Run.Memory.Past(OpenvzCheck.Beancounters);
    }

    internal static void Judge(Judgement judgement)
    {
        string path = judgement.Options.Root + "/proc/user_beancounters";
        IReadOnlyList<Beancounter>? rows = null;
        string? failure = null;
        Answer answer = judgement.Run.World.Read(new FilesQuestion(path) { LargestFile = LargestTable }, (_, content, trouble) =>
        {
            failure = trouble;
            rows = trouble is null ? BeancounterTable.Parse(content) : null;
        });
        if (rows is not null)
        {
            new BeancountersJudge(judgement).JudgeAll(rows);
            return;
        }

        bool isDenied = failure == "Permission denied" || answer.Outcome == Outcome.Denied;
        string sentence = isDenied ? $"beancounters not watched: user {judgement.Run.World.UserName} may not read {path}, which opens for root alone; cure: {Sudo.LineFor(judgement.Run)}"
            : answer.Outcome == Outcome.Missing ? $"beancounters not watched: {path} is missing; this kernel keeps none"
            : $"beancounters cannot be read: {path} {failure ?? "is no table of beancounters (Version: 2.x)"}";
        bool isOutOfReach = isDenied || answer.Outcome == Outcome.Missing;
        if (isOutOfReach && !NodeOptions.IsAskedFor(judgement.Run.Options, OpenvzCheck.Beancounters))
        {
            judgement.Note(sentence);
        }
        else
        {
            judgement.Add(Status.Unknown, sentence, OpenvzCheck.Beancounters, firstStep: "");
        }
    }

    private void JudgeAll(IReadOnlyList<Beancounter> rows)
    {
        Beancounter[] judged = [.. rows.Where(row => !judgement.Ignored.Contains(row.Container) && !judgement.Options.IgnoredBeancounters.Contains(row.Resource))];
        NoteUnknownResources(rows);
        JudgeUse(judged);
        JudgeGrowth(judged);
        judgement.Run.Memory.Remember(OpenvzCheck.Beancounters, next);
        int containers = judged.Select(row => row.Container).Distinct().Count();
        int running = reading.Scan!.Containers.Values.Count(container => container.Init > 0 && !judgement.Ignored.Contains(container.Id));
        if (containers > 0)
        {
            judgement.Well($"beancounters of {Words.Count(containers, "container")} watched", OpenvzCheck.Beancounters);
        }
        else if (running == 0)
        {
            judgement.NothingRuns(OpenvzCheck.Beancounters, "whose beancounters could be judged");
        }
        else
        {
            judgement.Add(
                Status.Unknown,
                $"beancounters are not known: {judgement.Options.Root}/proc/user_beancounters has no row of a container, although "
                    + $"{Words.Count(running, "container")} {(running == 1 ? "runs" : "run")}",
                OpenvzCheck.Beancounters,
                firstStep: "");
        }
    }

    private void JudgeUse(Beancounter[] rows)
    {
        List<(BeancounterUse Resource, Metric Use)> over = [];
        (BeancounterUse Resource, double Percent)? fullest = null;
        foreach (BeancounterUse resource in BeancounterUse.Of(rows, SwapLimits(rows)))
        {
            double percent = 100.0 * resource.Held / resource.Ceiling;
            fullest = fullest is null || percent > fullest.Value.Percent ? (resource, percent) : fullest;
            Metric use = judgement.Run.Options.Measure(OpenvzCheck.BeancounterUse, percent, 0);
            if (use.Status != Status.Ok)
            {
                over.Add((resource, use));
            }
        }

        Metric metric = judgement.Measure(OpenvzCheck.BeancounterUse, fullest is { } known ? Math.Round(known.Percent, 2) : null);
        foreach ((BeancounterUse resource, Metric use) in over.OrderByDescending(entry => entry.Use.Value))
        {
            judgement.Add(
                use.Status,
                $"container {reading.Label(resource.Container)} holds {resource.Held} of {resource.Ceiling} {resource.What}: {use.Spoken}",
                OpenvzCheck.Beancounters);
        }

        if (metric.Value is null && metric.Status == Status.Unknown)
        {
            judgement.Add(Status.Unknown, "beancounter_use has a limit, but no resource of any container has one", OpenvzCheck.Beancounters);
        }
        else if (fullest is { } worst)
        {
            string container = reading.Label(worst.Resource.Container);
            judgement.Well($"the fullest is {worst.Resource.What} of container {container} at {metric.Spoken}", OpenvzCheck.Beancounters);
        }
    }

    /// <summary>
    /// Counters run from the start of a container: held against those of the same start only. A counter that is lower belongs to another
    /// one.
    /// </summary>
    private void JudgeGrowth(Beancounter[] rows)
    {
        bool isBaseline = judgement.Run.Memory.LastTime(OpenvzCheck.Beancounters) is null;
        Dictionary<string, string> starts = ReadStarts();
        ulong most = 0;
        foreach (string container in rows.Select(row => row.Container).Distinct())
        {
            next[Start + container] = starts.GetValueOrDefault(container, "");
        }

        foreach (Beancounter row in rows)
        {
            string key = $"{Failures}{row.Container} {row.Resource}";
            if (row.Failures > 0)
            {
                next[key] = row.Failures.ToString(CultureInfo.InvariantCulture);
            }

            bool isSameStart = past.TryGetValue(Start + row.Container, out string? start) && start == next[Start + row.Container];
            ulong before = past.TryGetValue(key, out string? known) && ulong.TryParse(known, out ulong count) ? count : 0;
            if (isSameStart && row.Failures > before)
            {
                most = Math.Max(most, row.Failures - before);
                RaiseGrowth(row, row.Failures - before);
            }
        }

        judgement.Measure(OpenvzCheck.FailcntGrowth, isBaseline ? null : most);
        if (isBaseline)
        {
            judgement.Note("first run: the fail counters of now are the baseline, refusals are told from the next run on");
        }
    }

    private void RaiseGrowth(Beancounter row, ulong growth)
    {
        Metric metric = judgement.Run.Options.Measure(OpenvzCheck.FailcntGrowth, growth, 0);
        if (metric.Status != Status.Ok)
        {
            string ceiling = row.Ceiling is { } known ? $"holds {row.Held} of {known}" : $"holds {row.Held}, without a limit";
            string last = Words.Moment(judgement.Run.Memory.LastTime(OpenvzCheck.Beancounters));
            judgement.Run.Memory.Raise(
                OpenvzCheck.Beancounters,
                $"{row.Container} {row.Resource}",
                metric.Status,
                $"container {reading.Label(row.Container)} was refused {row.Resource} {Words.Count((long)Math.Min(growth, long.MaxValue), "time")} after {last}; it {ceiling}");
        }
    }

    /// <summary>When each container's process 1 started, in clock ticks of this boot: field 22 of its stat file.</summary>
    private Dictionary<string, string> ReadStarts()
    {
        string root = judgement.Options.Root;
        Dictionary<string, string> containerByPath = [];
        foreach (ContainerProcesses container in reading.Scan!.Containers.Values.Where(container => container.Init > 0))
        {
            containerByPath[$"{root}/proc/{container.Init}/stat"] = container.Id;
        }

        string boot = "";
        Dictionary<string, string> starts = [];
        judgement.Run.World.Read(new FilesQuestion([$"{root}/proc/sys/kernel/random/boot_id", .. containerByPath.Keys]) { AreKernelRecords = true, LargestFile = 4096 }, (path, content, failure) =>
        {
            string text = Encoding.UTF8.GetString(content);
            if (failure is null && containerByPath.GetValueOrDefault(Encoding.UTF8.GetString(path)) is { } id)
            {
                const int StartAfterName = 19;
                string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                starts[id] = $"{boot} {(fields.Length > StartAfterName ? fields[StartAfterName] : "")}";
            }
            else if (failure is null)
            {
                boot = text.Trim();
            }
        });
        return starts;
    }

    /// <summary>The common table of OpenVZ 6 leaves swap out; a container's own has it. Read where physical pages are limited.</summary>
    private Dictionary<string, ulong> SwapLimits(Beancounter[] rows)
    {
        Dictionary<string, ulong> limits = [];
        foreach (Beancounter row in rows.Where(row => row.Resource == BeancounterUse.Swap))
        {
            limits[row.Container] = row.Limit;
        }

        string[] untold =
        [
            .. rows.Where(row => row is { Resource: BeancounterUse.Physical, Ceiling: not null }).Select(row => row.Container)
                .Where(id => !limits.ContainsKey(id) && ContainerId.IsOne(id)),
        ];
        if (untold.Length == 0)
        {
            return limits;
        }

        string folder = judgement.Options.Root + "/proc/bc/";
        FilesQuestion tables = new([.. untold.Select(id => $"{folder}{id}/resources")]) { LargestFile = 16 * 1024 };
        judgement.Run.World.Read(tables, (path, content, failure) =>
        {
            const int Limit = 4;
            string id = Encoding.UTF8.GetString(path)[folder.Length..].Split('/')[0];
            foreach (string line in failure is null ? Encoding.UTF8.GetString(content).Split('\n') : [])
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > Limit && words[0] == BeancounterUse.Swap
                    && ulong.TryParse(words[Limit], NumberStyles.None, CultureInfo.InvariantCulture, out ulong limit))
                {
                    limits[id] = limit;
                }
            }
        });
        return limits;
    }

    private void NoteUnknownResources(IReadOnlyList<Beancounter> rows)
    {
        foreach (string ignored in judgement.Options.IgnoredBeancounters.Where(ignored => !rows.Any(row => row.Resource == ignored)))
        {
            judgement.Note($"--ignore-beancounter '{ignored}' names no resource of this kernel");
        }
    }
}
