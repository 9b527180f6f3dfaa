namespace Ringfree.Monitoring.Bridge;

/// <summary>Why a step of the fleet leads to what it does.</summary>
internal enum FleetReason
{
    /// <summary>The program started.</summary>
    Started,

    /// <summary>The windows are open as before, or one more is.</summary>
    WindowsOpen,

    /// <summary>A window ended.</summary>
    WindowEnded,

    /// <summary>Fewer problems began than make a storm.</summary>
    Calm,

    /// <summary>One more problem began, and with it a storm.</summary>
    StormBegins,

    /// <summary>A storm goes on.</summary>
    StormRages,

    /// <summary>A call may begin.</summary>
    CallBegins,

    /// <summary>The channel is out, and one call probes it.</summary>
    ProbeBegins,

    /// <summary>The channel is out, and a call probes it already.</summary>
    ProbeUnderWay,

    /// <summary>The channel is out, and the next probe waits.</summary>
    ProbeNotDue,

    /// <summary>As many calls are under way as may be at once.</summary>
    NoPlace,

    /// <summary>As many calls were made as a minute may have.</summary>
    RateLimited,

    /// <summary>PagerDuty answered 429 a moment ago.</summary>
    Paused,

    /// <summary>There is no such channel.</summary>
    NoChannel,

    /// <summary>The channel works.</summary>
    ChannelWorks,

    /// <summary>The call failed, and the channel is not out.</summary>
    CallFailed,

    /// <summary>The call failed, and the channel is out.</summary>
    ChannelOut,

    /// <summary>PagerDuty answered 429.</summary>
    TooManyCalls,

    /// <summary>The call says nothing about the channel.</summary>
    CallWithdrawn,

    /// <summary>A call gave its place back.</summary>
    PlaceFreed,

    /// <summary>Only what is due is stepped.</summary>
    DueWoken,

    /// <summary>The moments of all that wait are looked at.</summary>
    AllWoken,

    /// <summary>The steps are stored.</summary>
    WakeStored,

    /// <summary>PagerDuty refuses nothing.</summary>
    NoDeadLetters,

    /// <summary>PagerDuty refuses events, and the page says so.</summary>
    DeadLettersPaged,

    /// <summary>The page about them is tried again.</summary>
    DeadLettersRetried,

    /// <summary>No member of a storm is left.</summary>
    StormOver,

    /// <summary>The storm's page was written less than a minute ago.</summary>
    StormListedLately,

    /// <summary>The storm's page is written.</summary>
    StormListed,

    /// <summary>The page says so already.</summary>
    AlertKnown,

    /// <summary>The page is sent.</summary>
    AlertRaised,

    /// <summary>A heartbeat came.</summary>
    HeartbeatCame,

    /// <summary>This program awaits no heartbeat.</summary>
    HeartbeatNotAwaited,

    /// <summary>Heartbeats come.</summary>
    HeartbeatComes,

    /// <summary>The time for the next heartbeat is not over, and none came since the start.</summary>
    HeartbeatNotHeard,

    /// <summary>The heartbeat is missing.</summary>
    HeartbeatMissing,

    /// <summary>The heartbeat is missing, and everything is in maintenance.</summary>
    HeartbeatInMaintenance,

    /// <summary>PagerDuty accepted a call less than 5 minutes ago.</summary>
    CanaryNotNeeded,

    /// <summary>The canary's call has not ended.</summary>
    CanaryUnderWay,

    /// <summary>The canary calls.</summary>
    CanaryBegins,

    /// <summary>No problem has waited too long.</summary>
    NothingUnproven,

    /// <summary>A mail of last resort was sent a while ago.</summary>
    MailedLately,

    /// <summary>The mail of last resort is being sent.</summary>
    MailUnderWay,

    /// <summary>The mail of last resort is sent.</summary>
    MailBegins,

    /// <summary>The mail server took it.</summary>
    MailSent,

    /// <summary>The mail server did not take it.</summary>
    MailNotSent,
}
