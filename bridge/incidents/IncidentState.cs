using System.Text.Json.Serialization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The state of an incident at PagerDuty.</summary>
internal enum IncidentState
{
    /// <summary>Nothing was sent, or a call has not been answered.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>A responder must be paged.</summary>
    [JsonStringEnumMemberName("triggered")]
    Triggered,

    /// <summary>A responder works on it.</summary>
    [JsonStringEnumMemberName("acknowledged")]
    Acknowledged,

    /// <summary>It is over.</summary>
    [JsonStringEnumMemberName("resolved")]
    Resolved,
}
