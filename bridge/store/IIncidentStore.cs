namespace Ringfree.Monitoring.Bridge;

/// <summary>Which incidents a query returns.</summary>
internal enum IncidentFilter
{
    /// <summary>All.</summary>
    All,

    /// <summary>Those that are bad, that a call is due for, or that PagerDuty refused for good.</summary>
    Unsettled,

    /// <summary>Those that PagerDuty refused for good.</summary>
    DeadLetters,

    /// <summary>Those that something suppresses.</summary>
    Suppressed,

    /// <summary>The bad ones that the storm's page lists.</summary>
    StormMembers,

    /// <summary>The bad ones behind which services are unwatched.</summary>
    Unwatched,

    /// <summary>Those that PagerDuty should have a page open for by the Events API, the longest open first.</summary>
    Pages,

    /// <summary>Those that a call is due for and that PagerDuty was never sent.</summary>
    Unsent,
}

/// <summary>The store in numbers, for status and metrics.</summary>
/// <param name="Pending">Incidents that a call is due for.</param>
/// <param name="OldestPending">How long the oldest of them waits; zero when none does.</param>
/// <param name="DeadLetters">Incidents that PagerDuty refused for good.</param>
/// <param name="Open">Incidents that are bad.</param>
/// <param name="Suppressed">Incidents that nothing is sent for.</param>
/// <param name="Commands">Commands that the scheduler's pipe has not taken yet.</param>
/// <param name="Unheard">Acknowledgements that the scheduler cannot be told of.</param>
internal sealed record FigureSet(
    long Pending, TimeSpan OldestPending, long DeadLetters, long Open, long Suppressed, long Commands, long Unheard = 0);

/// <summary>The incidents and their history. SQLite here; a database that several bridges share comes behind the same interface.</summary>
internal interface IIncidentStore
{
    /// <summary>Commits what belongs together, or nothing of it.</summary>
    T InTransaction<T>(Func<T> work);

    /// <summary>One incident, or null.</summary>
    Incident? Load(string key);

    /// <summary>
    /// The notification that a page is written from; when it is damaged, one of what the incident itself says: its page must not be lost.
    /// </summary>
    SchedulerEvent NotificationOf(Incident incident);

    /// <summary>The notification of one member.</summary>
    SchedulerEvent NotificationOf(Incident incident, Member member);

    /// <summary>
    /// Stores an incident, its effects, its history and its notification in one transaction, if nobody has stored another revision
    /// meanwhile.
    /// </summary>
    /// <param name="before">What <see cref="Load"/> returned.</param>
    /// <param name="key">The dedup key.</param>
    /// <param name="outcome">What the step led to.</param>
    /// <returns>False when somebody else was first: load and step again.</returns>
    bool Save(Incident? before, string key, Outcome outcome);

    /// <summary>The keys of the incidents that a call may be made for now, the most urgent first.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="onlyMail">Only those that a mail can carry, or that need no call.</param>
    IReadOnlyList<string> Due(int most, bool onlyMail = false);

    /// <summary>The keys of the incidents that a tick may change now.</summary>
    /// <param name="all">True for every one that a tick will change one day.</param>
    IReadOnlyList<string> Waking(bool all = false);

    /// <summary>The keys of the open criticals that PagerDuty was last sent before a moment, the longest ago first.</summary>
    /// <param name="after">How long ago.</param>
    /// <param name="most">At most so many.</param>
    IReadOnlyList<string> Reassertable(TimeSpan after, int most);

    /// <summary>Incidents by host and service, unless the filter says otherwise.</summary>
    IReadOnlyList<Incident> Query(IncidentFilter filter);

    /// <summary>The incidents of a host, of one service when it is given, those that it shares included.</summary>
    IReadOnlyList<Incident> Query(string host, string? service);

    /// <summary>What is needed of each incident: of a hundred thousand not all are in memory at once. Null is left out.</summary>
    IReadOnlyList<T> Select<T>(IncidentFilter filter, Func<Incident, T?> project)
        where T : class;

    /// <summary>True when the filter finds an incident.</summary>
    bool Any(IncidentFilter filter);

    /// <summary>The problems that began within a window and count for a storm.</summary>
    int ProblemsBegun(TimeSpan window);

    /// <summary>The store in numbers.</summary>
    FigureSet Figures();

    /// <summary>The history of an incident, oldest first.</summary>
    IReadOnlyList<HistoryLine> HistoryOf(string key);

    /// <summary>The ids of the notifications of every member of an incident that is bad, due, or refused for good.</summary>
    IReadOnlyList<string> NotificationsInUse();

    /// <summary>True when a notification stands in the history.</summary>
    bool Holds(string eventId);

    /// <summary>Adds a line to the history that no step leads to.</summary>
    /// <param name="key">The incident; null when it is about none.</param>
    /// <param name="what">A word or two.</param>
    /// <param name="detail">One sentence.</param>
    void Record(string? key, string what, string detail);

    /// <summary>Removes what is over and older than the history.</summary>
    void Forget();
}
