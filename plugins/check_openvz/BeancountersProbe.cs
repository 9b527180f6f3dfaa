using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What was read of beancounters.</summary>
/// <param name="Table">Every row of a container; empty when there is an error.</param>
/// <param name="Rows">Those that are evaluated.</param>
/// <param name="Error">Why the table could not be read; null when it was.</param>
internal sealed record BeancountersReading(IReadOnlyList<Beancounter> Table, IReadOnlyList<Beancounter> Rows, ProbeError? Error)
{
    /// <summary>By container, where it is known: pages of swap that it may hold.</summary>
    internal IReadOnlyDictionary<string, ulong> SwapLimits { get; init; } = new Dictionary<string, ulong>();

    /// <summary>By container: which start of it runs; a text that is another one after a restart.</summary>
    internal IReadOnlyDictionary<string, string> Starts { get; init; } = new Dictionary<string, string>();
}

/// <summary>Reads the table of all containers, and what it leaves out: limits of swap, and when containers were started.</summary>
internal static class BeancountersProbe
{
    private const int LargestTable = 32 * 1024 * 1024;

    internal static BeancountersReading Read(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        string path = settings.Root + "/proc/user_beancounters";
        IReadOnlyList<Beancounter>? table = null;
        string? failure = null;
        Answer answer = world.Read(new FilesQuestion(path) { LargestFile = LargestTable }, (_, content, trouble) =>
        {
            failure = trouble;
            table = trouble is null ? BeancounterTable.Parse(content) : null;
        });
        if (table is null)
        {
            return new BeancountersReading([], [], ErrorOf(world, path, answer, failure));
        }

        IReadOnlySet<string> ignored = reading.IdsOf(settings.Ignored);
        IReadOnlyList<Beancounter> rows = ignored.Count + settings.IgnoredBeancounters.Count == 0
            ? table
            : [.. table.Where(row => !ignored.Contains(row.Container) && !settings.IgnoredBeancounters.Contains(row.Resource))];
        return new BeancountersReading(table, rows, null)
        {
            SwapLimits = ReadSwapLimits(world, settings, rows),
            Starts = ReadStarts(world, settings, reading),
        };
    }

    private static ProbeError ErrorOf(IWorld world, string path, Answer answer, string? failure)
    {
        ProbeError error = failure is not null ? ProbeError.OfFile(path, failure)
            : answer.Outcome is Outcome.Denied or Outcome.Missing ? ProbeError.Of(path, answer)
            : new ProbeError(path, ProbeErrorKind.Malformed, "is no table of beancounters (Version: 2.x)");
        return error.Kind == ProbeErrorKind.Denied ? error with { Caller = Caller.Of(world) } : error;
    }

    /// <summary>When each container's process 1 started, in clock ticks of this boot: field 22 of its stat file.</summary>
    private static Dictionary<string, string> ReadStarts(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        Dictionary<string, string> containerByPath = [];
        foreach (ContainerProcesses container in reading.Scan!.Containers.Values.Where(container => container.Init > 0))
        {
            containerByPath[$"{settings.Root}/proc/{container.Init}/stat"] = container.Id;
        }

        string boot = "";
        Dictionary<string, string> starts = [];
        FilesQuestion question = new([$"{settings.Root}/proc/sys/kernel/random/boot_id", .. containerByPath.Keys])
        {
            AreKernelRecords = true,
            LargestFile = 4096,
        };
        world.Read(question, (path, content, failure) =>
        {
            if (failure is null && containerByPath.GetValueOrDefault(Encoding.UTF8.GetString(path)) is { } id)
            {
                starts[id] = $"{boot} {ProcessStart.Ticks(content)}";
            }
            else if (failure is null)
            {
                boot = Encoding.UTF8.GetString(content).Trim();
            }
        });
        return starts;
    }

    /// <summary>The common table of OpenVZ 6 leaves swap out; a container's own has it. Read where physical pages are limited.</summary>
    private static Dictionary<string, ulong> ReadSwapLimits(IWorld world, OpenvzSettings settings, IReadOnlyList<Beancounter> rows)
    {
        Dictionary<string, ulong> limits = [];
        foreach (Beancounter row in rows.Where(row => row.Resource == BeancounterUse.Swap))
        {
            limits[row.Container] = row.Limit;
        }

        string[] untold =
        [
            .. rows.Where(row => row is { Resource: BeancounterUse.Physical, Ceiling: not null }).Select(row => row.Container)
                .Where(id => !limits.ContainsKey(id) && ContainerId.IsOne(id)),
        ];
        if (untold.Length == 0)
        {
            return limits;
        }

        string folder = settings.Root + "/proc/bc/";
        FilesQuestion tables = new([.. untold.Select(id => $"{folder}{id}/resources")]) { LargestFile = 16 * 1024 };
        world.Read(tables, (path, content, failure) =>
        {
            const int Limit = 4;
            string id = Encoding.UTF8.GetString(path)[folder.Length..].Split('/')[0];
            foreach (string line in failure is null ? Encoding.UTF8.GetString(content).Split('\n') : [])
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > Limit && words[0] == BeancounterUse.Swap
                    && ulong.TryParse(words[Limit], NumberStyles.None, CultureInfo.InvariantCulture, out ulong limit))
                {
                    limits[id] = limit;
                }
            }
        });
        return limits;
    }
}
