using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// What a check must remember between runs, a part for each concern. Only what a good reading remembers replaces what was there. A finding
/// that comes from a change stays raised for the latch time, because a scheduler's soft states lose what lasts one run.
/// </summary>
public sealed class Memory
{
    internal static readonly Memory None = new(
        null, [], [], new Dictionary<string, ConcernMemory>(), DateTimeOffset.UnixEpoch, TimeSpan.Zero, false);


    private readonly IMemoryStore? store;
    private readonly byte[] read;
    private readonly IReadOnlyList<Concern> judged;
    private readonly IReadOnlyDictionary<string, ConcernMemory> past;
    private readonly Dictionary<string, ConcernMemory> next;
    private readonly DateTimeOffset now;
    private readonly TimeSpan latch;
    private readonly bool writes;
    private readonly List<string> notes = [];
    private string? trouble;
    private bool latchedChanged;
    private bool problemsChanged;
    private bool isUsed;

    private Memory(
        IMemoryStore? store,
        byte[] read,
        IReadOnlyList<Concern> judged,
        IReadOnlyDictionary<string, ConcernMemory> past,
        DateTimeOffset now,
        TimeSpan latch,
        bool writes)
    {
        this.store = store;
        this.read = read;
        this.judged = judged;
        this.past = past;
        this.now = now;
        this.latch = latch;
        this.writes = writes;
        next = new Dictionary<string, ConcernMemory>(past);
    }

    /// <summary>When the concern last remembered something; null before the first time.</summary>
    /// <param name="concern">A concern of the check.</param>
    /// <returns>The world's clock at that run.</returns>
    public DateTimeOffset? LastTime(Concern concern) =>
        Used(past).GetValueOrDefault(concern.Name) is { } known && known.At != default ? known.At : null;

    /// <summary>What the concern's last good reading remembered.</summary>
    /// <param name="concern">A concern of the check.</param>
    /// <returns>Texts by key; empty before the first time.</returns>
    public IReadOnlyDictionary<string, string> Past(Concern concern) =>
        Used(past).GetValueOrDefault(concern.Name)?.Values ?? (IReadOnlyDictionary<string, string>)new Dictionary<string, string>();

    internal Past PastOf(Concern concern) => new(Past(concern), LastTime(concern));

    /// <summary>Replaces what the concern remembers. Call it with a good reading only.</summary>
    /// <param name="concern">A concern of the check.</param>
    /// <param name="values">Texts by key.</param>
    public void Remember(Concern concern, IEnumerable<KeyValuePair<string, string>> values) =>
        Used(next)[concern.Name] = new ConcernMemory
        {
            At = now,
            Values = new Dictionary<string, string>(values),
            Latched = Next(concern.Name).Latched,
            Problems = Next(concern.Name).Problems,
        };

    /// <summary>Raises a finding that comes from a change and keeps it raised for the latch time.</summary>
    /// <param name="concern">The concern that it belongs to.</param>
    /// <param name="key">What changed; raising the same key again replaces the sentence and starts the latch anew.</param>
    /// <param name="status">The status to keep.</param>
    /// <param name="sentence">What changed.</param>
    /// <param name="kind">The kind, whose first step stays with it. Default: null, the concern's.</param>
    public void Raise(Concern concern, string key, Status status, string sentence, HeadlineKind? kind = null)
    {
        List<LatchedFinding> latched = Used(Next(concern.Name).Latched);
        int index = latched.FindIndex(candidate => candidate.Key == key);
        var raised = new LatchedFinding(key, status, sentence, index < 0 ? now : latched[index].Since, now + latch)
        {
            FirstStep = kind?.FirstStep,
            DoNot = kind?.DoNot ?? "",
        };
        if (index < 0)
        {
            latched.Add(raised);
        }
        else
        {
            latched[index] = raised;
        }

        latchedChanged = true;
    }

    /// <summary>Drops what the concern keeps raised: a person has acknowledged it.</summary>
    /// <param name="concern">A concern of the check.</param>
    public void DropLatched(Concern concern)
    {
        latchedChanged |= Next(concern.Name).Latched.Count > 0;
        Next(concern.Name).Latched.Clear();
    }

    internal static Memory Open(Facts facts, Options options, RecordingSink? sink, IWorld world)
    {
        IMemoryStore store = Recording.MemoryOf(options, sink, () =>
        {
            string user = world.UserName;
            string name = facts.Name + (options.Instance is null ? "" : "." + options.Instance);
            return new MemoryFile(options.StateFolder ?? StateFolder.Of(user), name, user);
        });
        DateTimeOffset now = world.Now;
        try
        {
            if (options.WritesMemory)
            {
                store.Claim();
            }

            return Load(store, options, now);
        }
        catch (MemoryException exception)
        {
            return new Memory(null, [], [], new Dictionary<string, ConcernMemory>(), now, options.Latch, options.WritesMemory)
            {
                trouble = exception.Message,
            };
        }
    }

    /// <summary>Adds what stays raised and what went wrong to the report, and writes what is to be remembered.</summary>
    internal Report Close(Report report)
    {
        if (ReferenceEquals(this, None))
        {
            return report;
        }

        foreach (ConcernNext left in report.Next)
        {
            Take(left);
        }

        foreach (ConcernMemory concern in next.Values)
        {
            latchedChanged |= concern.Latched.RemoveAll(latched => latched.Until <= now) > 0;
        }

        List<Finding> findings = [.. report.Findings];
        foreach (Concern concern in judged)
        {
            SaySinceWhen(findings, concern);
        }

        HashSet<string> said = [];
        foreach (Concern concern in judged)
        {
            foreach (LatchedFinding latched in next.GetValueOrDefault(concern.Name)?.Latched ?? [])
            {
                if (said.Add(Spoken(latched)))
                {
                    findings.Add(new Finding(latched.Status, Spoken(latched), concern)
                    {
                        FirstStep = latched.FirstStep,
                        DoNot = latched.DoNot,
                    });
                }
            }
        }

        Write();
        if (trouble is not null)
        {
            SayTrouble(findings);
        }

        return report with { Findings = findings, Notes = [.. report.Notes, .. notes] };
    }

    /// <summary>Adds since when to the problems of a concern, and remembers it for those that are new.</summary>
    private void SaySinceWhen(List<Finding> findings, Concern concern)
    {
        Dictionary<string, DateTimeOffset> known = past.GetValueOrDefault(concern.Name)?.Problems ?? [];
        Dictionary<string, DateTimeOffset> problems = [];
        for (int index = 0; index < findings.Count; index++)
        {
            Finding finding = findings[index];
            if (finding.Concern == concern && finding.Key is { } key && finding.Status != Status.Ok)
            {
                DateTimeOffset since = known.TryGetValue(key, out DateTimeOffset before) && before <= now ? before : now;
                problems[key] = since;
                findings[index] = since < now ? finding with { Sentence = Words.Since(finding.Sentence, since) } : finding;
            }
        }

        if (problems.Count != known.Count || problems.Any(problem => known.GetValueOrDefault(problem.Key) != problem.Value))
        {
            Next(concern.Name).Problems = problems;
            problemsChanged = true;
        }
    }

    private void Take(ConcernNext left)
    {
        if (left.DropsLatched)
        {
            DropLatched(left.Concern);
        }

        if (left.Values is { } values)
        {
            Remember(left.Concern, values);
        }

        foreach (Raised raised in left.Raised)
        {
            Raise(left.Concern, raised.Key, raised.Status, raised.Sentence, raised.Kind);
        }
    }

    /// <summary>
    /// What is watched keeps its verdict. Where that rests on earlier runs, it would be OK for ever without them, so that the trouble is a
    /// WARNING of its own; elsewhere it is a note.
    /// </summary>
    private void SayTrouble(List<Finding> findings)
    {
        if (writes && isUsed)
        {
            findings.Add(new Finding(Status.Warning, $"changes are not seen, because nothing is remembered: {trouble}; for a look by "
                + "hand: --no-memory"));
        }
        else
        {
            notes.Add(writes ? $"nothing is remembered: {trouble}" : $"earlier runs are not known: {trouble}");
        }
    }

    private T Used<T>(T what)
    {
        isUsed = true;
        return what;
    }

    private static Memory Load(IMemoryStore store, Options options, DateTimeOffset now)
    {
        byte[]? bytes = store.Read();
        if ((bytes is null ? [] : MemoryDocument.TryParse(bytes)) is { } known)
        {
            return new Memory(store, bytes ?? [], options.Concerns, known, now, options.Latch, options.WritesMemory);
        }

        Dictionary<string, ConcernMemory> nothing = [];
        var fresh = new Memory(store, [], options.Concerns, nothing, now, options.Latch, options.WritesMemory);
        if (!options.WritesMemory)
        {
            fresh.notes.Add($"the memory '{store.Path}' is corrupt");
            return fresh;
        }

        // For every concern, judged now or not: each has a service of its own, and all of them lost what they knew.
        string sentence = $"the memory '{store.Path}' was corrupt and stands now at '{store.SetAside()}'; changes before this run are not known";
        foreach (Concern concern in options.Facts.Concerns)
        {
            fresh.Raise(concern, "memory", Status.Unknown, sentence);
        }

        return fresh;
    }

    private static string Spoken(LatchedFinding latched) => $"{latched.Sentence} (since {Words.Moment(latched.Since)})";

    private ConcernMemory Next(string concern)
    {
        if (!next.TryGetValue(concern, out ConcernMemory? known))
        {
            next[concern] = known = new ConcernMemory();
        }

        return known;
    }

    private void Write()
    {
        bool changed = latchedChanged || problemsChanged
            || next.Any(entry => !ReferenceEquals(entry.Value, past.GetValueOrDefault(entry.Key)));
        if (store is null || !writes || !changed)
        {
            return;
        }

        try
        {
            store.Write(
                stored => MemoryDocument.Print(stored is null || stored.AsSpan().SequenceEqual(read)
                    ? next
                    : MergedMemory.Of(MemoryDocument.TryParse(read) ?? [], next, MemoryDocument.TryParse(stored) ?? [])),
                durable: latchedChanged);
        }
        catch (MemoryException exception)
        {
            trouble = exception.Message;
        }
    }
}
