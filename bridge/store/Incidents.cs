namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The one way to change incidents: load, <see cref="Transitions.Step"/>, save; whoever loses against another process does it again.
/// </summary>
internal sealed class Incidents(IIncidentStore store, Boots boots, MaintenanceWindows windows, CurrentFleet fleet, TimeProvider time)
{
    /// <summary>What comes of an event that is in already.</summary>
    public const string Known = "known already";

    private const int MostTries = 10;

    /// <summary>The fleet with the maintenance windows that are open now.</summary>
    public Fleet Fleet() => fleet.Step(new FleetInput.WindowsRead(windows.Open())).Fleet;

    /// <summary>Steps one incident.</summary>
    public Outcome Apply(string key, IncidentInput input) => Apply(key, input, Fleet());

    /// <summary>Steps several, all of them or none.</summary>
    /// <returns>How many changed.</returns>
    public int Apply(IEnumerable<string> keys, IncidentInput input) => store.InTransaction(() =>
    {
        Fleet now = Fleet();
        return keys.Count(key => !Apply(key, input, now).IsNothing);
    });

    /// <summary>Takes events in, all or none of them. An event that is in already, by its id, changes nothing.</summary>
    /// <param name="events">In their order.</param>
    /// <param name="currentBoot">Stands for the boot of events that do not know theirs.</param>
    /// <param name="servedSince">When serve took the spool, on the boot clock in nanoseconds: notify may have delivered what is
    /// older.</param>
    /// <returns>For each event what came of it, in words.</returns>
    public List<string> Ingest(IReadOnlyList<SchedulerEvent> events, string currentBoot, long servedSince = 0) =>
        store.InTransaction<List<string>>(() =>
    {
        Fleet now = ReadFleet();
        string running = new Moment(0, 0, currentBoot).Boot;
        var outcomes = new List<string>();
        foreach (SchedulerEvent @event in events)
        {
            if (store.Holds(@event.Id))
            {
                outcomes.Add(Known);
                continue;
            }

            long boot = boots.OrdinalOf(@event.Spooled.Boot == Moment.UnknownBoot ? currentBoot : @event.Spooled.Boot);
            bool mayBeDelivered = @event.Spooled.Boot != running || @event.Spooled.BootNanoseconds <= servedSince;
            outcomes.Add(Notify(DedupKey.Of(@event), new IncidentInput.Notified(@event, boot, MayBeDelivered: mayBeDelivered), ref now));
        }

        return outcomes;
    });

    /// <summary>Takes in what the scheduler's own state says.</summary>
    public void Reconcile(SchedulerEvent @event, string what) => store.InTransaction(() =>
    {
        Fleet now = ReadFleet();
        return Notify(DedupKey.Of(@event), new IncidentInput.Reconciled(@event, boots.OrdinalOf(@event.Spooled.Boot), what), ref now);
    });

    /// <summary>Makes an incident of the bridge itself bad, with a new text, or good.</summary>
    public void Raise(SchedulerEvent @event, IncidentKind kind) => store.InTransaction(() =>
        Apply(DedupKey.Of(@event), new IncidentInput.Notified(@event, boots.OrdinalOf(@event.Spooled.Boot), kind)));

    public Incident? Find(string key) => store.Load(key);

    /// <summary>The incidents by host and service.</summary>
    /// <param name="withSettled">Also those that are resolved and delivered.</param>
    public IReadOnlyList<Incident> List(bool withSettled) => store.Query(withSettled ? IncidentFilter.All : IncidentFilter.Unsettled);

    /// <summary>
    /// Host and service of a member in the bytes in which the scheduler names them; in UTF-8 when the stored notification cannot be read.
    /// </summary>
    public (byte[] Host, byte[] Service, byte[] Incident) NamesOf(Incident incident, Member member)
    {
        SchedulerEvent stored = store.NotificationOf(incident, member);
        return (stored.HostBytes, stored.ServiceBytes, stored.IncidentBytes);
    }

    /// <summary>
    /// The problems that may have paged nobody: they wait since before a moment, or only a mail server took them and the API has been away
    /// since before it.
    /// </summary>
    public List<Incident> Unproven(DateTimeOffset before, DateTimeOffset? apiFailingSince) =>
        [.. store.Select(
            IncidentFilter.Unsettled, incident => incident is { IsBad: true, Suppression: null } && incident.WaitingSince <= before
            && (incident is { IsNotified: false, IsDue: true } || (incident.Mail.IsOpen && apiFailingSince <= before)) ? incident : null)];

    // A transaction reads windows and problems once, and keeps them whatever another thread has read before it.
    private Fleet ReadFleet()
    {
        Fleet now = Fleet();
        return now with { Storm = fleet.Step(new FleetInput.ProblemsCounted(store.ProblemsBegun(now.Policy.StormWindow))).Fleet.Storm };
    }

    private string Notify(string key, IncidentInput input, ref Fleet now)
    {
        Outcome outcome = Apply(key, input, now);
        if (outcome.HasBegun)
        {
            FleetOutcome problem = fleet.Step(new FleetInput.ProblemBegan());
            now = now with { Storm = problem.Fleet.Storm };
            if (problem.Effects is [FleetEffect.StormBroke])
            {
                foreach (Incident waiting in store.Query(IncidentFilter.Unsent).Where(one => one.Key != key))
                {
                    Apply(waiting.Key, new IncidentInput.StormBegan(), now);
                }
            }
        }

        return outcome.Summary;
    }

    private Outcome Apply(string key, IncidentInput input, Fleet now)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            Incident? before = store.Load(key);
            Outcome outcome = Transitions.Step(before, input, now.For(MembersOf(before, input), time.GetUtcNow()));
            if (outcome.IsNothing || store.Save(before, key, outcome))
            {
                return outcome;
            }
        }

        throw new IOException($"the incident {key} is changed by other processes again and again");
    }

    private static IEnumerable<(string Host, string Service)> MembersOf(Incident? incident, IncidentInput input)
    {
        SchedulerEvent? @event = input switch
        {
            IncidentInput.Notified notified => notified.Event,
            IncidentInput.Reconciled reconciled => reconciled.Event,
            _ => null,
        };
        IEnumerable<(string, string)> members = incident?.BadMembers.Select(member => (member.Host, member.Service)) ?? [];
        return @event is null ? members : members.Append((@event.Host, @event.Service));
    }
}
