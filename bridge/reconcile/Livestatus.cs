using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Shinken's livestatus, as Check_MK documents it: one query; the answer is a fixed header of 16 bytes (status, length) and a JSON list of
/// rows.
/// </summary>
internal sealed class Livestatus(string address, string contact, TimeProvider time) : ISchedulerSource
{
    private const int MaxBytes = 64 * 1024 * 1024;
    private const int HeaderBytes = 16;
    private const string Good = "200";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly string[] Columns =
    [
        "state", "state_type", "has_been_checked", "acknowledged", "scheduled_downtime_depth", "is_flapping", "notifications_enabled",
        "current_notification_number", "last_notification", "last_state_change", "plugin_output", "contacts",
    ];

    public async Task<SchedulerState> ReadAsync(StateQuestion question, CancellationToken stop)
    {
        DateTimeOffset asked = time.GetUtcNow();
        var state = new SchedulerStateBuilder(question);
        await AskAsync(
            $"GET hosts\nColumns: name {string.Join(' ', Columns)}\n",
            1 + Columns.Length,
            row => Add(state, row, 1, Text(row, 0), "", isHostSilent: false),
            stop);
        int last = 2 + Columns.Length;
        await AskAsync(
            $"GET services\nColumns: host_name description {string.Join(' ', Columns)} host_state host_scheduled_downtime_depth "
                + "custom_variable_names custom_variable_values last_check check_interval active_checks_enabled\n",
            last + 7,
            row =>
            {
                bool isHostSilent = Number(row, last) != 0 || Number(row, last + 1) != 0;
                Add(state, row, 2, Text(row, 0), Text(row, 1), isHostSilent, last + 2);
                if (Number(row, last + 6) != 0)
                {
                    state.Asked(Text(row, 0), Number(row, last + 4), Number(row, last + 5), asked);
                }
            },
            stop);
        return state.Build(asked, isMute: false);
    }

    private void Add(
        SchedulerStateBuilder state, JsonElement row, int first, string host, string service, bool isHostSilent, int? variables = null)
    {
        long At(int column) => Number(row, first + column);
        var one = new SchedulerObject(
            host,
            service,
            service.Length > 0 ? SchedulerObject.ServiceState(At(0)) : SchedulerObject.HostState(At(0)),
            At(1) == 1 && At(2) == 1,
            isHostSilent || At(3) != 0 || At(4) != 0 || At(6) == 0,
            At(5) != 0,
            At(7),
            At(8),
            At(9),
            "",
            null);
        if (state.Wants(one))
        {
            state.Add(one with
            {
                Output = Text(row, first + 10),
                IsOurs = contact.Length > 0 ? Names(row[first + 11], contact) : null,
                Incident = variables is { } names ? Variable(row[names], row[names + 1], "INCIDENT") : "",
            });
        }
    }

    private static string Variable(JsonElement names, JsonElement values, string name)
    {
        if (names.ValueKind != JsonValueKind.Array || values.ValueKind != JsonValueKind.Array)
        {
            return "";
        }

        int at = names.EnumerateArray().TakeWhile(one => one.ValueKind != JsonValueKind.String || one.GetString() != name).Count();
        return at < names.GetArrayLength() && at < values.GetArrayLength() && values[at].ValueKind == JsonValueKind.String
            ? values[at].GetString()!
            : "";
    }

    private static bool Names(JsonElement contacts, string contact) => contacts.ValueKind == JsonValueKind.Array
        && contacts.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && name.GetString() == contact);

    private static string Text(JsonElement row, int column) =>
        row[column].ValueKind == JsonValueKind.String ? row[column].GetString()! : "";

    // Shinken says some of them as true and false.
    private static long Number(JsonElement row, int column) => row[column].ValueKind switch
    {
        JsonValueKind.Number => (long)Math.Clamp(row[column].GetDouble(), 0, SchedulerObject.MaxNumber),
        JsonValueKind.True => 1,
        _ => 0,
    };

    private async Task AskAsync(string query, int columns, Action<JsonElement> take, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        try
        {
            using Socket socket = await ConnectAsync(either.Token);
            using var stream = new NetworkStream(socket);
            byte[] question = Encoding.UTF8.GetBytes($"{query}OutputFormat: json\nResponseHeader: fixed16\nKeepAlive: off\n\n");
            await stream.WriteAsync(question, either.Token);
            socket.Shutdown(SocketShutdown.Send);
            var header = new byte[HeaderBytes];
            await stream.ReadExactlyAsync(header, either.Token);
            string head = Encoding.ASCII.GetString(header);
            bool isGood = head.StartsWith(Good, StringComparison.Ordinal);
            if (!isGood || !int.TryParse(head[3..].Trim(), out int length) || length is < 0 or > MaxBytes)
            {
                throw new IOException($"livestatus at {address} answered {(isGood ? "with a wrong length" : head[..3])}");
            }

            await LivestatusRows.ReadAsync(stream, length, columns, take, either.Token);
        }
        catch (Exception failure) when (failure is SocketException or JsonException or EndOfStreamException)
        {
            throw new IOException($"livestatus at {address}: {failure.Message}", failure);
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"livestatus at {address} does not answer within {Deadline.TotalSeconds} s", late);
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken stop)
    {
        bool isLocal = address.StartsWith('/');
        var socket = isLocal
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            int colon = address.LastIndexOf(':');
            await (isLocal
                ? socket.ConnectAsync(new UnixDomainSocketEndPoint(address), stop)
                : socket.ConnectAsync(address[..colon], int.Parse(address[(colon + 1)..]), stop));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
