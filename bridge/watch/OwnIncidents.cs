using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The bridge's own alerts as incidents of the store: services of the host that the bridge is named after.</summary>
internal sealed class OwnIncidents(Store store, string name, TimeProvider time)
{
    private long raised;

    /// <summary>The service's name of a concern.</summary>
    public static string ServiceOf(OwnConcern concern) => $"PagerDuty bridge: {concern.Name()}";

    public string KeyOf(OwnConcern concern) => DedupKey.Of(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(ServiceOf(concern)));

    public bool IsBad(OwnConcern concern) => store.Incidents.Find(KeyOf(concern)) is { IsBad: true };

    /// <summary>Pages, or sends the new text of a page that is open.</summary>
    public void Raise(FleetEffect.AlertRaised alert) =>
        store.Incidents.Raise(Event(alert.Concern, "PROBLEM", "CRITICAL", alert.Headline, alert.Details), KindOf(alert.Concern));

    /// <summary>Resolves the page.</summary>
    public void Clear(OwnConcern concern) => store.Incidents.Raise(Event(concern, "RECOVERY", "OK", "over", ""), KindOf(concern));

    /// <summary>Tries a page again that PagerDuty refused.</summary>
    /// <returns>True when it is due now.</returns>
    public bool Retry(OwnConcern concern) => !store.Incidents.Apply(KeyOf(concern), new IncidentInput.Retried()).IsNothing;

    private static IncidentKind KindOf(OwnConcern concern) => concern switch
    {
        OwnConcern.Storm => IncidentKind.Storm,
        OwnConcern.DamagedStore or OwnConcern.RejectedFile => IncidentKind.Notice,
        _ => IncidentKind.Own,
    };

    private SchedulerEvent Event(OwnConcern concern, string type, string state, string headline, string details)
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
        return new SchedulerEvent($"own-{concern.Name()}-{moment.WallNanoseconds}-{Interlocked.Increment(ref raised)}", moment, macros);
    }
}
