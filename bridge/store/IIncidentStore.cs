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

    /// <summary>Those that PagerDuty should have a page open for by the Events API, the longest open first.</summary>
    Pages,

    /// <summary>Those that a call is due for and that PagerDuty was never sent.</summary>
    Unsent,
}

/// <summary>The incidents and their history. SQLite here; a database that several bridges share comes behind the same interface.</summary>
internal interface IIncidentStore
{
    /// <summary>Commits what belongs together, or nothing of it.</summary>
    T InTransaction<T>(Func<T> work);

    /// <summary>One incident, or null.</summary>
    Incident? Load(string key);

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
    IReadOnlyList<string> Waking();

    /// <summary>Incidents by host and service, unless the filter says otherwise.</summary>
    IReadOnlyList<Incident> Query(IncidentFilter filter);

    /// <summary>What is needed of each incident: of a hundred thousand not all are in memory at once. Null is left out.</summary>
    IReadOnlyList<T> Select<T>(IncidentFilter filter, Func<Incident, T?> project)
        where T : class;

    /// <summary>The history of an incident, oldest first.</summary>
    IReadOnlyList<HistoryLine> HistoryOf(string key);
}
