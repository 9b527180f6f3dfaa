namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>A fenced block of a README that is not generated.</summary>
/// <param name="File">The README.</param>
/// <param name="Lines">What stands in the block.</param>
internal sealed record ReadmeBlock(string File, IReadOnlyList<string> Lines)
{
    internal string Key => $"{File}: {Lines[0]}";

    internal static ReadmeBlock[] All() => [.. Tracked.Files("README.md").Where(IsOfUsers).SelectMany(Read)];

    /// <summary>Whoever types it.</summary>
    internal bool BeginsWith(string key) => WithoutPrompt(Key).StartsWith(WithoutPrompt(key), StringComparison.Ordinal);

    /// <summary>
    /// The commands in order: # is root's prompt, $ an ordinary user's. A block without a prompt is root's, a line a command.
    /// </summary>
    internal IEnumerable<ReadmeCommand> Commands(string user)
    {
        if (!Lines.Any(IsCommand))
        {
            foreach (string line in Lines)
            {
                yield return new ReadmeCommand(line, "root", []);
            }
        }

        for (int index = 0; index < Lines.Count; index++)
        {
            if (IsCommand(Lines[index]))
            {
                yield return new ReadmeCommand(Lines[index][2..], Lines[index][0] == '#' ? "root" : user, [.. Lines.Skip(index + 1).TakeWhile(line => !IsCommand(line))]);
            }
        }
    }

    private static string WithoutPrompt(string key) => key.Replace(": # ", ": ", StringComparison.Ordinal).Replace(": $ ", ": ", StringComparison.Ordinal);

    private static bool IsCommand(string line) => line.StartsWith("# ", StringComparison.Ordinal) || line.StartsWith("$ ", StringComparison.Ordinal);

    // The lab's own is for who works on the project.
    private static bool IsOfUsers(string file) => !file.StartsWith("tests/", StringComparison.Ordinal);

    private static IEnumerable<ReadmeBlock> Read(string file)
    {
        List<string>? block = null;
        bool isGenerated = false;
        foreach (string line in System.IO.File.ReadLines(Repository.PathOf(file)))
        {
            if (line.StartsWith("<!-- ", StringComparison.Ordinal))
            {
                isGenerated = line.StartsWith("<!-- generated", StringComparison.Ordinal);
            }

            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                block?.Add(line);
            }
            else if (block is null)
            {
                block = [];
            }
            else
            {
                if (!isGenerated && block.Count > 0)
                {
                    yield return new ReadmeBlock(file, block);
                }

                block = null;
            }
        }
    }
}
