namespace Ringfree.Monitoring.Bridge;

/// <summary>What doctor found: all at once, each finding with its cure.</summary>
internal sealed class Diagnosis
{
    private readonly List<string> wrong = [];
    private readonly List<string> unknown = [];
    private readonly List<string> good = [];
    private readonly SortedSet<string> hidden = new(StringComparer.Ordinal);

    /// <summary>Findings, each a sentence with its cure in brackets.</summary>
    public IReadOnlyList<string> Wrong => wrong;

    /// <summary>True when nothing is wrong and this user may read everything.</summary>
    public bool IsGood => wrong.Count == 0 && hidden.Count == 0;

    /// <summary>Adds a finding.</summary>
    /// <param name="finding">What is wrong, where.</param>
    /// <param name="cure">A command, or what to do; empty when the finding holds it.</param>
    public void AddWrong(string finding, string cure = "") => wrong.Add(cure.Length > 0 ? $"{finding} ({cure})" : finding);

    /// <summary>Adds what cannot be known from here, and why; it does not make the diagnosis bad.</summary>
    public void AddUnknown(string sentence) => unknown.Add(sentence);

    /// <summary>Adds a path that this user may not read.</summary>
    public void AddHidden(string path) => hidden.Add(path);

    /// <summary>Adds what was looked at and is as it should be.</summary>
    public void AddGood(string what) => good.Add(what);

    /// <summary>One line each: what is wrong, what was not checked, what is good.</summary>
    public string Text(bool isRoot)
    {
        IEnumerable<string> lines = wrong.Select(line => $"wrong: {line}")
            .Concat(hidden.Select(path => $"not checked: {path}: this user may not read it, run doctor as root"))
            .Concat(unknown.Select(line => $"not checked: {line}"))
            .Concat(good.Select(line => $"good: {line}"));
        string root = wrong.Count > 0 && !isRoot ? "the commands need root\n" : "";
        return Words.SafeLines(string.Concat(lines.Select(line => $"{line}\n"))) + root;
    }

    /// <summary>Reads a file that a part of the diagnosis needs.</summary>
    /// <returns>Null when it is absent or closed; only what is closed is noted.</returns>
    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (UnauthorizedAccessException)
        {
            AddHidden(path);
        }
        catch (IOException unreadable) when (unreadable is not (FileNotFoundException or DirectoryNotFoundException))
        {
            AddUnknown($"{path}: {unreadable.Message}");
        }
        catch (IOException)
        {
            // Absent: the caller says what that means.
        }

        return null;
    }

    /// <summary>Looks at a path.</summary>
    public static PathLook Look(string path) => new(KernelFile.Look(path, out int error), error);
}
