using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb status: the bridge's health as a line and exit code for Nagios, for the scheduler to check it.</summary>
internal static class Status
{
    private const string Prefix = "PAGERDUTY_BRIDGE";
    private const int MaxAnswerBytes = 64 * 1024;

    public static int Run(string configFile, bool asJson)
    {
        Said said = Look(configFile);
        StandardStreams.Output(asJson ? JsonSerializer.Serialize(said.Report, PeopleJson.Readable.StatusJson) + "\n" : said.Line + "\n");
        return (int)said.Status;
    }

    private static Said Look(string configFile)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            return Say(HealthStatus.Unknown, problems.ToString().Replace('\n', ' '));
        }

        try
        {
            if (StoreAccess.Complaint(config.StorePath, out bool isClosed) is { } complaint)
            {
                return isClosed && config.Listen is { } address ? Ask(address)
                    : Say(HealthStatus.Unknown, $"cannot read {config.StorePath}: {complaint}{(isClosed ? OrListen(configFile) : "")}");
            }

            using Store store = Store.OpenExisting(config.StorePath, TimeProvider.System, config.Policy);
            var steps = new StepsFile(config.StepsPath);
            steps.RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
            Health health = Health.Read(config, store, steps, TimeProvider.System);
            return new Said(health.Status, StatusJson.Of(health), health.Line());
        }
        catch (Exception refused) when (refused is SqliteException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return config.Listen is { } address && refused is SqliteException && !Database.IsDamage(refused) ? Ask(address)
                : Say(HealthStatus.Unknown, $"cannot read spool or store: {refused.Message}");
        }
    }

    private static string OrListen(string configFile) => $", or give [listen] in {configFile}: then serve answers";

    // The scheduler's user may not look into the store: serve says it.
    private static Said Ask(EndPoint address)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(Connect(address), ownsSocket: true)),
        };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = MaxAnswerBytes };
        string line;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/health");
            using HttpResponseMessage answer = http.Send(request);
            using var reader = new StreamReader(answer.Content.ReadAsStream());
            line = Words.Safe(reader.ReadToEnd().TrimEnd());
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException or IOException or SocketException)
        {
            return Say(HealthStatus.Critical, $"serve does not answer at {ListenAddress.Text(address)}: systemctl status pagerduty-bridge");
        }

        foreach (HealthStatus status in Enum.GetValues<HealthStatus>())
        {
            string start = $"{Prefix} {status.ToString().ToUpperInvariant()} - ";
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return new Said(status, StatusJson.Of(status, line[start.Length..].Split(" | ")[0]), line);
            }
        }

        return Say(HealthStatus.Unknown, $"what answers at {ListenAddress.Text(address)} is not serve");
    }

    private static Socket Connect(EndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Said Say(HealthStatus status, string why) =>
        new(status, StatusJson.Of(status, Words.Safe(why)), $"{Prefix} {status.ToString().ToUpperInvariant()} - {Words.Safe(why)}");

    private sealed record Said(HealthStatus Status, StatusJson Report, string Line);
}
