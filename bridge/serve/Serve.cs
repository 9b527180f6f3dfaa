using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb serve: takes the spool in and delivers, until SIGTERM or SIGINT.</summary>
internal static class Serve
{
    // The serve before may be about to end.
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(50);

    public static int Run(string configFile)
    {
        var problems = new Problems();
        Config? config = Config.Load(configFile, problems);
        Secrets? secrets = config is null ? null : Secrets.Load(config, problems);
        if (config is null || problems.Any)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        try
        {
            foreach (string folder in new[] { config.SpoolPath, Path.GetDirectoryName(config.StorePath)! })
            {
                if (KernelFile.Look(folder, out int error) is null && error == Libc.ENOENT)
                {
                    throw new IOException($"{folder} does not exist: pagerduty-bridge doctor says how to make it");
                }
            }

            var spool = new Spool(config.SpoolPath);
            if (spool.Complaint() is { } complaint)
            {
                throw new IOException($"{spool.Path} {complaint}");
            }

            using SafeFileHandle? held = TakeLock(spool);
            if (held is null)
            {
                string holder = spool.Lock.Holder() is { } processId ? $"process {processId}" : "another process";
                StandardStreams.Error($"pagerduty-bridge serve: {holder} serves {spool.Path} already\n");
                return ExitCode.Failed;
            }

            HashSet<string> spooled = [.. spool.TakenNames()];
            using Store store = StoreRecovery.Open(config.StorePath, config.Policy, TimeProvider.System, spooled, out Salvage? salvage);

            // Where the store takes no write serve ends at its start, so that notify delivers by itself.
            store.Facts.Set(StoredFacts.Alive, TimeProvider.System.GetUtcNow());
            Network.Prepare();
            using var logging = LogQueue.ToStandardOutput();
            using var service = new BridgeService(config, secrets!, spool, store, logging.Log, TimeProvider.System);
            if (salvage is not null)
            {
                service.Report(salvage);
            }

#pragma warning disable CA2025 // the task has ended when store and service are disposed of: the line waits for it
            RunAsync(config, service).GetAwaiter().GetResult();
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

    private static SafeFileHandle? TakeLock(Spool spool)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            SafeFileHandle? held = spool.Lock.TryTake();
            if (held is not null || TimeProvider.System.GetElapsedTime(start) > LockPatience)
            {
                return held;
            }

            Task.Delay(LockInterval, TimeProvider.System).GetAwaiter().GetResult();
        }
    }

    private static async Task RunAsync(Config config, BridgeService service)
    {
        using var stop = new CancellationTokenSource();
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        WebApplication? http = config.Listen is { } address
            ? await HttpServer.StartAsync(address, TakeWebhooks.MaxBytes, service.Endpoints.Answer)
            : null;
        try
        {
            await service.RunAsync(stop);
        }
        finally
        {
            if (http is not null)
            {
                await http.DisposeAsync();
            }
        }
    }
}
