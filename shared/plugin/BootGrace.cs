using System.Buffers.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>The time after the node's boot in which containers and their services may still be on their way up.</summary>
/// <param name="Length">How long it lasts, from the boot on.</param>
/// <param name="Status">What containers and services that are not up yet are until then.</param>
/// <param name="Uptime">How long the node is up; null when it does not tell, which ends the grace.</param>
/// <param name="Now">The moment of the run.</param>
public sealed record BootGrace(TimeSpan Length, Status Status, TimeSpan? Uptime, DateTimeOffset Now)
{
    /// <summary>How long it lasts when nobody says otherwise, for descriptions of options.</summary>
    public const string Usual = "20m:OK";

    /// <summary>How long it lasts when nobody says otherwise: 20 minutes.</summary>
    public static readonly TimeSpan UsualLength = TimeSpan.FromMinutes(20);

    /// <summary>How long the operator lets it last, and what containers and services that are not up yet are until then.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="option">The one that says it.</param>
    /// <returns>20 minutes and OK when it was not given.</returns>
    /// <exception cref="UsageException">Its value is not a duration with a status.</exception>
    public static (TimeSpan Length, Status Status) Parse(Options options, CheckOption option) => options.DurationAndStatus(option, UsualLength, Status.Ok);

    /// <summary>How long a node is up, from its /proc/uptime: seconds since the boot, then those of all processors' idleness.</summary>
    /// <param name="world">The world.</param>
    /// <param name="root">The folder that holds proc; empty for the machine's own.</param>
    /// <returns>The time; null when the file cannot be read.</returns>
    public static TimeSpan? UptimeOf(IWorld world, string root = "")
    {
        TimeSpan? uptime = null;
        world.Read(new FilesQuestion($"{root}/proc/uptime") { AreKernelRecords = true, LargestFile = 4096 }, (_, content, failure) =>
            uptime = failure is null && Utf8Parser.TryParse(content, out double seconds, out int _) && seconds is >= 0 and < 1e10
                ? TimeSpan.FromSeconds(seconds)
                : null);
        return uptime;
    }

    /// <summary>Whether the run falls into it.</summary>
    public bool Lasts => Uptime < Length;

    /// <summary>"12 of 60 containers run; the node booted 4 min ago, the rest is waited for until 2026-11-29 03:31 UTC".</summary>
    /// <param name="state">What is not up yet.</param>
    /// <param name="whoIsWaitedFor">Subject and verb: "the rest is".</param>
    /// <returns>The sentence.</returns>
    public string Sentence(string state, string whoIsWaitedFor)
    {
        TimeSpan uptime = Uptime ?? TimeSpan.Zero;
        string ago = uptime < TimeSpan.FromMinutes(1) ? $"{(int)uptime.TotalSeconds} s" : $"{(int)uptime.TotalMinutes} min";
        return $"{state}; the node booted {ago} ago, {whoIsWaitedFor} waited for until {Words.Moment(Now - uptime + Length)}";
    }
}
