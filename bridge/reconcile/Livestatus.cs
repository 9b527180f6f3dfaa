using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Shinken's livestatus, as Check_MK documents it: one query; the answer is a fixed header of 16 bytes (status, length) and a JSON list of rows.
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

    public async Task<SchedulerState> ReadAsync(CancellationToken stop)
    {
        DateTimeOffset asked = time.GetUtcNow();
        var objects = new List<SchedulerObject>();
        using (JsonDocument hosts = await AskAsync($"GET hosts\nColumns: name {string.Join(' ', Columns)}\n", stop))
        {
            objects.AddRange(Rows(hosts, Columns.Length + 1).Select(row => Object(row, 1, Text(row, 0), "", isHostSilent: false)));
        }

        using (JsonDocument services = await AskAsync(
            $"GET services\nColumns: host_name description {string.Join(' ', Columns)} host_state host_scheduled_downtime_depth\n", stop))
        {
            int last = Columns.Length + 2;
            objects.AddRange(Rows(services, last + 2).Select(row => Object(
                row, 2, Text(row, 0), Text(row, 1), isHostSilent: Number(row, last) != 0 || Number(row, last + 1) != 0)));
        }

        return new SchedulerState(asked, objects);
    }

    private SchedulerObject Object(JsonElement row, int first, string host, string service, bool isHostSilent)
    {
        long At(int column) => Number(row, first + column);
        bool isSilenced = isHostSilent || At(3) != 0 || At(4) != 0 || At(5) != 0 || At(6) == 0;
        JsonElement contacts = row[first + 11];
        bool isOurs = contact.Length > 0 && contacts.ValueKind == JsonValueKind.Array
            && contacts.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && name.GetString() == contact);
        return new SchedulerObject(
            host,
            service,
            service.Length > 0 ? SchedulerObject.ServiceState(At(0)) : SchedulerObject.HostState(At(0)),
            At(1) == 1 && At(2) == 1,
            isSilenced,
            At(7),
            At(8),
            At(9),
            Text(row, first + 10),
            contact.Length > 0 ? isOurs : null);
    }

    private static List<JsonElement> Rows(JsonDocument answer, int columns)
    {
        if (answer.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new IOException("livestatus did not answer with a list");
        }

        List<JsonElement> rows = [.. answer.RootElement.EnumerateArray()];
        if (rows.Exists(row => row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != columns))
        {
            throw new IOException($"livestatus answered with a row that does not have the {columns} columns asked for");
        }

        return rows;
    }

    private static string Text(JsonElement row, int column) => row[column].ValueKind == JsonValueKind.String ? row[column].GetString()! : "";

    // Shinken says some of them as true and false.
    private static long Number(JsonElement row, int column) => row[column].ValueKind switch
    {
        JsonValueKind.Number => (long)Math.Clamp(row[column].GetDouble(), 0, SchedulerObject.MaxNumber),
        JsonValueKind.True => 1,
        _ => 0,
    };

    private async Task<JsonDocument> AskAsync(string query, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        try
        {
            using Socket socket = await ConnectAsync(either.Token);
            using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{query}OutputFormat: json\nResponseHeader: fixed16\nKeepAlive: off\n\n"), either.Token);
            socket.Shutdown(SocketShutdown.Send);
            var header = new byte[HeaderBytes];
            await stream.ReadExactlyAsync(header, either.Token);
            string head = Encoding.ASCII.GetString(header);
            if (!head.StartsWith(Good, StringComparison.Ordinal) || !int.TryParse(head[3..].Trim(), out int length) || length is < 0 or > MaxBytes)
            {
                throw new IOException($"livestatus at {address} answered {(head.StartsWith(Good, StringComparison.Ordinal) ? "with a wrong length" : head[..3])}");
            }

            var body = new byte[length];
            await stream.ReadExactlyAsync(body, either.Token);
            return JsonDocument.Parse(body);
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
        var socket = isLocal ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
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
