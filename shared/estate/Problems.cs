namespace Ringfree.Monitoring.Estate;

/// <summary>Where a key or value stands in a file.</summary>
/// <param name="File">The file's name as its reader was given it.</param>
/// <param name="Line">The line, counted from 1. A key that is missing has the line of the table that lacks it. 0: the file as a
/// whole.</param>
/// <param name="Key">The whole dotted key, such as <c>hosts.node001.address</c>; empty for the file itself.</param>
public readonly record struct Place(string File, int Line, string Key)
{
    /// <summary>Returns <c>FILE:LINE: KEY</c>, <c>FILE:LINE</c> without a key, or <c>FILE</c>.</summary>
    public override string ToString() => Line == 0 ? File : Key.Length == 0 ? $"{File}:{Line}" : $"{File}:{Line}: {Key}";
}

/// <summary>What is wrong at one place.</summary>
/// <param name="Place">Where.</param>
/// <param name="Sentence">One sentence that quotes what was given and what is accepted.</param>
public readonly record struct Problem(Place Place, string Sentence)
{
    /// <summary>Returns <c>FILE:LINE: KEY: sentence</c>, the form of every complaint about a file.</summary>
    public override string ToString() => $"{Place}: {Sentence}";
}

/// <summary>Collects every problem of one run, so that a person corrects a file once and not line by line.</summary>
public sealed class Problems
{
    private readonly List<Problem> found = [];

    /// <summary>True when at least one problem was reported.</summary>
    public bool Any => found.Count > 0;

    /// <summary>The problems in the order of their lines; on one line in the order of their report.</summary>
    public IReadOnlyList<Problem> All => [.. found.OrderBy(problem => problem.Place.File, StringComparer.Ordinal).ThenBy(problem => problem.Place.Line)];

    /// <summary>Adds a problem.</summary>
    /// <param name="place">Where; the <c>Place</c> of a setting or table.</param>
    /// <param name="sentence">One sentence that quotes what was given and what is accepted.</param>
    public void Report(Place place, string sentence) => found.Add(new Problem(place, sentence));

    /// <summary>Takes a problem back that turned out to be the consequence of another.</summary>
    internal void Withdraw(Problem problem) => found.Remove(problem);

    /// <summary>Returns one problem a line, without a line end after the last.</summary>
    public override string ToString() => string.Join('\n', All);
}
