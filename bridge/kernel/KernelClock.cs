using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The two clocks that .NET does not give in nanoseconds.</summary>
internal static partial class KernelClock
{
    private const int WallClock = 0;
    private const int BootClock = 7;

    /// <summary>Nanoseconds since 1970.</summary>
    public static long WallNanoseconds() => Now(WallClock);

    /// <summary>Nanoseconds since the machine started, suspended time included; no clock step changes it.</summary>
    public static long BootNanoseconds() => Now(BootClock);

    private static long Now(int clock)
    {
        KernelCall.Require(ClockGetTime(clock, out TimeSpec time), "clock_gettime");
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
