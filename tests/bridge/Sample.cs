using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Notifications for tests. Everything that a test does not name has a plausible value.</summary>
internal static class Sample
{
    public const string Key = "R0utingKey0123456789abcdefABCDEF";

    public const string Boot = "b00tb00t-0000-0000-0000-000000000000";

    /// <summary>12 November 2026, 03:12:00 UTC, in seconds since 1970.</summary>
    public const long At = 1_794_453_120;

    private static long lastId;

    public static SchedulerEvent Event(
        string type, string state, string host = "web1", string service = "HAProxy proxies", long? changedAt = null, long spooledAt = At,
        string boot = Boot, long? sinceBoot = null, params (string Name, string Value)[] more)
    {
        Dictionary<string, byte[]> macros = Macros(type, state, host, service, changedAt, more);
        long boots = (sinceBoot ?? (spooledAt - At + 1_000)) * 1_000_000_000;
        return new SchedulerEvent($"{Interlocked.Increment(ref lastId):x8}-00000000000000000001-1.event", new Moment(spooledAt * 1_000_000_000, boots, boot), macros);
    }

    public static Call Call(string key, CallAction action = CallAction.Trigger) =>
        new(key, ChannelKind.Api, action, CallReason.Began, 1, IsLast: true, Payload.Full, Severity.Critical, "1.event");

    /// <summary>The first call for a notification.</summary>
    public static Call Call(SchedulerEvent @event) => Call(DedupKey.Of(@event)) with { Severity = Severities.Of(@event) };

    public static Dictionary<string, byte[]> Macros(
        string type, string state, string host = "web1", string service = "HAProxy proxies", long? changedAt = null, params (string Name, string Value)[] more)
    {
        string about = service.Length > 0 ? "SERVICE" : "HOST";
        var macros = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["NOTIFICATIONTYPE"] = Encoding.UTF8.GetBytes(type),
            ["HOSTNAME"] = Encoding.UTF8.GetBytes(host),
            [$"{about}STATE"] = Encoding.UTF8.GetBytes(state),
        };
        if (service.Length > 0)
        {
            macros["SERVICEDESC"] = Encoding.UTF8.GetBytes(service);
        }

        if (changedAt is { } seconds)
        {
            macros[$"LAST{about}STATECHANGE"] = Encoding.UTF8.GetBytes($"{seconds}");
        }

        foreach ((string name, string value) in more)
        {
            macros[name] = Encoding.UTF8.GetBytes(value);
        }

        return macros;
    }
}
