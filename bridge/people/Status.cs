using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb status: the bridge's health as a line and exit code for Nagios, for the scheduler to check it.</summary>
internal static class Status
{
    private const int MaxAnswerBytes = 64 * 1024;

    public static int Run(string configFile, bool asJson)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            return Unknown(problems.ToString().Replace('\n', ' '));
        }

        try
        {
            if (!File.Exists(config.StorePath))
            {
                return config.Listen is not null ? Ask(config.Listen) : Unknown($"cannot read {config.StorePath}: serve has never run, or this user may not look into its folder (run it as the bridge's user)");
            }

            using Store store = Store.OpenExisting(config.StorePath, TimeProvider.System);
            Health health = Health.Read(config, store, TimeProvider.System);
            StandardStreams.Output(asJson
                ? JsonSerializer.Serialize(
                    new StatusReport(health.Status.ToString().ToUpperInvariant(), [.. health.Complaints().Select(complaint => complaint.Sentence)], health),
                    PeopleJson.Default.StatusReport) + "\n"
                : health.Line() + "\n");
            return (int)health.Status;
        }
        catch (Exception refused) when (refused is SqliteException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return config.Listen is not null && refused is SqliteException && !Database.IsDamage(refused) ? Ask(config.Listen) : Unknown($"cannot read spool or store: {refused.Message}");
        }
    }

    // The scheduler's user may not look into the store: serve says it.
    private static int Ask(IPEndPoint address)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = MaxAnswerBytes };
        string line;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}/health");
            using HttpResponseMessage answer = http.Send(request);
            using var reader = new StreamReader(answer.Content.ReadAsStream());
            line = Words.Safe(reader.ReadToEnd().TrimEnd());
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException or IOException)
        {
            StandardStreams.Output($"PAGERDUTY_BRIDGE CRITICAL - serve does not answer at {address}: systemctl status pagerduty-bridge\n");
            return (int)HealthStatus.Critical;
        }

        if (Enum.GetValues<HealthStatus>().Where(status => line.StartsWith($"PAGERDUTY_BRIDGE {status.ToString().ToUpperInvariant()} ", StringComparison.Ordinal)).ToArray() is not [var said])
        {
            return Unknown($"what answers at {address} is not serve");
        }

        StandardStreams.Output(line + "\n");
        return (int)said;
    }

    private static int Unknown(string why)
    {
        StandardStreams.Output($"PAGERDUTY_BRIDGE UNKNOWN - {Words.Safe(why)}\n");
        return (int)HealthStatus.Unknown;
    }
}
