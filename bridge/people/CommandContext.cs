using System.Text;
using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What the verbs share: config and store, opened beside a serve that runs or not, and the user who asks.</summary>
internal static class CommandContext
{
    /// <summary>Runs a verb on the store.</summary>
    /// <param name="verb">Its name, for the message.</param>
    /// <param name="configFile">The config.</param>
    /// <param name="work">Prints and returns the exit code.</param>
    public static int WithStore(string verb, string configFile, Func<Config, Store, int> work)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        try
        {
            if (StoreAccess.Complaint(config.StorePath, out _) is { } complaint)
            {
                throw new IOException(complaint);
            }

            using Store store = Store.OpenExisting(config.StorePath, TimeProvider.System, config.Policy);
            return work(config, store);
        }
        catch (Exception refused) when (refused is SqliteException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            StandardStreams.Error($"pagerduty-bridge {verb}: cannot use {config.StorePath}: {refused.Message}\n");
            return ExitCode.Failed;
        }
    }

    /// <summary>Who asks, for the history: the user behind sudo when there is one.</summary>
    public static string Who() =>
        ProcessContext.EnvironmentBytes("SUDO_USER") is { Length: > 0 } user
            ? Words.Safe(Encoding.UTF8.GetString(user))
            : Accounts.UserName(ProcessContext.User());

    /// <summary>The dedup key of what was named on the command line.</summary>
    public static string Key(string host, string? service) => DedupKey.Of(Encoding.UTF8.GetBytes(host), Encoding.UTF8.GetBytes(service ?? ""));
}
