using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// When an event was spooled, on two clocks: the wall's for people, the boot's for order, because a wall clock can step backwards.
/// Events of one boot are in the order of their boot clock; events of different boots in the order in which serve met the boots.
/// </summary>
/// <param name="WallNanoseconds">Nanoseconds since 1970.</param>
/// <param name="BootNanoseconds">Nanoseconds since the machine started.</param>
/// <param name="BootId">The kernel's name for this boot; <c>-</c> where /proc is not mounted.</param>
internal readonly record struct Moment(long WallNanoseconds, long BootNanoseconds, string BootId)
{
    /// <summary>The boot of an event that was spooled where /proc is not mounted.</summary>
    public const string UnknownBoot = "00000000";

    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    public DateTimeOffset Wall => DateTimeOffset.UnixEpoch.AddTicks(WallNanoseconds / 100);

    public static Moment Now() => new(KernelClock.WallNanoseconds(), KernelClock.BootNanoseconds(), CurrentBootId());

    /// <summary>The boot id of this machine as file names carry it: the first 8 letters and digits.</summary>
    public static string CurrentBootId() => File.Exists(BootIdFile) ? Encoding.ASCII.GetString(File.ReadAllBytes(BootIdFile)).Trim() : "-";

    /// <summary>True for an event of a boot that was spooled after a moment of it.</summary>
    /// <param name="eventId">The event's file name.</param>
    /// <param name="boot">The boot, in 8 characters.</param>
    /// <param name="bootNanoseconds">The moment.</param>
    public static bool IsAfter(string eventId, string boot, long bootNanoseconds) =>
        eventId.Split('-') is [var itsBoot, var at, _] && itsBoot == boot
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long nanoseconds) && nanoseconds > bootNanoseconds;

    /// <summary>The boot in 8 characters; zeros when it is not known.</summary>
    public string Boot => BootId.Length >= 8 ? BootId[..8] : UnknownBoot;

    /// <summary>The spool's name for an event: boot, time since boot with leading zeros, process. It sorts by time within one boot.</summary>
    public string FileName(int processId) => $"{Boot}-{BootNanoseconds:D20}-{processId}{Spool.EventSuffix}";
}
