namespace Ringfree.Monitoring.Bridge;

/// <summary>A command that waits for the scheduler.</summary>
/// <param name="Id">Its number.</param>
/// <param name="DedupKey">The incident that it is about.</param>
/// <param name="Text">The command without its time.</param>
internal sealed record WaitingCommand(long Id, string DedupKey, string Text);

/// <summary>The commands for the scheduler, in their order, until its pipe has taken them.</summary>
internal sealed class SchedulerCommands(Database database, History history, TimeProvider time)
{
    /// <summary>Older ones are given up: the scheduler's own notifications have overtaken them.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>Puts a command at the end. What still waits for the same incident is overtaken and dropped: only the newest state counts.</summary>
    /// <param name="dedupKey">The incident.</param>
    /// <param name="command">The command without its time; null when the scheduler's names cannot stand in one.</param>
    public void Add(string dedupKey, string? command)
    {
        if (command is null)
        {
            history.Record(dedupKey, "not told", "the scheduler: its name of the host or service cannot stand in a command");
            return;
        }

        database.Run("DELETE FROM commands WHERE dedup_key = $key", ("$key", dedupKey));
        database.Run(
            "INSERT INTO commands(at, dedup_key, command) VALUES ($at, $key, $command)",
            ("$at", time.GetUtcNow().ToUnixTimeMilliseconds()),
            ("$key", dedupKey),
            ("$command", command));
    }

    public List<WaitingCommand> Waiting(int most) => database.All(
        "SELECT id, dedup_key, command FROM commands ORDER BY id LIMIT $most",
        row => new WaitingCommand(row.GetInt64(0), row.GetString(1), row.GetString(2)),
        ("$most", most));

    /// <summary>Removes what the scheduler was told; what has taken its place meanwhile, under the same id perhaps, stays.</summary>
    public void Told(WaitingCommand command) => database.Atomically(() =>
    {
        database.Run("DELETE FROM commands WHERE id = $id AND command = $text", ("$id", command.Id), ("$text", command.Text));
        history.Record(command.DedupKey, "told the scheduler", command.Text.Split(';')[0]);
    });

    /// <summary>Records why a command waits; in the history only when the reason is a new one.</summary>
    public void Failed(WaitingCommand command, string reason) => database.Atomically(() =>
    {
        if (database.Run(
            "UPDATE commands SET last_error = $reason WHERE id = $id AND command = $text AND last_error IS NOT $reason",
            ("$reason", reason),
            ("$id", command.Id),
            ("$text", command.Text)) > 0)
        {
            history.Record(command.DedupKey, "not told", $"the scheduler: {reason}");
        }
    });

    /// <summary>
    /// Gives up what is older than <see cref="Lifetime"/> or whose incident is over, and an acknowledgement that holds no more: of a milder state,
    /// of an earlier problem.
    /// </summary>
    public void Forget() => database.Run(
        """
        DELETE FROM commands WHERE at < $before
            OR EXISTS (SELECT 1 FROM incidents WHERE incidents.dedup_key = commands.dedup_key
                AND (desired = 3 OR (command LIKE 'ACKNOWLEDGE%' AND (again OR acknowledged_by IS NULL))))
        """,
        ("$before", (time.GetUtcNow() - Lifetime).ToUnixTimeMilliseconds()));
}
