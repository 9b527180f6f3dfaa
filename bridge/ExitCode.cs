namespace Ringfree.Monitoring.Bridge;

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It failed: disk, folder, lock, store, PagerDuty.</summary>
    public const int Failed = 1;

    /// <summary>The command line, the config or the environment is wrong: an operator must change it.</summary>
    public const int Usage = 2;
}
