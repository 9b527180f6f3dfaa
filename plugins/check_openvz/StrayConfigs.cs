using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Tells of configs that will surprise at the next boot: one that starts a container which the manifest leaves out, and one whose ONBOOT
/// vzctl does not read.
/// </summary>
internal static class StrayConfigs
{
    private const int LongestLine = 60;

    /// <summary>
    /// The containers that start at boot, do not run, and are neither expected nor ignored nor at home elsewhere. One that runs is told as
    /// such.
    /// </summary>
    internal static IEnumerable<string> OutsideTheManifest(OpenvzSettings settings, NodeReading reading) =>
        settings.Manifest is null || reading.Expected!.WhyUnknown is not null ? []
        : Strays(settings, reading).Where(config => config.StartsOnBoot && !reading.Scan!.Containers.ContainsKey(config.Id)
            && !settings.Homes.ContainsKey(config.Id)).Select(config => config.Id);

    internal static void Evaluate(OpenvzSettings settings, NodeReading reading, ReportBuilder report)
    {
        ConcernReport concern = report.For(OpenvzCheck.Containers);
        string[] outside = reading.ConfigsAreShared ? [] : [.. OutsideTheManifest(settings, reading).Order(ContainerId.InOrder)];
        if (outside.Length > 0)
        {
            string sentence = outside.Length == 1
                ? $"container {reading.Label(outside[0])} starts at boot (ONBOOT) and is not in the manifest {settings.Manifest}, so "
                    + "nothing watches it"
                : $"{outside.Length} containers start at boot (ONBOOT) and are not in the manifest {settings.Manifest}, so nothing watches "
                    + $"them: {Sentences.Some([.. outside.Select(reading.Label)])}";
            if (settings.AllowsOthers)
            {
                report.Note(sentence);
            }
            else
            {
                concern.Problem(Status.Warning, ContainersHeadlines.OutsideTheManifest.With("CTID", outside[0]), sentence);
            }
        }

        if (settings.Manifest is null)
        {
            TellUnread(settings, reading, concern);
        }
    }

    private static void TellUnread(OpenvzSettings settings, NodeReading reading, ConcernReport concern)
    {
        IEnumerable<ContainerConfig> passedOver = Strays(settings, reading).Where(config => config.UnreadOnBoot is not null);
        string[] unread = [.. passedOver.Select(config => config.Id).Order(ContainerId.InOrder)];
        if (unread.Length == 0)
        {
            return;
        }

        string each = Sentences.Some([.. unread.Select(id => $"{reading.Label(id)}: {Cut(reading.Configs[id].UnreadOnBoot!)}")]);
        concern.Problem(
            Status.Warning,
            ContainersHeadlines.OnBootUnread.With("CTID", unread[0]),
            $"vzctl does not read the ONBOOT of {Words.Count(unread.Length, "container")}, which {(unread.Length == 1 ? "does" : "do")} "
                + $"not start at boot: {each}");
    }

    private static string Cut(string line) => line.Length <= LongestLine ? line : $"{line[..LongestLine]}…";

    private static IEnumerable<ContainerConfig> Strays(OpenvzSettings settings, NodeReading reading)
    {
        IReadOnlySet<string> ignored = reading.IdsOf(settings.Ignored);
        HashSet<string> expected = [.. reading.Expected!.Ids];
        return reading.Configs.Values.Where(config => !expected.Contains(config.Id) && !ignored.Contains(config.Id));
    }
}
