using System.Collections.Concurrent;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What the bridge itself pages about, as services of the host that it is named after.</summary>
internal sealed class OwnIncidents(Store store, string name, TimeProvider time)
{
    /// <summary>Events that PagerDuty refuses for good.</summary>
    public const string DeadLetters = "dead letters";

    /// <summary>More problems at once than one responder can be paged for.</summary>
    public const string Storm = "alert storm";

    /// <summary>The estate's heartbeat notification is missing.</summary>
    public const string Heartbeat = "scheduler heartbeat";

    /// <summary>The store was damaged and built again.</summary>
    public const string DamagedStore = "damaged store";

    /// <summary>A file in the spool is not a notification.</summary>
    public const string Rejected = "rejected file";

    private long raised;
    private readonly ConcurrentDictionary<string, string> said = new(StringComparer.Ordinal);

    /// <summary>The service's name of a concern.</summary>
    public static string ServiceOf(string concern) => $"PagerDuty bridge: {concern}";

    public string KeyOf(string concern) => DedupKey.Of(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(ServiceOf(concern)));

    /// <summary>Pages, or sends the new text of a page that is open.</summary>
    /// <param name="concern">One of the constants.</param>
    /// <param name="headline">One sentence.</param>
    /// <param name="details">Further lines.</param>
    /// <param name="kind"><see cref="IncidentKind.Notice"/> for what is over once a responder has read it.</param>
    public void Raise(string concern, string headline, string details = "", IncidentKind kind = IncidentKind.Own)
    {
        string text = $"{headline}\n{details}";
        if (IsBad(concern) && said.GetValueOrDefault(concern) == text)
        {
            return;
        }

        said[concern] = text;
        store.Incidents.Raise(Event(concern, "PROBLEM", "CRITICAL", headline, details), kind);
    }

    /// <summary>Resolves the page of a concern when there is one.</summary>
    public void Clear(string concern)
    {
        said.TryRemove(concern, out _);
        if (IsBad(concern))
        {
            store.Incidents.Raise(Event(concern, "RECOVERY", "OK", "over", ""), concern == Storm ? IncidentKind.Storm : IncidentKind.Own);
        }
    }

    public bool IsBad(string concern) => store.Incidents.Find(KeyOf(concern)) is { IsBad: true };

    private SchedulerEvent Event(string concern, string type, string state, string headline, string details)
    {
        Dictionary<string, byte[]> macros = Macros.Of(
            (Macros.NotificationType, type),
            (Macros.HostName, name),
            (Macros.ServiceName, ServiceOf(concern)),
            ("SERVICESTATE", state),
            ("SERVICEOUTPUT", headline),
            ("LONGSERVICEOUTPUT", details));
        DateTimeOffset now = time.GetUtcNow();
        var moment = new Moment((now - DateTimeOffset.UnixEpoch).Ticks * 100, KernelClock.BootNanoseconds(), Moment.CurrentBootId());
        return new SchedulerEvent($"own-{concern}-{moment.WallNanoseconds}-{Interlocked.Increment(ref raised)}", moment, macros);
    }
}
