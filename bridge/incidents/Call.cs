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

/// <summary>What the channels are good for at the moment.</summary>
/// <param name="HasApi">The Events API is configured.</param>
/// <param name="HasMail">The e-mail integration is configured.</param>
/// <param name="IsApiOut">The circuit breaker of the API is open.</param>
/// <param name="ApiFailingSince">Since when no call of the API succeeded; null when the last one did.</param>
/// <param name="IsMailOut">The circuit breaker of the mail is open.</param>
/// <param name="FallbackAfter">After this long without the API problems are mailed.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Channels(
    bool HasApi, bool HasMail, bool IsApiOut, DateTimeOffset? ApiFailingSince, bool IsMailOut, TimeSpan FallbackAfter)
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
/// <param name="IsMinimal">True when PagerDuty refused the full event: no details, no links.</param>
/// <param name="Severity">The severity that it tells.</param>
/// <param name="Notification">The id of the notification that the page is written from.</param>
internal sealed record Call(
    string Key, ChannelKind Channel, CallAction Action, CallReason Reason, long Version, bool IsLast, bool IsMinimal, Severity Severity,
    string Notification)
{
    [JsonIgnore]
    public string Verb => Action switch
    {
        CallAction.Trigger => "trigger",
        CallAction.Acknowledge => "acknowledge",
        _ => "resolve",
    };
}
