namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Inputs beside notifications, calls that are accepted or whose answer is lost, and time.</summary>
[Flags]
internal enum Inputs
{
    None = 0,

    /// <summary>The scheduler acknowledges.</summary>
    Acknowledgements = 1,

    /// <summary>PagerDuty refuses calls; operators retry.</summary>
    Refusals = 2,

    /// <summary>Operators drop.</summary>
    Drops = 4,

    /// <summary>Responders act, and the bridge hears of it.</summary>
    Responders = 8,

    /// <summary>Responders act, and nobody hears of it.</summary>
    Unheard = 16,

    Maintenance = 32,

    Storm = 64,

    /// <summary>notify may have delivered without serve.</summary>
    Alone = 128,

    /// <summary>Open criticals are reasserted.</summary>
    Reassertion = 256,

    /// <summary>The service flaps.</summary>
    Flapping = 512,

    /// <summary>Services behind what is acknowledged are unwatched.</summary>
    Unwatched = 1_024,
}
