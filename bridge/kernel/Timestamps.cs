namespace Ringfree.Monitoring.Bridge;

/// <summary>Time stamps of the clock that no step of the wall clock moves.</summary>
internal static class Timestamps
{
    /// <summary>The time stamp that lies a duration ahead; a negative one lies behind.</summary>
    public static long TimestampIn(this TimeProvider time, TimeSpan duration) =>
        time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
}
