namespace Ringfree.Monitoring.Estate;

/// <summary>How often checks run and how long each part waits for the one below.</summary>
/// <param name="Unit">The scheduler's <c>interval_length</c>: every interval is a whole multiple of it, because Shinken turns 0.5 into 0.
/// Default: 60 s.</param>
/// <param name="Checks">The rhythm of services and hosts.</param>
/// <param name="Agent">The rhythm of the agent's own service; the other foundations have its interval. <see cref="FoundationRhythm"/> says
/// what it must be.</param>
/// <param name="NotificationInterval">The time between two notifications of one lasting problem; zero is a single notification.</param>
/// <param name="CommandTimeout">When nrpe kills a command, whole seconds. Default: 20 s.</param>
/// <param name="AgentTimeout">The <c>-t</c> of check_nrpe, whole seconds. Default: 30 s.</param>
/// <param name="ServiceCheckTimeout">When the scheduler kills a check, whole seconds. Default: 60 s.</param>
/// <param name="BootGrace">How long after a boot containers may still be starting: what is not up yet is no problem. Default: 20
/// min.</param>
/// <param name="Latch">How long a finding that comes from a change stays raised. Default: null, each check's own.</param>
/// <param name="Flapping">When a state that goes to and fro is told as flapping.</param>
public sealed record Timing(
    TimeSpan Unit,
    Rhythm Checks,
    Rhythm Agent,
    TimeSpan NotificationInterval,
    TimeSpan CommandTimeout,
    TimeSpan AgentTimeout,
    TimeSpan ServiceCheckTimeout,
    TimeSpan BootGrace,
    TimeSpan? Latch,
    Flapping Flapping)
{
    /// <summary>A duration in the scheduler's units.</summary>
    /// <param name="duration">A whole multiple of <see cref="Unit"/>.</param>
    /// <returns>The number for an object file.</returns>
    public long Units(TimeSpan duration) => duration.Ticks / Unit.Ticks;

    /// <summary>How long a finding of a check that comes from a change stays raised.</summary>
    /// <param name="check">The check as it is deployed.</param>
    /// <returns>Whole seconds.</returns>
    public TimeSpan LatchOf(RoleCheck check) => Estate.Latch.Of(check, this);

    /// <summary>Null for a whole multiple of the unit, else the complaint.</summary>
    internal string? NotMultiple(TimeSpan duration) => NotMultiple(duration, Unit);

    internal static string? NotMultiple(TimeSpan duration, TimeSpan unit) => duration.Ticks % unit.Ticks == 0
        ? null
        : Names.Complaint(TomlText.Duration(duration), $"a whole multiple of interval_length, {TomlText.Duration(unit)}: Shinken cuts the rest off, and 0.5 becomes 0");
}

/// <summary>How often something is checked, and when a bad result is believed.</summary>
/// <param name="Interval">Between two checks while all is well.</param>
/// <param name="Retry">Between two checks while a bad result is not yet believed.</param>
/// <param name="Attempts">The bad result in a row that is believed and notified; at least 1.</param>
public sealed record Rhythm(TimeSpan Interval, TimeSpan Retry, int Attempts)
{
    /// <summary>From a failure to the moment at which it is believed, at most.</summary>
    public TimeSpan SlowestVerdict => Interval + QuickestVerdict;

    /// <summary>From the first bad result to the moment at which it is believed.</summary>
    public TimeSpan QuickestVerdict => Retry * (Attempts - 1);
}

/// <summary>
/// How much of the last 21 results must be a change of state, in per cent, for flapping to begin and to end; it silences what flaps.
/// </summary>
/// <param name="Low">Flapping ends below it. Default: 20.</param>
/// <param name="High">Flapping begins at it. Default: 40, some eight changes: a service that was restarted twice is not flapping.</param>
public sealed record Flapping(long Low, long High);
