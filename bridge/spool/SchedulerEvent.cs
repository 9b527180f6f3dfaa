using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>A notification of the scheduler as it was spooled. Macros keep their bytes; texts are decoded with U+FFFD for what is not UTF-8.</summary>
internal sealed class SchedulerEvent(string id, Moment spooled, IReadOnlyDictionary<string, byte[]> macros)
{
    // The year 2000, before any of these schedulers.
    private const long FirstPlausible = 946_684_800;

    /// <summary>The spool file's name: the same event is never counted twice under it.</summary>
    public string Id => id;

    public Moment Spooled => spooled;

    public IReadOnlyDictionary<string, byte[]> Macros => macros;

    public byte[] HostBytes => macros[Bridge.Macros.HostName];

    public byte[] ServiceBytes => macros.GetValueOrDefault(Bridge.Macros.ServiceName) ?? [];

    /// <summary>The name of an incident that several services share; empty for one of its own.</summary>
    public byte[] IncidentBytes => IsAboutService ? macros.GetValueOrDefault(Bridge.Macros.IncidentName) ?? [] : [];

    public string Host => Text(Bridge.Macros.HostName);

    /// <summary>The service's name; empty for a notification about a host.</summary>
    public string Service => Text(Bridge.Macros.ServiceName);

    public bool IsAboutService => ServiceBytes.Length > 0;

    public string Type => Text(Bridge.Macros.NotificationType);

    /// <summary>OK, WARNING, CRITICAL, UNKNOWN of a service; UP, DOWN, UNREACHABLE of a host; empty when the scheduler did not say.</summary>
    public string State => Text("SERVICESTATE", "HOSTSTATE");

    /// <summary>False only when the scheduler says OK or UP: what is not known to be good pages.</summary>
    public bool IsBad => State is not ("OK" or "UP");

    /// <summary>
    /// When the state last changed, on the boot clock in nanoseconds; null when the scheduler did not say. The scheduler's wall time is
    /// carried over by the two clocks of the spooling, so that a wall clock set back meanwhile makes nothing look old. A change that lies
    /// in the future is none: it would make every later notification look old. Nor is one of 1970, which stands for "never". Shinken gives
    /// fractions of a second.
    /// </summary>
    public long? ChangedSinceBoot =>
        decimal.TryParse(
            Text("LASTSERVICESTATECHANGE", "LASTHOSTSTATECHANGE"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
        && seconds is >= FirstPlausible and < 100_000_000_000 && seconds * 1_000_000_000 <= Spooled.WallNanoseconds
            ? (long)(seconds * 1_000_000_000) - (Spooled.WallNanoseconds - Spooled.BootNanoseconds)
            : null;

    /// <summary>A macro's text, or an empty one.</summary>
    public string Text(string name) => macros.GetValueOrDefault(name) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";

    /// <summary>The first macro when this is about a service, else the second.</summary>
    public string Text(string ofService, string ofHost) => Text(IsAboutService ? ofService : ofHost);
}
