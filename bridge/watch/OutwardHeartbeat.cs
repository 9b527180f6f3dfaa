using System.Net;
using System.Net.Http.Headers;
using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The bridge's own heartbeat, for the verb watch on another host or for any dead man's switch that takes a POST. It goes out only while the
/// whole way is proven: the scheduler's heartbeat comes, PagerDuty accepts calls, nothing waits too long, every loop lives.
/// </summary>
internal sealed class OutwardHeartbeat : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly Config config;
    private readonly Store store;
    private readonly StepsFile steps;
    private readonly IReadOnlyList<Liveness> loops;
    private readonly Log log;
    private readonly TimeProvider time;
    private readonly HttpClient http;

    public OutwardHeartbeat(
        Config config, Secret? token, Store store, StepsFile steps, IReadOnlyList<Liveness> loops, Log log, TimeProvider time,
        IWebProxy? proxy = null)
    {
        this.config = config;
        this.store = store;
        this.steps = steps;
        this.loops = loops;
        this.log = log;
        this.time = time;
        http = Network.NewClient(Deadline, MaxAnswerBytes, proxy);
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        }
    }

    /// <summary>Runs until stopped.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                if (Doubt() is { } doubt)
                {
                    log.HeartbeatWithheld(doubt);
                }
                else
                {
                    using var body = new StringContent(config.Name);
                    using HttpResponseMessage answer = await http.PostAsync(config.Heartbeat.SendTo, body, stop);
                    if (!answer.IsSuccessStatusCode)
                    {
                        log.HeartbeatFailed($"HTTP {(int)answer.StatusCode}");
                    }
                }
            }
            catch (Exception unanswered) when (unanswered is HttpRequestException || (unanswered is OperationCanceledException && !stop.IsCancellationRequested))
            {
                log.HeartbeatFailed(Network.Cause(unanswered, Deadline));
            }
            catch (Exception failure) when (failure is SqliteException or IOException)
            {
                log.HeartbeatFailed(failure.Message);
            }

            await Task.Delay(config.Heartbeat.SendEvery, time, stop);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Why the way is not proven; null when it is.</summary>
    private string? Doubt() =>
        loops.FirstOrDefault(loop => !loop.IsAlive) is { } silent ? $"{silent.Name} is silent"
        : Health.Read(config, store, steps, time).Complaints().FirstOrDefault(complaint => complaint.Status == HealthStatus.Critical) is { Sentence: { } sentence } ? sentence
        : null;
}
