using System.Buffers.Text;
using System.Globalization;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Reads the status file of every process, which every user may read.</summary>
internal static class ProcessProbe
{
    internal static ProcessScan Read(IWorld world, string root, IReadOnlyList<ServiceProcess> watched)
    {
        ProcessScan scan = new(watched);
        FilesQuestion all = new($"{root}/proc/[0-9]*/status") { AreKernelRecords = true, LargestFile = 4096 };
        Answer answer = world.Read(all, (_, content, failure) =>
        {
            if (failure is null)
            {
                scan.Add(content);
            }
        });
        ReadCommandLines(world, root, scan);
        return answer.Outcome == Outcome.Answered ? scan : new ProcessScan(watched) { Error = ProbeError.Of($"{root}/proc", answer) };
    }

    /// <summary>What interpreters run, and how each Asterisk was started; every user may read that, too.</summary>
    private static void ReadCommandLines(IWorld world, string root, ProcessScan scan)
    {
        if (scan.Ambiguous.Count == 0)
        {
            return;
        }

        string folder = root + "/proc/";
        string[] paths = [.. scan.Ambiguous.Select(pid => $"{folder}{pid.ToString(CultureInfo.InvariantCulture)}/cmdline")];
        world.Read(new FilesQuestion(paths) { AreKernelRecords = true, LargestFile = 4096 }, (path, content, failure) =>
        {
            if (failure is null && Utf8Parser.TryParse(path[folder.Length..], out int pid, out int _))
            {
                scan.AddCommandLine(pid, content);
            }
        });
    }
}
