namespace Ringfree.Monitoring.Probes;

/// <summary>
/// What is looked at in one root that somebody else controls, so that what one of them holds never uses up the time and the memory of the
/// others. An etc folder has some hundred names, a php.ini 70 KB.
/// </summary>
internal sealed class RootBudget
{
    private const int MostNames = 5000;
    private const int MostFiles = 500;
    private const long MostBytes = 16 * 1024 * 1024;
    private const long MostTold = 256 * 1024;

    private int names;
    private int files;
    private long bytes;
    private long told;

    /// <summary>Which limit was passed, in words; null while none was.</summary>
    internal string? Spent =>
        names > MostNames ? $"has more than {MostNames} names where files are looked for"
        : files > MostFiles ? $"has more than {MostFiles} files of the names that are looked for"
        : bytes > MostBytes ? $"has more than {MostBytes / 1024 / 1024} MiB in the files that are looked for"
        : told > MostTold ? $"has more than {MostTold / 1024} KiB of what is looked for in its files"
        : null;

    /// <summary>Counts a name of a folder.</summary>
    /// <returns>Whether more may be looked at.</returns>
    internal bool TakesName() => ++names <= MostNames;

    /// <summary>Counts a file that is to be read.</summary>
    /// <returns>Whether it may be read.</returns>
    internal bool TakesFile() => ++files <= MostFiles;

    /// <summary>Counts what was read of a file, and what of that is told.</summary>
    /// <returns>Whether it may be told.</returns>
    internal bool TakesBytes(long read, long ofThatTold)
    {
        bytes += read;
        told += ofThatTold;
        return Spent is null;
    }
}
