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

    public Task<SchedulerState> ReadAsync(StateQuestion question, CancellationToken stop) => Task.FromResult(Read(question));

    private SchedulerState Read(StateQuestion question)
    {
        using SafeFileHandle handle = KernelFile.OpenSuspicious(path);
        FileFacts facts = KernelFile.Facts(handle, path);
        if (!facts.IsRegular || facts.Size > MaxBytes)
        {
            throw new IOException($"{path} is {(facts.IsRegular ? $"larger than {MaxBytes} bytes" : "not a regular file")}");
        }

        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        return Parse(stream, path, question);
    }

    /// <summary>Reads a status file.</summary>
    /// <exception cref="IOException">It is not one, or was cut short.</exception>
    public static SchedulerState Parse(Stream stream, string name, StateQuestion question)
    {
        var state = new SchedulerStateBuilder(question);
        var blocks = new BlockReader(stream);
        long? created = null;
        bool? isMute = null;
        while (blocks.Read())
        {
            switch (blocks.Kind)
            {
                case "info":
                    created = blocks.Number("created"u8);
                    break;
                case "programstatus":
                    isMute = blocks.Number("enable_notifications"u8) == 0;
                    break;
                case "hoststatus":
                    Add(state, blocks, isService: false);
                    break;
                case "servicestatus":
                    Add(state, blocks, isService: true);
                    if (created is { } taken && blocks.Number("active_checks_enabled"u8) == 1)
                    {
                        state.Asked(
                            blocks.Text("host_name"u8),
                            blocks.Number("last_check"u8),
                            blocks.Decimal("check_interval"u8),
                            DateTimeOffset.FromUnixTimeSeconds(taken));
                    }

                    break;
            }
        }

        return !blocks.IsCut && created is { } at && isMute is { } isSilent
            ? state.Build(DateTimeOffset.FromUnixTimeSeconds(at), isSilent)
            : throw new IOException($"{name} is not a status file of Nagios, or was cut short");
    }

    private static void Add(SchedulerStateBuilder state, BlockReader block, bool isService)
    {
        string host = block.Text("host_name"u8);
        long current = block.Number("current_state"u8);
        bool isInDowntime = block.Number("scheduled_downtime_depth"u8) > 0;
        if (!isService && (current != 0 || isInDowntime))
        {
            state.SilenceServicesOf(host);
        }

        var one = new SchedulerObject(
            host,
            isService ? block.Text("service_description"u8) : "",
            isService ? SchedulerObject.ServiceState(current) : SchedulerObject.HostState(current),
            block.Number("state_type"u8) == 1 && block.Number("has_been_checked"u8) == 1,
            isInDowntime || block.Number("problem_has_been_acknowledged"u8) != 0 || block.Number("notifications_enabled"u8) == 0,
            block.Number("is_flapping"u8) != 0,
            block.Number("current_notification_number"u8),
            block.Number("last_notification"u8),
            block.Number("last_state_change"u8),
            "",
            null);
        if (state.Wants(one))
        {
            // Whether it was changed while the scheduler ran, a semicolon, the value.
            string incident = block.Text("_INCIDENT"u8);
            state.Add(one with { Output = block.Text("plugin_output"u8), Incident = incident[(incident.IndexOf(';', StringComparison.Ordinal) + 1)..] });
        }
    }
}
