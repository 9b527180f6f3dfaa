using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Asks vzctl's log who stopped the containers that changed. An operator's stop, restart or checkpoint writes "Stopping container ..." and
/// the like; a reboot from inside, or the end of process 1, makes vzeventd start the container again, which writes "Starting container ..."
/// alone. Sources: vzctl, src/lib/env.c, src/lib/hooks_vz.c, src/lib/logger.c and scripts/vzevent-reboot; libvzctl, lib/env.c.
/// </summary>
internal static class RestartsProbe
{
    private const int LargestLog = 8 * 1024 * 1024;

    /// <summary>What vzctl says when it takes a container away, or brings one back from a checkpoint.</summary>
    private static readonly string[] Stops = ["Stopping ", "Killing ", "Restart", "Setting up checkpoint", "Restoring ", "Suspend"];

    internal static RestartsReading? Read(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        if (RestartsReading.Find(settings, reading, world.Now) is not { } changed)
        {
            return null;
        }

        string log = reading.VzctlLog;
        IReadOnlyDictionary<string, DateTimeOffset> stopped = new Dictionary<string, DateTimeOffset>();
        ProbeError? error = null;
        FilesQuestion question = new(log) { FollowsLinks = true, MayHang = true, LargestFile = LargestLog };
        Answer answer = world.Read(question, (_, content, failure) =>
        {
            error = failure is null ? null : ProbeError.OfFile(log, failure);
            stopped = LastStops(content);
        });
        return changed with
        {
            StoppedByVzctl = stopped,
            LogError = error ?? (answer.Outcome == Outcome.Answered ? null : ProbeError.Of(log, answer)),
        };
    }

    /// <summary>
    /// When vzctl last took each container away, by the container's id: <c>2016-02-26T22:00:01-0600 vzctl : CT 101 : Stopping …</c>
    /// </summary>
    internal static IReadOnlyDictionary<string, DateTimeOffset> LastStops(ReadOnlySpan<byte> log)
    {
        Dictionary<string, DateTimeOffset> stopped = [];
        foreach (Range line in log.Split((byte)'\n'))
        {
            string[] parts = Encoding.UTF8.GetString(log[line]).Split(" : ", 3);
            if (parts is [var head, ['C', 'T', ' ', .. var id], var text]
                && Array.Exists(Stops, word => text.StartsWith(word, StringComparison.Ordinal)) && TimeOf(head) is { } time)
            {
                stopped[id] = time;
            }
        }

        return stopped;
    }

    /// <summary>The log has whole seconds.</summary>
    private static DateTimeOffset? TimeOf(string head)
    {
        const string Form = "yyyy-MM-ddTHH:mm:sszzz";
        string word = head.Split(' ')[0];
        return DateTimeOffset.TryParseExact(word, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time)
            ? time.AddSeconds(1)
            : null;
    }
}
