using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Watches an OpenVZ node from outside its containers: which run, what runs in them, what they were refused, and what they stand on.
/// </summary>
public sealed class OpenvzCheck : ICheck
{
    internal static readonly Concern Containers = new(
        "containers",
        "every container that should run here runs",
        "vzlist -a; tail -n 50 /var/log/vzctl.log; then vzctl start CTID, unless somebody is moving it");

    internal static readonly Concern Services = new(
        "services",
        "every running container has its services",
        "vzctl exec CTID ps axf; vzctl exec CTID tail -n 50 /var/log/messages; then start the service inside the container");

    internal static readonly Concern Beancounters = new(
        "beancounters",
        "no container is refused a resource or is about to be",
        "grep -A 23 CTID: /proc/user_beancounters; find what grows inside before you raise the limit with vzctl set CTID --RESOURCE "
            + "BARRIER:LIMIT --save");

    internal static readonly Concern Disks = new(
        "disks",
        "no container's own disk is full or about to be",
        "vzctl exec CTID df -h; vzctl exec CTID df -i; find what grows inside before you give it more room");

    internal static readonly Concern Mounts = new(
        "mounts",
        "every storage layer is mounted, is the right one and answers",
        "grep PATH /proc/mounts; the end of dmesg; on the storage server: gluster volume status; do not cd into a hung mount");

    internal static readonly Concern Timezone = new(
        "timezone",
        "the system and the PHP of a container mean the same time zone",
        "in the container: ls -l /etc/localtime; grep -r ^date.timezone /etc/php*; set one to the other and reload the web server");

    internal static readonly MetricFacts ContainersExpected = new("containers_expected", Unit.Count, "containers that should run here", Containers);
    internal static readonly MetricFacts ContainersRunning = new("containers_running", Unit.Count, "expected containers that run", Containers);

    internal static readonly MetricFacts ContainersDown = new("containers_down", Unit.Count, "expected containers that do not run and are not in transition", Containers)
    {
        Critical = Plugin.Range.Parse("0"),
    };

    internal static readonly MetricFacts TransitionAge = new(
        "transition_age", Unit.Seconds, "longest time that an expected container which is started, stopped or moved is down", Containers)
    {
        Critical = Plugin.Range.Parse("900"),
    };

    internal static readonly MetricFacts Processes = new("processes", Unit.Count, "processes of all containers", Containers);

    internal static readonly MetricFacts ServicesMissing = new("services_missing", Unit.Count, "services that do not run in running containers", Services)
    {
        Critical = Plugin.Range.Parse("0"),
    };

    internal static readonly MetricFacts ZombiesInOne = new("zombies", Unit.Count, "zombie processes of the container that has most, or "
        + "of the node itself", Services)
    {
        Warning = Plugin.Range.Parse("20"),
        Critical = Plugin.Range.Parse("100"),
    };

    internal static readonly MetricFacts UnregisteredTime = new(
        "unregistered_time", Unit.Seconds, "how long the longest outbound registration of any Asterisk is not registered", Services)
    {
        Critical = Plugin.Range.Parse("@300:"),
    };

    internal static readonly MetricFacts FailcntGrowth = new("failcnt_growth", Unit.Count, "refusals since the last run, of the resource that was refused most", Beancounters)
    {
        Warning = Plugin.Range.Parse("0"),
        Critical = Plugin.Range.Parse("999"),
    };

    internal static readonly MetricFacts BeancounterUse = new("beancounter_use", Unit.Percent, "the fullest resource of any container against its limit", Beancounters)
    {
        Warning = Plugin.Range.Parse("90"),
        Critical = Plugin.Range.Parse("98"),
    };

    internal static readonly MetricFacts DiskUse = new("disk_use", Unit.Percent, "the fullest disk of any container, by its quota or "
        + "its ploop image", Disks)
    {
        Warning = Plugin.Range.Parse("90"),
        Critical = Plugin.Range.Parse("95"),
    };

    internal static readonly MetricFacts InodeUse = new("inode_use", Unit.Percent, "the container that has used most of its inodes", Disks)
    {
        Warning = Plugin.Range.Parse("90"),
        Critical = Plugin.Range.Parse("95"),
    };

    internal static readonly MetricFacts MountsUnresponsive = new("mounts_unresponsive", Unit.Count, "storage layers that do not answer", Mounts)
    {
        Critical = Plugin.Range.Parse("0"),
    };

    internal static readonly MetricFacts TimezoneMismatches = new("timezone_mismatches", Unit.Count, "containers whose system and PHP mean different time zones", Timezone)
    {
        Warning = Plugin.Range.Parse("0"),
    };

    internal static readonly MetricFacts ScanTime = new("scan_time", Unit.Seconds, "time that the pass over all processes took", Containers);

    /// <inheritdoc/>
    public static Facts Facts { get; } = new()
    {
        Name = "check_openvz",
        Purpose = "watches an OpenVZ node: containers, the services in them, beancounters, disks, storage layers and time zones.",
        Concerns = [Containers, Services, Beancounters, Disks, Mounts, Timezone],
        Metrics =
        [
            ContainersExpected, ContainersRunning, ContainersDown, TransitionAge, Processes, ServicesMissing, ZombiesInOne,
            UnregisteredTime, FailcntGrowth, BeancounterUse, DiskUse, InodeUse, MountsUnresponsive, TimezoneMismatches, ScanTime,
        ],
        MainMetric = ContainersDown,
        Options = OpenvzSettings.Declared,
        RootIsNeededFor = "beancounters and disk quotas (/proc/user_beancounters and /proc/vz/vzquota open for root alone) and "
            + "Asterisk's control sockets",
        Remembers = true,
    };

    /// <inheritdoc/>
    public static Report Run(CheckRun run)
    {
        OpenvzSettings settings = OpenvzSettings.Parse(run.Options);
        NodeReading reading = NodeProbe.Read(run.World, settings, RememberedNode.Of(run, settings));
        if (settings.Judges(Services) && reading.SeesContainers)
        {
            IReadOnlyList<int> parents = ZombiesEvaluation.ParentsToName(settings, reading, run.Options);
            reading = reading with { ProcessNames = ProcessNamesProbe.Read(run.World, settings.Root, parents) };
        }

        return NodeEvaluation.Evaluate(settings, reading, run.BeginReport());
    }
}
