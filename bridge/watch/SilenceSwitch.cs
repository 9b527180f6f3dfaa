using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Pages when no heartbeat came for the set time, and resolves when one comes again. Its page is an incident like any other, in a file of
/// its own: what PagerDuty has, or may have because an answer was lost, survives a restart.
/// </summary>
internal sealed class SilenceSwitch
{
    private readonly WatchConfig config;
    private readonly string name;
    private readonly ISender sender;
    private readonly Log log;
    private readonly TimeProvider time;
    private readonly CurrentFleet fleet;
    private Incident? incident;
    private SchedulerEvent notification;

    public SilenceSwitch(WatchConfig config, string name, ISender sender, Log log, TimeProvider time)
    {
        this.config = config;
        this.name = name;
        this.sender = sender;
        this.log = log;
        this.time = time;
        fleet = new CurrentFleet(IncidentPolicy.Default, time);

        // When the last heartbeat came is not known: it may be long ago.
        fleet.Step(new FleetInput.Started(
            new FleetSettings { Heartbeat = new DeadMansSwitchSettings(name, config.SilentAfter, IsDemanded: true) },
            FleetMemory.None with { HeartbeatAwaited = DateTimeOffset.MinValue }));
        notification = Notification(isBad: true);
        incident = Remembered();
    }

    /// <summary>A heartbeat came.</summary>
    public void Beat() => fleet.Step(new FleetInput.HeartbeatCame());

    /// <summary>Pages or resolves when it is time to.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task OnceAsync(CancellationToken stop)
    {
        bool isPaged = incident?.IsBad == true;
        FleetReason reason = fleet.Step(new FleetInput.HeartbeatAwaited(isPaged)).Reason;
        if ((reason == FleetReason.HeartbeatMissing && !isPaged) || (reason == FleetReason.HeartbeatComes && isPaged))
        {
            notification = Notification(isBad: !isPaged);
            Step(new IncidentInput.Notified(notification, 0, IncidentKind.Own));
        }

        if (incident is null || Plan.Next(incident, Channels.ApiOnly, time.GetUtcNow()).Call is not { } call)
        {
            return;
        }

        // Stored before the call: a page that was sent and is forgotten would never be resolved.
        Step(new IncidentInput.CallStarted(call));
        Answer answer = await sender.SendAsync(call, notification, stop);
        log.WatchPaged(call.Verb, answer.Text);

        // Nobody retries a dead letter of the watch: what is refused is tried again, too.
        bool isFinal = answer.Verdict == Verdict.Refused && call.IsFinal;
        TimeSpan wait = CircuitBreaker.Wait(incident.Retry.Attempts - 1);
        Step(isFinal ? new IncidentInput.CallUnanswered(call, answer.Text, wait) : answer.InputFor(call, wait));
    }

    private void Step(IncidentInput input)
    {
        incident = Transitions.Step(incident, input, fleet.Value.For([], time.GetUtcNow())).Incident;
        Remember();
    }

    private SchedulerEvent Notification(bool isBad)
    {
        Dictionary<string, byte[]> macros = Macros.Of(
            (Macros.NotificationType, isBad ? "PROBLEM" : "RECOVERY"),
            (Macros.HostName, name),
            (Macros.ServiceName, "PagerDuty bridge: silent"),
            ("SERVICESTATE", isBad ? "CRITICAL" : "OK"),
            ("SERVICEOUTPUT", $"the PagerDuty bridge has sent no heartbeat for {Words.Duration(config.SilentAfter)}: what breaks now may page nobody"),
            ("LONGSERVICEOUTPUT", "first: on the bridge's host, systemctl status pagerduty-bridge and pagerduty-bridge status; its log says why a heartbeat is withheld"));
        return new SchedulerEvent("watch", Moment.Now(), macros);
    }

    private Incident? Remembered()
    {
        string key = DedupKey.Of(notification);
        if (!File.Exists(config.StateFile))
        {
            return null;
        }

        try
        {
            return IncidentBody.Read(key, 0, File.ReadAllText(config.StateFile));
        }
        catch (StoreDamagedException)
        {
            // Whatever it was, PagerDuty may have the page open: the next heartbeat resolves it.
            log.RoundFailed("watch", $"{config.StateFile} cannot be read: the page is taken for open");
            Outcome assumed = Transitions.Step(
                null,
                new IncidentInput.Notified(notification, 0, IncidentKind.Own, MayBeDelivered: true),
                fleet.Value.For([], time.GetUtcNow()));
            return assumed.Incident! with { SettledVersion = assumed.Incident.Version };
        }
    }

    // A full disk must not keep a page back: it is logged, and the page is sent.
    private void Remember()
    {
        try
        {
            KernelFile.Replace(config.StateFile, Encoding.UTF8.GetBytes(IncidentBody.Write(incident!) + "\n"));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            log.RoundFailed("watch", $"{config.StateFile} cannot be written: {refused.Message}");
        }
    }
}
