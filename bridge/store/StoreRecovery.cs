using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What was saved from a damaged store.</summary>
/// <param name="SetAside">Where the damaged file lies now.</param>
/// <param name="Reason">What SQLite said.</param>
/// <param name="Incidents">Incidents that were read whole.</param>
/// <param name="FromHistory">Problems that only the history still knew.</param>
/// <param name="FromSpool">Notifications that are taken in again from their files.</param>
internal sealed record Salvage(string SetAside, string Reason, int Incidents, int FromHistory, int FromSpool);

/// <summary>
/// Opens the store; a damaged one is set aside beside it and built again: every row that can still be read, then the problems that only the
/// history names. What the spool still holds is whole, and comes in afterwards by itself.
/// </summary>
internal static class StoreRecovery
{
    /// <summary>Opens the store for writing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="policy">The limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="spooled">The notifications whose files the spool still holds.</param>
    /// <param name="salvage">What was saved; null when the store was sound.</param>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    /// <exception cref="InvalidOperationException">A newer version of this program made it.</exception>
    /// <exception cref="IOException">Its folder does not exist, or the damaged file cannot be moved.</exception>
    public static Store Open(string path, IncidentPolicy policy, TimeProvider time, IReadOnlySet<string> spooled, out Salvage? salvage)
    {
        salvage = null;
        string reason;
        try
        {
            var store = Store.Open(path, time, policy);
            try
            {
                if (store.Damage() is not { } damage)
                {
                    return store;
                }

                reason = damage;
            }
            catch
            {
                store.Dispose();
                throw;
            }

            store.Dispose();
        }
        catch (Exception failure) when (Database.IsDamage(failure))
        {
            reason = failure.Message;
        }

        return Rebuild(path, reason, policy, time, spooled, out salvage);
    }

    private static Store Rebuild(
        string path, string reason, IncidentPolicy policy, TimeProvider time, IReadOnlySet<string> spooled, out Salvage? salvage)
    {
        string aside = $"{path}.damaged-{time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, aside + suffix, overwrite: true);
            }
        }

        var store = Store.Open(path, time, policy);
        int incidents = 0;
        try
        {
            using Database damaged = Database.Open(aside, mayCreate: false);
            foreach (string table in Schema.Durable)
            {
                int saved = store.TakeFrom(damaged, table);
                incidents += table == "incidents" ? saved : 0;
            }
        }
        catch (SqliteException)
        {
            // Nothing of it can be read: the spool and the reconciliation with the scheduler are what is left.
        }

        int comeAgain = LeaveToSpool(store, spooled);
        salvage = new Salvage(aside, reason, incidents, FromHistory(store, time), comeAgain);
        return store;
    }

    // A file says more than the history, and outlives the next damage, too.
    private static int LeaveToSpool(Store store, IReadOnlySet<string> spooled)
    {
        string[] again = [.. store.History.Orphans().Select(orphan => orphan.EventId).OfType<string>().Where(spooled.Contains)];
        foreach (string eventId in again)
        {
            store.History.Forget(eventId);
        }

        return again.Length;
    }

    // What the history says of an incident that has no row any more is enough to page: its names and its state.
    private static int FromHistory(Store store, TimeProvider time)
    {
        var count = 0;
        foreach ((string key, string detail, _) in store.History.Orphans())
        {
            string[] words = detail.Split(':')[0].Split(", ", 2);
            if (words.Length != 2 || Names(key) is not { } names || Meaning.Of(words[0], words[1] is not ("OK" or "UP")) is not (IncidentState.Triggered or IncidentState.Acknowledged))
            {
                continue;
            }

            string about = names.Service.Length > 0 ? "SERVICE" : "HOST";
            var macros = new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                [Macros.NotificationType] = Encoding.UTF8.GetBytes(words[0]),
                [Macros.HostName] = names.Host,
                [$"{about}STATE"] = Encoding.UTF8.GetBytes(words[1]),
                [$"{about}OUTPUT"] = "the store was damaged: only its history still knows this problem; see the scheduler"u8.ToArray(),
            };
            if (names.Service.Length > 0)
            {
                macros.Add(Macros.ServiceName, names.Service);
            }

            DateTimeOffset now = time.GetUtcNow();
            var moment = new Moment((now - DateTimeOffset.UnixEpoch).Ticks * 100, KernelClock.BootNanoseconds(), Moment.CurrentBootId());
            store.Incidents.Ingest([new SchedulerEvent($"rebuilt-{now.ToUnixTimeMilliseconds()}-{count++}", moment, macros)], moment.Boot);
        }

        return count;
    }

    private static (byte[] Host, byte[] Service)? Names(string key)
    {
        string[] parts = key.Split(';');
        if (parts.Length > 2 || !parts[0].StartsWith("host=", StringComparison.Ordinal)
            || (parts.Length == 2 && !parts[1].StartsWith("service=", StringComparison.Ordinal)))
        {
            return null; // cut and hashed: its names are lost
        }

        return (Unescape(parts[0]["host=".Length..]), parts.Length == 2 ? Unescape(parts[1]["service=".Length..]) : []);
    }

    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '%' && i + 2 < text.Length;
            bytes.Add(isEscape ? Convert.ToByte(text.Substring(i + 1, 2), 16) : (byte)text[i]);
            i += isEscape ? 2 : 0;
        }

        return [.. bytes];
    }
}
