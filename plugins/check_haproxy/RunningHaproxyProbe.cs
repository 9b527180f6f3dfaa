using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Looks for the processes of a HAProxy that does not answer, and for what its configurations say.</summary>
internal static class RunningHaproxyProbe
{
    private const string Node = "0";
    private const string Name = "Name:\thaproxy\n", Environment = "\nenvID:\t";
    private const int LargestRecord = 4096, MostProcesses = 32;

    /// <summary>Looks for processes called haproxy and reads the configurations that they were started with.</summary>
    internal static RunningHaproxy Read(IWorld world, Place place)
    {
        (bool seesProcesses, bool runs, string? elsewhere, List<int> pids) = PidsOf(world, place);
        if (pids.Count == 0)
        {
            return new RunningHaproxy(seesProcesses, runs, 0, [], null, null, elsewhere);
        }

        string[] named = FilesOf(world, [.. pids.Order().Take(MostProcesses)]);
        (Configuration? configuration, ProbeError? error) = ReadConfigurations(world, place, named);
        return new RunningHaproxy(seesProcesses, runs, pids.Min(), [.. named.Select(place.Seen)], configuration, error, elsewhere);
    }

    private static (bool SeesProcesses, bool PlaceRuns, string? Elsewhere, List<int> Pids) PidsOf(IWorld world, Place place)
    {
        bool seesProcesses = false;
        bool runs = place.Container is null;
        string? elsewhere = null;
        List<int> pids = [];
        FilesQuestion all = new("/proc/[0-9]*/status") { AreKernelRecords = true, LargestFile = LargestRecord };
        world.Read(all, (_, content, failure) =>
        {
            if (failure is not null)
            {
                return;
            }

            int pid = Number(content, "\nPid:\t"u8);
            seesProcesses |= pid == 1;
            bool isHaproxy = content.StartsWith(Encoding.ASCII.GetBytes(Name)) && content.IndexOf("\nState:\tZ"u8) < 0;
            string container = ContainerOf(content);
            bool isOf = place.Container is not { } wanted ? container == Node : IsId(wanted) ? container == wanted : container != Node;
            runs |= isOf;
            if (isHaproxy && isOf)
            {
                pids.Add(pid);
            }
            else if (isHaproxy && IsId(container))
            {
                elsewhere ??= container;
            }
        });
        return (seesProcesses, runs, elsewhere, pids);
    }

    /// <summary>
    /// Whether a process was started by a reload: then it was told whom to replace, <c>-sf PID...</c> or <c>-st PID...</c>. A process of a
    /// container has another number there than here, so that any of the place's counts.
    /// </summary>
    /// <returns>Null when it cannot be seen.</returns>
    internal static bool? WasReloaded(IWorld world, Place place, long? pid)
    {
        int[] pids = place.Container is null ? (pid is > 0 and <= int.MaxValue ? [(int)pid] : []) : [.. PidsOf(world, place).Pids];
        bool? was = null;
        string[] paths = [.. pids.Order().Take(MostProcesses).Select(PathOfArguments)];
        if (paths.Length > 0)
        {
            world.Read(new FilesQuestion(paths) { AreKernelRecords = true, LargestFile = LargestRecord }, (_, content, failure) =>
            {
                string[] arguments = failure is null ? Encoding.UTF8.GetString(content).Split('\0') : [];
                was = arguments[0].EndsWith("haproxy", StringComparison.Ordinal)
                    ? was == true || arguments.Contains("-sf") || arguments.Contains("-st")
                    : was;
            });
        }

        return was;
    }

    /// <summary>Reads configurations by their paths at the place; a folder stands for its files that end with .cfg.</summary>
    /// <returns>What those that could be read say together, and why the first of the others could not.</returns>
    internal static (Configuration? Configuration, ProbeError? Error) ReadConfigurations(
        IWorld world, Place place, IReadOnlyList<string> paths)
    {
        string[] files =
        [
            .. paths.Select(place.Seen)
                .SelectMany(path => world.Look(path).Kind == PathKind.Folder ? FilesIn(world, place, path) : [path]),
        ];
        List<Configuration> read = [];
        ProbeError? error = null;
        foreach (string file in files)
        {
            Answer answer = world.Ask(new ConfigurationQuestion(file) { Within = place.Root });
            if (answer.Outcome == Outcome.Answered)
            {
                read.Add(Configuration.Parse(answer.Bytes.Span));
            }
            else
            {
                error ??= ProbeError.Of($"the configuration {file}", answer);
            }
        }

        Configuration together = new([.. read.SelectMany(one => one.Sockets)], [.. read.SelectMany(one => one.Certificates)]);
        return (read.Count == 0 ? null : together, error);
    }

    private static IEnumerable<string> FilesIn(IWorld world, Place place, string folder) =>
        FolderListing.Parse(world.Ask(new FolderQuestion(folder) { Within = place.Root }))
            .Where(entry => entry.Name.EndsWith(".cfg", StringComparison.Ordinal) && Configuration.IsPlain(entry.Name))
            .Select(entry => $"{folder.TrimEnd('/')}/{entry.Name}")
            .Order(StringComparer.Ordinal);

    /// <summary>The id of the process's container, which OpenVZ kernels tell; another kernel's processes are the machine's own.</summary>
    private static string ContainerOf(ReadOnlySpan<byte> status)
    {
        int at = status.IndexOf(Encoding.ASCII.GetBytes(Environment));
        ReadOnlySpan<byte> rest = at < 0 ? "0"u8 : status[(at + Environment.Length)..];
        int end = rest.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]).Trim();
    }

    /// <summary>Whether a text is a container's id; its name is taken for any container's.</summary>
    private static bool IsId(string text) =>
        text.Length is > 0 and <= 10 ? text != Node && text.All(char.IsAsciiDigit)
        : text.Length == 36 && text.All(c => char.IsAsciiHexDigit(c) || c == '-');

    /// <summary>The values of <c>-f</c>, and what follows <c>--</c>; relative ones from <c>-C</c> on.</summary>
    private static string[] FilesOf(IWorld world, IReadOnlyList<int> pids)
    {
        List<string> files = [];
        string[] paths = [.. pids.Select(PathOfArguments)];
        world.Read(new FilesQuestion(paths) { AreKernelRecords = true, LargestFile = LargestRecord }, (_, content, failure) =>
        {
            string line = failure is null ? Encoding.UTF8.GetString(content) : "";
            files.AddRange(FilesOf(line.Split('\0', StringSplitOptions.RemoveEmptyEntries)));
        });
        return [.. files.Distinct()];
    }

    private static string PathOfArguments(int pid) => $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline";

    private static IEnumerable<string> FilesOf(string[] arguments)
    {
        int rest = Array.IndexOf(arguments, "--");
        string[] options = rest < 0 ? arguments : arguments[..rest];
        IEnumerable<string> ValuesOf(string option) =>
            options.Zip(options.Skip(1)).Where(pair => pair.First == option).Select(pair => pair.Second);
        string folder = ValuesOf("-C").LastOrDefault() ?? "";
        return ValuesOf("-f").Concat(rest < 0 ? [] : arguments[(rest + 1)..])
            .Select(file => file.StartsWith('/') ? file : $"{folder}/{file}")
            .Where(file => file.StartsWith('/') && Configuration.IsPlain(file));
    }

    private static int Number(ReadOnlySpan<byte> status, ReadOnlySpan<byte> label)
    {
        int at = status.IndexOf(label);
        return at >= 0 && Utf8Parser.TryParse(status[(at + label.Length)..], out int number, out _) ? number : 0;
    }
}
