using System.Text;
using System.Text.Json;
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
    public static int WithStore(string verb, string configFile, Func<Config, Store, int> work) => WithStore(verb, configFile, false, work);

    /// <summary>Runs a verb on the store.</summary>
    /// <param name="verb">Its name, for the message.</param>
    /// <param name="configFile">The config.</param>
    /// <param name="asJson">What is wrong is also printed as JSON: an object with the key <c>error</c>.</param>
    /// <param name="work">Prints and returns the exit code.</param>
    public static int WithStore(string verb, string configFile, bool asJson, Func<Config, Store, int> work)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            return Fail(problems.ToString(), asJson, ExitCode.Usage);
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
            return Fail($"pagerduty-bridge {verb}: cannot use {config.StorePath}: {refused.Message}", asJson, ExitCode.Failed);
        }
    }

    /// <summary>Says what is wrong, as JSON on standard output too when that was asked for.</summary>
    public static int Fail(string sentence, bool asJson, int code)
    {
        StandardStreams.Error($"{sentence}\n");
        if (asJson)
        {
            StandardStreams.Output(JsonSerializer.Serialize(new ErrorJson(sentence), PeopleJson.Readable.ErrorJson) + "\n");
        }

        return code;
    }

    /// <summary>Who asks, for the history: the user behind sudo when there is one.</summary>
    public static string Who() =>
        ProcessContext.EnvironmentBytes("SUDO_USER") is { Length: > 0 } user
            ? Words.Safe(Encoding.UTF8.GetString(user))
            : NameOf(ProcessContext.User());

    /// <summary>A user's name; <c>user 1234</c> when /etc/passwd has none.</summary>
    public static string NameOf(uint user) => Accounts.UserName(user) is var name && name.All(char.IsAsciiDigit) ? $"user {name}" : name;

    /// <summary>The command that was typed, as another user would type it.</summary>
    /// <param name="user">That user.</param>
    public static string AsUser(string user) =>
        $"sudo {(user == "root" ? "" : $"-u {user} ")}{string.Join(' ', Environment.GetCommandLineArgs().Select(ShellWord.Quote))}";

    /// <summary>What was probably meant by a name that the store does not know; empty when it knows it, or nothing is near.</summary>
    /// <returns>Begins with a semicolon.</returns>
    public static string Hint(Store store, string host, string service)
    {
        var known = KnownNames.Of(store);
        bool isKnown = known.HostsOf(host).Length > 0 && (service.Length == 0 || known.ServicesOf(host).Contains(service));
        return !isKnown && known.Hint(host, service) is { Length: > 0 } hint ? $"; {hint}" : "";
    }

    /// <summary>The dedup key of what was named on the command line: of the incident that it shares, when it does.</summary>
    public static string Key(Store store, string host, string? service) =>
        store.Table.Query(host, service ?? "").FirstOrDefault(incident => DedupKey.IsShared(incident.Key))?.Key ?? Key(host, service);

    /// <summary>The dedup key of a host or service that shares its incident with none.</summary>
    public static string Key(string host, string? service) => DedupKey.Of(Encoding.UTF8.GetBytes(host), Encoding.UTF8.GetBytes(service ?? ""));
}
