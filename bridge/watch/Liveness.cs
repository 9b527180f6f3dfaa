namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The liveness of one loop. When one stays silent the watchdog is no longer fed, and the service manager restarts serve.
/// </summary>
/// <param name="name">The loop, for the message.</param>
/// <param name="most">How long it may be silent.</param>
/// <param name="time">The clock.</param>
internal sealed class Liveness(string name, TimeSpan most, TimeProvider time)
{
    private long last = time.GetTimestamp();

    public string Name => name;

    public void Beat() => Volatile.Write(ref last, time.GetTimestamp());

    public bool IsAlive => time.GetElapsedTime(Volatile.Read(ref last)) < most;
}
