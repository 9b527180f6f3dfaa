namespace Ringfree.Monitoring.Bridge;

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The machine refused: disk, folder, lock, store.</summary>
    public const int Failed = 1;

    /// <summary>The command line, the config or the environment is wrong: a person must change it.</summary>
    public const int Usage = 3;
}
