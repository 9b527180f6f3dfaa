using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// Recordings that lie in a folder beside a test: made by <c>--record</c> on a machine, or edited by hand. Each is a test because it lies
/// there; its whole output is the section of its name in the snapshot of the check's recordings.
/// </summary>
public static class RecordingCase
{
    private const string Ending = ".recording";

    /// <summary>Where the recording of a name lies: a file NAME.recording, or a folder NAME.</summary>
    public static string PathOf(string check, string name)
    {
        string path = Repository.PathOf("tests", check, "recordings", name);
        return Directory.Exists(path) ? path : path + Ending;
    }

    /// <summary>The answer to the one question of a recording that ends with these words.</summary>
    public static byte[] AnswerTo(string check, string name, string ending)
    {
        var parts = RecordingParts.At(PathOf(check, name));
        byte[] Read(string part) => parts.Read(part, int.MaxValue).Bytes;
        string question = parts.Names.Single(part =>
            part.EndsWith("/question", StringComparison.Ordinal) && Encoding.UTF8.GetString(Read(part)).EndsWith(ending, StringComparison.Ordinal));
        return Read(question.Replace("/question", "/answer", StringComparison.Ordinal));
    }

    /// <summary>Writes the parts of a recording into a new folder, for a test that changes them.</summary>
    public static string Unpack(string check, string name, string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var parts = RecordingParts.At(PathOf(check, name));
        foreach (string part in parts.Names)
        {
            string path = Path.Combine(folder, part);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, parts.Read(part, int.MaxValue).Bytes);
        }

        // A folder is recognized as a recording by what it is about, and has no defaults.
        (string Part, string Text)[] defaults =
            [(RecordingFormat.About, $"check {check}\n"), (RecordingFormat.Arguments, ""), (RecordingFormat.User, "nagios\n")];
        foreach ((string part, string text) in defaults.Where(part => !parts.Names.Contains(part.Part)))
        {
            File.WriteAllText(Path.Combine(folder, part), text);
        }

        return folder;
    }

    /// <summary>The names of a check's recordings, in order.</summary>
    public static IEnumerable<string> Names(string check) =>
        Directory.GetFileSystemEntries(Repository.PathOf("tests", check, "recordings"))
            .Select(path => Path.GetFileName(path))
            .Select(name => name.EndsWith(Ending, StringComparison.Ordinal) ? name[..^Ending.Length] : name)
            .Order(StringComparer.Ordinal);
}
