namespace Ringfree.Monitoring.Bridge;

/// <summary>Something that the bridge cannot do at the moment.</summary>
/// <param name="Name">One of <see cref="StoredFailures"/>.</param>
/// <param name="Since">Since when.</param>
/// <param name="Words">Why, as it was last said.</param>
/// <param name="Rounds">How often in a row, counted up to <see cref="MostRounds"/>.</param>
internal sealed record Failure(string Name, DateTimeOffset Since, string Words, long Rounds = Failure.MostRounds)
{
    /// <summary>So many in a row are more than a bad moment.</summary>
    public const int MostRounds = 3;

    private static readonly TimeSpan StartOfScheduler = TimeSpan.FromMinutes(1);

    /// <summary>
    /// True when it is worth a word. A poll may fail once; a scheduler that starts beside the bridge writes its first state after a while.
    /// </summary>
    public bool IsTold(DateTimeOffset now) => Name switch
    {
        StoredFailures.Poll => Rounds >= MostRounds,
        StoredFailures.Reconciliation => Rounds >= MostRounds && now - Since >= StartOfScheduler,
        _ => true,
    };
}

/// <summary>What fails at the moment, by name: <c>status</c> tells it also when serve no longer runs.</summary>
internal sealed class StoredFailures(Database database, TimeProvider time)
{
    /// <summary>PagerDuty refuses every event.</summary>
    public const string Refusal = "refusal";

    /// <summary>PagerDuty cannot be asked for acknowledgements.</summary>
    public const string Poll = "poll";

    /// <summary>Scheduler and incidents cannot be compared.</summary>
    public const string Reconciliation = "reconciliation";

    /// <summary>Notify does not see that serve runs, and delivers by itself.</summary>
    public const string PastServe = "past_serve";

    private const int MaxWords = 300;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (string? Words, int Rounds)> written = new(StringComparer.Ordinal);

    public IReadOnlyList<Failure> All() => database.Query(
        "SELECT name, since, words, rounds FROM failures ORDER BY since",
        row => new Failure(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2), row.GetInt64(3)));

    /// <summary>What an answer of the Events API says about refusals.</summary>
    public void Answered(ChannelKind channel, Answer answer)
    {
        if (channel == ChannelKind.Api && answer.IsOfAll)
        {
            Failed(Refusal, answer.Text);
        }
        else if (channel == ChannelKind.Api && answer.Result is CallResult.Accepted or CallResult.Refused)
        {
            Succeeded(Refusal);
        }
    }

    /// <summary>Notes whether a round of work fails; its exception goes on.</summary>
    public async Task NoteAsync(string name, Func<Task> round)
    {
        try
        {
            await round();
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !Database.IsDamage(failure))
        {
            Failed(name, failure.Message);
            throw;
        }

        Succeeded(name);
    }

    /// <summary>A start forgets what only this run can know: a loop may no longer be configured.</summary>
    public void Start() => database.Execute("DELETE FROM failures WHERE name <> $refusal", ("$refusal", Refusal));

    /// <summary>It fails, since now when it did not before.</summary>
    public void Failed(string name, string words) => Write(name, Page.Cut(words, MaxWords));

    /// <summary>It works.</summary>
    public void Succeeded(string name) => Write(name, null);

    // Only changes reach the disk.
    private void Write(string name, string? words)
    {
        lock (gate)
        {
            bool isKnown = written.TryGetValue(name, out (string? Words, int Rounds) known);
            if (isKnown && known.Words == words && (words is null || known.Rounds == Failure.MostRounds))
            {
                return;
            }

            int rounds = words is null ? 0 : Math.Min(known.Rounds + 1, Failure.MostRounds);
            if (words is null)
            {
                database.Execute("DELETE FROM failures WHERE name = $name", ("$name", name));
            }
            else
            {
                database.Execute(
                    "INSERT INTO failures VALUES ($name, $now, $words, $rounds) "
                        + "ON CONFLICT(name) DO UPDATE SET words = $words, rounds = $rounds",
                    ("$rounds", rounds),
                    ("$name", name),
                    ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()),
                    ("$words", words));
            }

            written[name] = (words, rounds);
        }
    }
}
