using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The verb watch, on another host: takes the bridge's heartbeats at POST /heartbeat and pages when they stop. The bridge sends them only while
/// the whole way is proven, so that a silent scheduler, a full disk or a lost network all end here.
/// </summary>
internal static class Watch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static int Run(string configFile)
    {
        var problems = new Problems();
        Config? config = Config.Load(configFile, problems);
        Secret? token = config?.Watch is { } table ? Secret.Token(table.TokenFile, "a token", problems) : null;
        Secret? key = config?.Api is { } api ? Secret.RoutingKey(api.RoutingKeyFile, problems) : null;
        IWebProxy? proxy = config is null ? null : Secrets.ProxyOf(config, problems);
        if (config is not null && (config.Watch?.Listen is null || config.Api is null))
        {
            problems.Report(new Place(configFile, 1, ""), "[watch] with listen and token_file, and [pagerduty] with routing_key_file, must be given for watch");
        }

        if (problems.Any || config is null)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        try
        {
            Network.Prepare();
            RunAsync(config, token!, key!, proxy).GetAwaiter().GetResult();
            return ExitCode.Done;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            StandardStreams.Error($"pagerduty-bridge watch: {refused.Message}\n");
            return ExitCode.Failed;
        }
    }

    private static async Task RunAsync(Config config, Secret token, Secret key, IWebProxy? proxy)
    {
        using var stop = new CancellationTokenSource();
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        WatchConfig watch = config.Watch!;
        using var logging = LogQueue.ToStandardOutput();
        Log log = logging.Log;
        var manager = ServiceManager.FromEnvironment();
        using var pagerDuty = new PagerDuty(config.Api!.Endpoint, key, proxy);
        var silence = new SilenceSwitch(watch, config.Name, new ApiSender(pagerDuty, key, new Page(config.Scheduler)), log, TimeProvider.System);
        byte[] expected = Encoding.UTF8.GetBytes($"Bearer {token.Value}");
        WebApplication http = await HttpServer.StartAsync(watch.Listen!, maxBody: 1_000, call =>
        {
            if (call is not { Method: "POST", Path: "/heartbeat" })
            {
                return HttpAnswer.Plain(404, "there is: POST /heartbeat\n");
            }

            if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(call.Header("Authorization"))))
            {
                return HttpAnswer.Plain(401, "wrong token\n");
            }

            silence.Beat();
            return HttpAnswer.Plain(200, "");
        });
        try
        {
            log.Watching(ListenAddress.Text(watch.Listen!), Words.Duration(watch.SilentAfter));
            var liveness = new Liveness("watch", TimeSpan.FromMinutes(1), TimeProvider.System);
            Task feeding = manager.RunAsync([liveness], log, TimeProvider.System, stop.Token);
            manager.Ready("watching");
            while (!feeding.IsCompleted)
            {
                liveness.Beat();
                await silence.OnceAsync(stop.Token);
                await Task.Delay(Interval, TimeProvider.System, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            log.Stopped();
        }
        finally
        {
            await http.DisposeAsync();
        }
    }
}
