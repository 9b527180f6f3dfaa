using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Pages when no heartbeat came for the set time, and resolves when one comes again; both are tried until PagerDuty accepts them. Whether a page
/// is open, or may be because its answer was lost, is remembered on disk.
/// </summary>
internal sealed class SilenceSwitch
{
    private const string Opening = "opening";
    private const string Open = "open";
    private const string Closed = "closed";

    private readonly WatchConfig config;
    private readonly string name;
    private readonly ISender sender;
    private readonly Log log;
    private readonly TimeProvider time;
    private long last;
    private bool isOpen;
    private bool mayBeOpen;
    private bool isHeard;
    private long failures;
    private long failedAt;

    public SilenceSwitch(WatchConfig config, string name, ISender sender, Log log, TimeProvider time)
    {
        this.config = config;
        this.name = name;
        this.sender = sender;
        this.log = log;
        this.time = time;

        // A start gives the next heartbeat half of the time, and no more: a watch that starts again and again must still page.
        last = time.TimestampIn(-config.SilentAfter / 2);
        string known = File.Exists(config.StateFile) ? File.ReadAllText(config.StateFile).Split(' ')[0] : Closed;
        isOpen = known == Open;
        mayBeOpen = known is Open or Opening;
    }

    /// <summary>A heartbeat came.</summary>
    public void Beat()
    {
        Volatile.Write(ref last, time.GetTimestamp());
        Volatile.Write(ref isHeard, true);
    }

    /// <summary>Pages or resolves when it is time to.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task OnceAsync(CancellationToken stop)
    {
        TimeSpan silent = time.GetElapsedTime(Volatile.Read(ref last));
        bool shouldBeOpen = silent >= config.SilentAfter;
        bool isDue = shouldBeOpen ? !isOpen : mayBeOpen && Volatile.Read(ref isHeard);
        if (!isDue || (failures > 0 && time.GetElapsedTime(failedAt) < Outage.Wait(failures - 1)))
        {
            return;
        }

        // Noted before the call: a page that went out and is not remembered would never be resolved.
        if (shouldBeOpen && !mayBeOpen)
        {
            mayBeOpen = true;
            Remember(Opening);
        }

        Answer answer = await sender.SendAsync(Delivery(shouldBeOpen), stop);
        log.WatchPaged(shouldBeOpen ? "trigger" : "resolve", answer.Text);
        if (answer.Verdict != Verdict.Delivered)
        {
            failures++;
            failedAt = time.GetTimestamp();
            return;
        }

        failures = 0;
        (isOpen, mayBeOpen) = (shouldBeOpen, shouldBeOpen);
        Remember(isOpen ? Open : Closed);
    }

    private Delivery Delivery(bool isBad)
    {
        Dictionary<string, byte[]> macros = Macros.Of(
            (Macros.NotificationType, isBad ? "PROBLEM" : "RECOVERY"),
            (Macros.HostName, name),
            (Macros.ServiceName, "PagerDuty bridge: silent"),
            ("SERVICESTATE", isBad ? "CRITICAL" : "OK"),
            ("SERVICEOUTPUT", $"the PagerDuty bridge has sent no heartbeat for {Words.Duration(config.SilentAfter)}: what breaks now may page nobody"),
            ("LONGSERVICEOUTPUT", "first: on the bridge's host, systemctl status pagerduty-bridge and pagerduty-bridge status; its log says why a heartbeat is withheld"));
        var @event = new SchedulerEvent("watch", Moment.Now(), macros);
        return new Delivery(
            DedupKey.Of(@event), ChannelKind.Api, isBad ? "trigger" : "resolve", isBad ? IncidentState.Triggered : IncidentState.Resolved, 1, IsLast: true, IsClosedAfter: !isBad, IsPlain: false, @event);
    }

    // A disk that takes no file must not keep a page back: it is told, and the page goes out.
    private void Remember(string state)
    {
        try
        {
            Write(state);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            log.RoundFailed("watch", $"{config.StateFile} cannot be written: {refused.Message}");
        }
    }

    private void Write(string state)
    {
        string unfinished = config.StateFile + ".new";
        File.Delete(unfinished);
        using (SafeFileHandle file = KernelFile.CreateNew(unfinished))
        {
            KernelFile.WriteAll(file, Encoding.UTF8.GetBytes($"{state} {time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)}\n"), unfinished);
            KernelFile.Synchronise(file, unfinished);
        }

        KernelFile.Rename(unfinished, config.StateFile);
        string folder = Path.GetDirectoryName(config.StateFile)!;
        using SafeFileHandle handle = KernelFile.OpenFolder(folder);
        KernelFile.Synchronise(handle, folder);
    }
}
