using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>A way to PagerDuty.</summary>
internal enum ChannelKind
{
    /// <summary>The Events API.</summary>
    Api,

    /// <summary>The e-mail integration, which has a key of its own: what it opened only it can close.</summary>
    Mail,
}

/// <summary>What a call asks of PagerDuty.</summary>
internal enum CallAction
{
    Trigger,
    Acknowledge,
    Resolve,
}

/// <summary>How much of a page is sent: what PagerDuty refuses loses first what it may have stumbled over.</summary>
internal enum Payload
{
    /// <summary>All.</summary>
    Full,

    /// <summary>All but the links.</summary>
    WithoutLinks,

    /// <summary>The headline: no details, no links, no time.</summary>
    Minimal,
}

/// <summary>What the channels are good for at the moment.</summary>
/// <param name="HasApi">The Events API is configured.</param>
/// <param name="HasMail">The e-mail integration is configured.</param>
/// <param name="IsApiOut">The circuit breaker of the API is open.</param>
/// <param name="ApiFailingSince">Since when no call of the API succeeded; null when the last one did.</param>
/// <param name="IsMailOut">The circuit breaker of the mail is open.</param>
/// <param name="FallbackAfter">After this long without the API problems are mailed.</param>
/// <param name="UpdatesUrgency">An event of the Events API raises the urgency of what is open.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Channels(
    bool HasApi, bool HasMail, bool IsApiOut, DateTimeOffset? ApiFailingSince, bool IsMailOut, TimeSpan FallbackAfter,
    bool UpdatesUrgency = false)
{
    public static Channels ApiOnly { get; } = new(true, false, false, null, false, TimeSpan.Zero);

    public static Channels MailOnly { get; } = new(false, true, false, null, false, TimeSpan.Zero);
}

/// <summary>One call for an incident.</summary>
/// <param name="Key">The incident's dedup key.</param>
/// <param name="Channel">The way that it takes.</param>
/// <param name="Action">What it asks for.</param>
/// <param name="Reason">Why.</param>
/// <param name="Version">The version of the desired state that it is made for: a newer one may come while the call runs.</param>
/// <param name="IsLast">False when another call must follow: after the close before a page again, after the trigger before an
/// acknowledgement.</param>
/// <param name="Payload">How much of the page it carries.</param>
/// <param name="Severity">The severity that it tells.</param>
/// <param name="Notification">The id of the notification that the page is written from.</param>
internal sealed record Call(
    string Key, ChannelKind Channel, CallAction Action, CallReason Reason, long Version, bool IsLast, Payload Payload, Severity Severity,
    string Notification)
{
    /// <summary>What the page says beside its notification.</summary>
    public PageRemarks Remarks { get; init; } = PageRemarks.None;

    /// <summary>True when nothing is left that could be tried after a refusal.</summary>
    [JsonIgnore]
    public bool IsFinal => Payload == Payload.Minimal || Action != CallAction.Trigger;

    [JsonIgnore]
    public string Verb => Action switch
    {
        CallAction.Trigger => "trigger",
        CallAction.Acknowledge => "acknowledge",
        _ => "resolve",
    };
}
