namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// An incident, the call that is under way, and what PagerDuty really has: a state of the exploration. Every step happens at one moment;
/// time passes by moving what was noted into the past.
/// </summary>
/// <param name="Incident">The incident; null before the first notification.</param>
/// <param name="UnderWay">The call under way; null when none is.</param>
/// <param name="Api">What PagerDuty has open by the Events API.</param>
/// <param name="Mail">What PagerDuty has open by mail.</param>
/// <param name="IsPaged">This problem has paged a responder.</param>
internal sealed record Explored(Incident? Incident, Call? UnderWay, Truth Api, Truth Mail, bool IsPaged)
{
    public static Explored Empty { get; } = new(null, null, Truth.Closed, Truth.Closed, false);
}

/// <summary>What PagerDuty really has.</summary>
internal enum Truth
{
    Closed,
    Open,
    Acknowledged,
}
