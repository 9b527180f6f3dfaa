using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Compares the scheduler's own state with the incidents. The scheduler never sends some recoveries (a service that recovers while its host
/// is down or in downtime) and never repeats a notification whose command failed: an incident that the scheduler calls good is closed, and
/// a problem that it believes to have notified is opened.
/// </summary>
/// <param name="source">The scheduler's own state.</param>
/// <param name="contacts">Which objects are ours, where the state does not say so; null where it does.</param>
/// <param name="heartbeat">Which service the bridge consumes itself: always bad and always notified, and never an incident.</param>
/// <param name="store">The incidents.</param>
/// <param name="isSpoolTaken">False while notifications may wait in the spool: those are not missing, and say more than the scheduler's
/// state.</param>
/// <param name="interval">Between two comparisons.</param>
/// <param name="log">Where a difference is logged.</param>
/// <param name="time">The clock.</param>
/// <param name="changed">Raised when something is due.</param>
internal sealed class Reconcile(
    ISchedulerSource source, ContactObjectsFile? contacts, HeartbeatConfig heartbeat, Store store, Func<bool> isSpoolTaken,
    TimeSpan interval, Log log, TimeProvider time, Signal changed)
{
    private static readonly TimeSpan SpoolPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromHours(1);

    // Long enough that a notification on its way through command, spool and ingest is not taken for missing.
    private readonly TimeSpan settling = interval < TimeSpan.FromMinutes(2) ? interval : TimeSpan.FromMinutes(2);

    private readonly Dictionary<(string Host, string Service), long> unknownSince = [];

    private long made;
    private bool awaitsSpool;

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop) =>
        PollingLoop.RunAsync(
            token => store.Failures.NoteAsync(StoredFailures.Reconciliation, () => OnceAsync(token)),
            token => Task.Delay(awaitsSpool ? SpoolPatience : interval, time, token),
            liveness,
            log,
            stop);

    /// <summary>Compares once, when the spool is taken.</summary>
    /// <returns>The number of incidents that were closed or opened.</returns>
    /// <exception cref="IOException">The scheduler's state cannot be read, or is old.</exception>
    public async Task<int> OnceAsync(CancellationToken stop)
    {
        awaitsSpool = !isSpoolTaken();
        if (awaitsSpool)
        {
            return 0;
        }

        // Of what opens while the state is read the next comparison knows.
        HashSet<(string, string)> open =
        [
            .. store.Table.Select(IncidentFilter.Unsettled, one => one.IsBad ? one : null)
                .SelectMany(one => one.BadMembers).Select(member => (member.Host, member.Service)),
        ];
        Dictionary<string, (string Key, DateTimeOffset Since)> acknowledged = Acknowledged();
        SchedulerState state = await source.ReadAsync(
            new StateQuestion(
                (host, service) => open.Contains((host, service)),
                acknowledged.ToDictionary(host => host.Key, host => host.Value.Since, StringComparer.Ordinal)),
            stop);
        DateTimeOffset now = time.GetUtcNow();
        if (now - state.TakenAt > MostAge)
        {
            throw new IOException($"the scheduler's state is {Words.Duration(now - state.TakenAt)} old: does the scheduler run?");
        }

        if (state.Seen == 0)
        {
            throw new IOException("the scheduler's state names no host and no service");
        }

        Dictionary<(string, string), SchedulerObject> objects = state.Objects
            .GroupBy(one => (one.Host, one.Service)).ToDictionary(group => group.Key, group => group.Last());

        // Names that differ only in bytes that are not UTF-8 are one name in the scheduler's state.
        List<Incident> known = [.. store.Incidents.List(withSettled: true).Where(incident => incident.Kind == IncidentKind.Scheduler)];
        Dictionary<(string, string), (Incident Incident, Member Member)> members = known
            .SelectMany(incident => incident.Members.Select(member => (Incident: incident, Member: member)))
            .GroupBy(one => (one.Member.Host, one.Member.Service))
            .ToDictionary(group => group.Key, group => group.MaxBy(one => one.Member.Desired != IncidentState.Resolved));
        int closed = known.Sum(incident => incident.BadMembers.Count(
            member => Close(incident, member, objects.GetValueOrDefault((member.Host, member.Service)), now)));
        ContactObjects? ours = contacts?.Read((host, service) => objects.ContainsKey((host, service)));
        int opened = state.Objects.Count(one => Open(
            one, members.TryGetValue((one.Host, one.Service), out (Incident, Member) of) ? of : null, ours, now));
        foreach ((string, string) gone in unknownSince.Keys.Where(name => objects.ContainsKey(name) || !open.Contains(name)).ToArray())
        {
            unknownSince.Remove(gone);
        }

        NoteUnwatched(acknowledged, state.Unwatched);
        store.Facts.Set(StoredFacts.Reconciled, now);
        if (closed + opened > 0)
        {
            changed.Raise();
        }

        return closed + opened;
    }

    // Of a host's acknowledged problems the oldest is the one behind which its services are unwatched.
    private Dictionary<string, (string Key, DateTimeOffset Since)> Acknowledged() => store.Table
        .Select(IncidentFilter.Unsettled, one => one is { IsBad: true, IsAcknowledged: true, Kind: IncidentKind.Scheduler } ? one : null)
        .Where(one => one.Members.Count == 1)
        .GroupBy(one => one.Host, StringComparer.Ordinal)
        .ToDictionary(
            host => host.Key,
            host => host.MinBy(one => one.Problem!.Since) is var oldest ? (oldest!.Key, oldest.Problem!.Since) : default,
            StringComparer.Ordinal);

    private void NoteUnwatched(
        Dictionary<string, (string Key, DateTimeOffset Since)> acknowledged, IReadOnlyDictionary<string, int> unwatched)
    {
        foreach ((string host, (string key, _)) in acknowledged)
        {
            store.Incidents.Apply(key, new IncidentInput.UnwatchedFound(unwatched.GetValueOrDefault(host)));
        }
    }

    private bool Close(Incident incident, Member member, SchedulerObject? scheduler, DateTimeOffset now)
    {
        if (now - incident.WaitingSince < settling
            || !(scheduler is null ? IsForgotten((member.Host, member.Service)) : IsGoodForLong(scheduler, member, now)))
        {
            return false;
        }

        string what = scheduler is null ? "the scheduler no longer knows it: closed" : $"the scheduler says {scheduler.State}: closed";
        string good = member.Service.Length > 0 ? "OK" : "UP";
        Apply(
            incident.Key,
            what,
            "RECOVERY",
            store.Incidents.NamesOf(incident, member),
            good,
            scheduler?.LastChange,
            scheduler?.Output ?? what);
        return true;
    }

    // What is paged as flapping is good now and then, and its end is notified.
    private bool IsGoodForLong(SchedulerObject scheduler, Member member, DateTimeOffset now) =>
        scheduler is { IsGood: true, IsHard: true } && !(member.IsFlapping && scheduler.IsFlapping)
        && now - DateTimeOffset.FromUnixTimeSeconds(scheduler.LastChange) >= settling;

    // A broker that has just started, or one realm's dead scheduler, does not know problems that are still there.
    private bool IsForgotten((string Host, string Service) name)
    {
        unknownSince.TryAdd(name, time.GetTimestamp());
        return time.GetElapsedTime(unknownSince[name]) >= ForgottenAfter;
    }

    private bool Open(SchedulerObject scheduler, (Incident Incident, Member Member)? known, ContactObjects? ours, DateTimeOffset now)
    {
        if (!scheduler.IsNotifiedProblem
            || heartbeat.Is(scheduler.Host, scheduler.Service)
            || now - DateTimeOffset.FromUnixTimeSeconds(scheduler.LastNotification) < settling
            || known is { Member.Desired: not IncidentState.Resolved } || (known is { } one && now - one.Incident.WaitingSince < settling)
            || !(scheduler.IsOurs ?? ours?.Holds(scheduler.Host, scheduler.Service) ?? known is not null))
        {
            return false;
        }

        string what = $"the scheduler has notified {scheduler.State} and no notification came: opened";
        (byte[] Host, byte[] Service, byte[] Incident) name =
            (Encoding.UTF8.GetBytes(scheduler.Host), Encoding.UTF8.GetBytes(scheduler.Service), Encoding.UTF8.GetBytes(scheduler.Incident));
        string key = name.Incident.Length > 0 ? DedupKey.OfShared(name.Incident) : DedupKey.Of(name.Host, name.Service);
        Apply(key, what, "PROBLEM", name, scheduler.State, scheduler.LastChange, scheduler.Output);
        return true;
    }

    private void Apply(
        string key, string what, string type, (byte[] Host, byte[] Service, byte[] Incident) name, string state, long? lastChange,
        string output)
    {
        string about = name.Service.Length > 0 ? "SERVICE" : "HOST";
        Dictionary<string, byte[]> macros = Macros.Of(
            (Macros.NotificationType, type),
            ($"{about}STATE", state),
            ($"{about}OUTPUT", output.Replace('\0', ' ')),
            ($"LAST{about}STATECHANGE", lastChange?.ToString(CultureInfo.InvariantCulture) ?? ""));
        macros[Macros.HostName] = name.Host;
        if (name.Service.Length > 0)
        {
            macros[Macros.ServiceName] = name.Service;
        }

        if (name.Incident.Length > 0)
        {
            macros[Macros.IncidentName] = name.Incident;
        }

        var moment = Moment.Now();
        store.Incidents.Reconcile(new SchedulerEvent($"reconciled-{moment.WallNanoseconds}-{made++}", moment, macros), what);
        log.Reconciled(key, what);
    }
}
