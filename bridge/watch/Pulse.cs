namespace Ringfree.Monitoring.Bridge;

/// <summary>The sign of life of one loop. When one stays silent the service manager is no longer told that all is well, and starts serve afresh.</summary>
/// <param name="name">The loop, for the message.</param>
/// <param name="most">How long it may be silent.</param>
/// <param name="time">The clock.</param>
internal sealed class Pulse(string name, TimeSpan most, TimeProvider time)
{
    private long last = time.GetTimestamp();

    public string Name => name;

    public void Beat() => Volatile.Write(ref last, time.GetTimestamp());

    public bool IsAlive => time.GetElapsedTime(Volatile.Read(ref last)) < most;
}
