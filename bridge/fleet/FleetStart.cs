namespace Ringfree.Monitoring.Bridge;

/// <summary>What the config says of the fleet.</summary>
internal sealed record FleetSettings
{
    /// <summary>The most calls of the Events API in any 60 s; null when it is not configured.</summary>
    public int? CallsPerMinute { get; init; }

    /// <summary>The most mails in any 60 s; null when mail is not configured.</summary>
    public int? MailsPerMinute { get; init; }

    /// <summary>After this long without the API problems are mailed.</summary>
    public TimeSpan FallbackAfter { get; init; } = TimeSpan.MaxValue;

    /// <summary>The dead man's switch; null without one.</summary>
    public DeadMansSwitchSettings? Heartbeat { get; init; }
}

/// <summary>What the config says of a dead man's switch.</summary>
/// <param name="Name">What is awaited, for the alert.</param>
/// <param name="Limit">How long it may be missing.</param>
/// <param name="IsDemanded">True when the switch is armed from the start; else by the first heartbeat that comes.</param>
internal sealed record DeadMansSwitchSettings(string Name, TimeSpan Limit, bool IsDemanded);

/// <summary>What an earlier run of the program left behind.</summary>
internal sealed record FleetMemory
{
    /// <summary>Nothing is known of an earlier run.</summary>
    public static FleetMemory None { get; } = new();

    /// <summary>How long ago each call of the last minute began, the longest first.</summary>
    public IReadOnlyList<TimeSpan> ApiCalls { get; init; } = [];

    /// <summary>The same of mails.</summary>
    public IReadOnlyList<TimeSpan> MailCalls { get; init; } = [];

    /// <summary>Since when no call of the API succeeded; null when the last one did.</summary>
    public DateTimeOffset? ApiFailingSince { get; init; }

    /// <summary>When PagerDuty last accepted a call; null when never.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When the heartbeat last came; null when never.</summary>
    public DateTimeOffset? Heartbeat { get; init; }

    /// <summary>Since when the first heartbeat is awaited; null when none was.</summary>
    public DateTimeOffset? HeartbeatAwaited { get; init; }

    /// <summary>When the storm's page was last written; null when never.</summary>
    public DateTimeOffset? StormListed { get; init; }

    /// <summary>When the mail of last resort was last sent; null when never.</summary>
    public DateTimeOffset? LastResortSent { get; init; }
}
