using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Nagios' status.dat: blocks of <c>name { … }</c> with a <c>key=value</c> on each line. Nagios renames it into place whole, so that one read
/// sees one moment.
/// </summary>
internal sealed class StatusFile(string path) : ISchedulerSource
{
    /// <summary>The largest file that is read, in bytes: 256 MiB, some 100,000 services.</summary>
    public const long MaxBytes = 256L * 1024 * 1024;

    public Task<SchedulerState> ReadAsync(CancellationToken stop) => Task.FromResult(Read());

    private SchedulerState Read()
    {
        using SafeFileHandle handle = KernelFile.OpenSuspicious(path);
        FileFacts facts = KernelFile.Facts(handle, path);
        if (!facts.IsRegular || facts.Size > MaxBytes)
        {
            throw new IOException($"{path} is {(facts.IsRegular ? $"larger than {MaxBytes} bytes" : "not a regular file")}");
        }

        using var stream = new FileStream(handle, FileAccess.Read);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader, path);
    }

    /// <summary>Reads a status file.</summary>
    /// <exception cref="IOException">It is not one, or was cut short.</exception>
    public static SchedulerState Parse(TextReader reader, string name)
    {
        var blocks = new List<(string Kind, Dictionary<string, string> Values)>();
        Dictionary<string, string>? open = null;
        var kind = "";
        while (reader.ReadLine() is { } line)
        {
            string text = line.Trim();
            if (open is null)
            {
                if (text.EndsWith('{'))
                {
                    kind = text[..^1].Trim();
                    open = new Dictionary<string, string>(StringComparer.Ordinal);
                }
            }
            else if (text == "}")
            {
                blocks.Add((kind, open));
                open = null;
            }
            else if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                open[text[..equals]] = text[(equals + 1)..];
            }
        }

        Dictionary<string, string>? info = blocks.Find(block => block.Kind == "info").Values;
        Dictionary<string, string>? program = blocks.Find(block => block.Kind == "programstatus").Values;
        if (open is not null || info is null || program is null)
        {
            throw new IOException($"{name} is not a status file of Nagios, or was cut short");
        }

        bool isMute = Number(program, "enable_notifications") == 0;
        Dictionary<string, Dictionary<string, string>> hosts = blocks.Where(block => block.Kind == "hoststatus")
            .GroupBy(block => Text(block.Values, "host_name"), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Values, StringComparer.Ordinal);
        return new SchedulerState(
            DateTimeOffset.FromUnixTimeSeconds(Number(info, "created")),
            [
                .. hosts.Values.Select(host => Object(host, null, isMute)),
                .. blocks.Where(block => block.Kind == "servicestatus").Select(block => Object(block.Values, hosts.GetValueOrDefault(Text(block.Values, "host_name")), isMute)),
            ]);
    }

    private static SchedulerObject Object(Dictionary<string, string> values, Dictionary<string, string>? host, bool isMute)
    {
        bool isService = values.ContainsKey("service_description");
        bool isHostDown = host is not null && Number(host, "current_state") != 0;
        return new SchedulerObject(
            Text(values, "host_name"),
            Text(values, "service_description"),
            isService ? SchedulerObject.ServiceState(Number(values, "current_state")) : SchedulerObject.HostState(Number(values, "current_state")),
            Number(values, "state_type") == 1 && Number(values, "has_been_checked") == 1,
            isMute || isHostDown || IsSilenced(values) || (host is not null && Number(host, "scheduled_downtime_depth") > 0),
            Number(values, "current_notification_number"),
            Number(values, "last_notification"),
            Number(values, "last_state_change"),
            Text(values, "plugin_output"),
            null);
    }

    private static bool IsSilenced(Dictionary<string, string> values) =>
        Number(values, "problem_has_been_acknowledged") != 0 || Number(values, "scheduled_downtime_depth") > 0
        || Number(values, "is_flapping") != 0 || Number(values, "notifications_enabled") == 0;

    private static string Text(Dictionary<string, string> values, string key) => values.GetValueOrDefault(key, "");

    private static long Number(Dictionary<string, string> values, string key) =>
        long.TryParse(values.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? Math.Min(number, SchedulerObject.MaxNumber) : 0;
}
