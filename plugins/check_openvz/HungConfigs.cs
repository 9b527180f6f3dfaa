using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// While the storage of the container configs hangs, vzlist and vzctl hang with it, and so does whoever reads the folder: no first step may
/// say so.
/// </summary>
internal static class HungConfigs
{
    private const string FirstStep = "the storage of the container configs first: grep vz /proc/mounts; dmesg. What runs meanwhile: "
        + "grep -lw envID:.CTID /proc/[0-9]*/status";

    private const string DoNot = "run vzlist or vzctl before it answers: they read the same folder, and hang with it";

    private static readonly string[] ReadConfigs = ["vzlist", "vzctl", "vz status", ContainerConfig.Folder];

    /// <summary>Has every concern give first steps that do not hang.</summary>
    internal static void Fit(OpenvzSettings settings, NodeReading reading, ReportBuilder report)
    {
        if (reading.ConfigError is not { IsUnresponsive: true })
        {
            return;
        }

        foreach (Concern concern in settings.Judged)
        {
            report.For(concern).Fit = WithoutConfigs;
        }
    }

    private static HeadlineKind WithoutConfigs(HeadlineKind kind)
    {
        if (!Array.Exists(ReadConfigs, kind.FirstStep.Contains))
        {
            return kind;
        }

        string id = kind.Subject.Split(' ').FirstOrDefault(ContainerId.IsOne, "CTID");
        return kind with { FirstStep = FirstStep.Replace("CTID", id, StringComparison.Ordinal), DoNot = DoNot };
    }
}
