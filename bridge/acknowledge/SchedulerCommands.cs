namespace Ringfree.Monitoring.Bridge;

/// <summary>A command that waits for the scheduler.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Key">The incident that it is about.</param>
/// <param name="Text">The command without its time.</param>
internal sealed record WaitingCommand(long Id, string Key, string Text);

/// <summary>The commands for the scheduler, in their order, until its pipe has taken them.</summary>
internal sealed class SchedulerCommands(Database database, History history, TimeProvider time)
{
    /// <summary>Older ones are given up: the scheduler's own notifications have overtaken them.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>
    /// Puts a command at the end. What still waits for the same host or service is overtaken and removed: only the newest state counts.
    /// </summary>
    /// <param name="key">The incident.</param>
    /// <param name="host">The host.</param>
    /// <param name="service">The service; empty for the host itself.</param>
    /// <param name="command">The command without its time.</param>
    public void Add(string key, string host, string service, string command)
    {
        database.Execute(
            "DELETE FROM commands WHERE key = $key AND host = $host AND service = $service",
            ("$key", key),
            ("$host", host),
            ("$service", service));
        database.Execute(
            "INSERT INTO commands(at, key, host, service, command) VALUES ($at, $key, $host, $service, $command)",
            ("$at", time.GetUtcNow().ToUnixTimeMilliseconds()),
            ("$key", key),
            ("$host", host),
            ("$service", service),
            ("$command", command));
    }

    public List<WaitingCommand> Waiting(int most) => database.Query(
        "SELECT id, key, command FROM commands ORDER BY id LIMIT $most",
        row => new WaitingCommand(row.GetInt64(0), row.GetString(1), row.GetString(2)),
        ("$most", most));

    public long Count() => database.Scalar("SELECT COUNT(*) FROM commands");

    /// <summary>Removes what the scheduler took; what has taken its place meanwhile, under the same id perhaps, stays.</summary>
    public void Sent(WaitingCommand command) => database.InTransaction(() =>
    {
        database.Execute("DELETE FROM commands WHERE id = $id AND command = $text", ("$id", command.Id), ("$text", command.Text));
        history.Record(command.Key, "scheduler notified", command.Text.Split(';')[0]);
    });

    /// <summary>Records why a command waits; in the history only when the reason is a new one.</summary>
    public void Failed(WaitingCommand command, string reason) => database.InTransaction(() =>
    {
        if (database.Execute(
            "UPDATE commands SET last_error = $reason WHERE id = $id AND command = $text AND last_error IS NOT $reason",
            ("$reason", reason),
            ("$id", command.Id),
            ("$text", command.Text)) > 0)
        {
            history.Record(command.Key, "scheduler not notified", reason);
        }
    });

    /// <summary>Removes what no longer holds.</summary>
    /// <param name="key">The incident.</param>
    /// <param name="onlyAcknowledgement">True for an acknowledgement only.</param>
    public void Withdraw(string key, bool onlyAcknowledgement) => database.Execute(
        "DELETE FROM commands WHERE key = $key AND (NOT $only OR command LIKE 'ACKNOWLEDGE%')",
        ("$key", key),
        ("$only", onlyAcknowledgement));

    /// <summary>Gives up what is older than <see cref="Lifetime"/>.</summary>
    public void Forget() => database.Execute(
        "DELETE FROM commands WHERE at < $before", ("$before", (time.GetUtcNow() - Lifetime).ToUnixTimeMilliseconds()));
}
