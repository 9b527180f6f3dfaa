using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb serve: takes the spool in and delivers, until SIGTERM or SIGINT.</summary>
internal static class Serve
{
    // Where Debian and RHEL kin keep the bundle. OpenSSL is linked in and looks only where it was built.
    private static readonly string[] CertificateBundles =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    public static int Run(string configFile)
    {
        var problems = new Problems();
        Config? config = Config.Load(configFile, problems);
        RoutingKey? key = config is null ? null : RoutingKey.Load(config.RoutingKeyFile, problems);
        if (config is null || key is null)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        try
        {
            var spool = new Spool(config.SpoolPath);
            using SafeFileHandle? held = spool.TryLock();
            if (held is null)
            {
                string holder = spool.LockHolder() is { } processId ? $"process {processId}" : "another process";
                StandardStreams.Error($"pagerduty-bridge serve: {holder} serves {spool.Path} already\n");
                return ExitCode.Failed;
            }

            using IncidentStore store = IncidentStore.Open(config.StorePath, TimeProvider.System);
#pragma warning disable CA2025 // the task has ended when the store is disposed of: the line waits for it
            RunAsync(config, key, spool, store).GetAwaiter().GetResult();
#pragma warning restore CA2025
            return ExitCode.Done;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or SqliteException or InvalidOperationException)
        {
            string about = refused is SqliteException ? $"cannot use {config.StorePath}: " : "";
            StandardStreams.Error($"pagerduty-bridge serve: {about}{refused.Message}\n");
            return ExitCode.Failed;
        }
    }

    private static async Task RunAsync(Config config, RoutingKey key, Spool spool, IncidentStore store)
    {
        PrepareNetwork();
        using var stop = new CancellationTokenSource();
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);

        TimeProvider time = TimeProvider.System;
        var log = Log.ToStandardOutput();
        using var arrived = new Signal(time);
        using var changed = new Signal(time);
        using var pace = new Pace(config.CallsPerMinute, time);
        using var pagerDuty = new PagerDuty(config.Endpoint, key);
        using var ingest = new Ingest(spool, store, log, time, arrived, changed);
        var deliver = new Deliver(store, pagerDuty, key, new Page(config.Scheduler), pace, log, time, changed);

        store.RetrySetAside();
        log.Started(config.SpoolPath, config.StorePath, config.Endpoint);
        Task[] loops = [Task.Run(() => ingest.RunAsync(stop.Token)), Task.Run(() => deliver.RunAsync(stop.Token))];
        Task ended = await Task.WhenAny(loops);
        await stop.CancelAsync(); // when one loop fails, the other ends too and the service manager starts afresh
        try
        {
            await Task.WhenAll(loops);
        }
        catch (OperationCanceledException)
        {
            log.Stopped();
        }

        if (ended.IsFaulted)
        {
            await ended;
        }
    }

    private static void PrepareNetwork()
    {
        NameService.UseBuiltInOnly();
        if (ProcessContext.EnvironmentBytes("SSL_CERT_FILE") is null && ProcessContext.EnvironmentBytes("SSL_CERT_DIR") is null
            && CertificateBundles.FirstOrDefault(File.Exists) is { } bundle)
        {
            ProcessContext.SetEnvironmentVariable("SSL_CERT_FILE", bundle);
        }
    }
}
