namespace Ringfree.Monitoring.Estate;

/// <summary>What a program of the machine said about generated files.</summary>
/// <param name="IsGood">Whether it accepts them; true too when the machine lacks the program.</param>
/// <param name="Sentence">What was judged, by whom, and what is wrong with it.</param>
public sealed record Verdict(bool IsGood, string Sentence)
{
    /// <summary>The verdict of a program that the machine lacks.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="files">What it would have judged.</param>
    /// <returns>The verdict.</returns>
    public static Verdict Absent(string program, string files) => new(IsGood: true, $"{program} is not on this machine: {files} not verified");
}

/// <summary>A folder of one run, removed with everything in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder, mode 0700.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("ringfree-").FullName;

    /// <summary>Writes a file into it.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="text">What it holds.</param>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        string file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
