using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The two clocks that .NET does not give in nanoseconds.</summary>
internal static class KernelClock
{
    /// <summary>Nanoseconds since 1970.</summary>
    public static long WallNanoseconds() => Now(Libc.CLOCK_REALTIME);

    /// <summary>Nanoseconds since the machine started, suspended time included; no clock step changes it.</summary>
    public static long BootNanoseconds() => Now(Libc.CLOCK_BOOTTIME);

    private static unsafe long Now(int clock)
    {
        Libc.TimeSpec time;
        KernelCall.Require(Libc.ClockTime(clock, &time), "clock_gettime");
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }
}
