namespace Ringfree.Monitoring.Bridge;

/// <summary>What can happen to the fleet. What a store or another process knows comes in as it stood when it was read.</summary>
internal abstract record FleetInput
{
    private FleetInput()
    {
    }

    /// <summary>The program starts.</summary>
    internal sealed record Started(FleetSettings Settings, FleetMemory Memory) : FleetInput;

    /// <summary>The maintenance windows that are open were read.</summary>
    internal sealed record WindowsRead(IReadOnlyList<MaintenanceWindow> Windows) : FleetInput;

    /// <summary>The problems that count for a storm were counted.</summary>
    internal sealed record ProblemsCounted(int Begun) : FleetInput;

    /// <summary>A problem began that no maintenance covers.</summary>
    internal sealed record ProblemBegan : FleetInput;

    /// <summary>A call wants to begin.</summary>
    internal sealed record CallAsked(ChannelKind Channel) : FleetInput;

    /// <summary>A call was answered, or will not be.</summary>
    /// <param name="Permit">Its place.</param>
    /// <param name="Result">What the answer says about the channel.</param>
    /// <param name="RetryAfter">How long the server asks to wait; null when it does not say.</param>
    /// <param name="Calls">How many calls it took: the rate limit counts each.</param>
    internal sealed record CallAnswered(Permit Permit, CallResult Result, TimeSpan? RetryAfter = null, int Calls = 1) : FleetInput;

    /// <summary>A call gives its place back.</summary>
    internal sealed record CallEnded(Permit Permit) : FleetInput;

    /// <summary>Time passed.</summary>
    /// <param name="NotedFailingSince">Since when the API fails, as the store has it.</param>
    internal sealed record Ticked(DateTimeOffset? NotedFailingSince) : FleetInput;

    /// <summary>The store has taken the steps that a tick asked for.</summary>
    /// <param name="Owed">What the tick said.</param>
    internal sealed record Woken(long Owed) : FleetInput;

    /// <summary>The dead letters were read, the page about them left out.</summary>
    /// <param name="Letters">Each in words, the newest first.</param>
    /// <param name="IsPaged">The page about them is open.</param>
    internal sealed record DeadLettersRead(IReadOnlyList<string> Letters, bool IsPaged) : FleetInput;

    /// <summary>The store was asked for incidents that the storm's page lists.</summary>
    /// <param name="HasMembers">There is one.</param>
    /// <param name="IsPaged">The storm's page is open.</param>
    internal sealed record StormRead(bool HasMembers, bool IsPaged) : FleetInput;

    /// <summary>Something must be paged about in these words: the storm's members, a file, a store.</summary>
    internal sealed record AlertWritten(OwnConcern Concern, string Headline, string Details, bool IsPaged) : FleetInput;

    /// <summary>A heartbeat came.</summary>
    internal sealed record HeartbeatCame : FleetInput;

    /// <summary>It is time to look whether heartbeats come.</summary>
    /// <param name="IsPaged">The page about a missing one is open.</param>
    internal sealed record HeartbeatAwaited(bool IsPaged) : FleetInput;

    /// <summary>It is time to look whether the canary must call.</summary>
    internal sealed record CanaryAsked : FleetInput;

    /// <summary>The problems that may have paged nobody were read.</summary>
    /// <param name="Count">How many there are.</param>
    /// <param name="NewestDue">Since when the newest of them has waited too long.</param>
    internal sealed record UnprovenRead(int Count, DateTimeOffset NewestDue) : FleetInput;

    /// <summary>The mail of last resort was handed over, or not.</summary>
    internal sealed record LastResortEnded(bool IsSent) : FleetInput;
}
