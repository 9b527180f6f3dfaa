using System.Runtime.CompilerServices;
using Snapshooter;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// Whole outputs kept as plain text beside the test, in <c>__snapshots__/NAME.snap</c>. The only file that knows the snapshot library.
/// A missing snapshot fails when SNAPSHOOTER_STRICT_MODE is true, as it is under <c>make test</c>; without it the first run writes it.
/// </summary>
public static class Snapshot
{
    private const string Head = "=== ";

    public static void Match(string text, string name, [CallerFilePath] string testFile = "") =>
        Snapshooter.Xunit3.Snapshot.Match(text, new SnapshotFullName(name + ".snap", Path.GetDirectoryName(testFile)!));

    /// <summary>
    /// Many outputs in one file, each under its name, so that a change of many states is read in one diff. When the file differs, the names
    /// of the outputs that differ are in the message.
    /// </summary>
    public static void MatchAll(IEnumerable<(string Name, string Text)> outputs, string name, [CallerFilePath] string testFile = "")
    {
        Dictionary<string, string> actual = outputs.ToDictionary(output => output.Name, output => $"{Head}{output.Name}\n{output.Text}");
        string file = Path.Combine(Path.GetDirectoryName(testFile)!, "__snapshots__", name + ".snap");
        Dictionary<string, string> expected = File.Exists(file) ? Sections(File.ReadAllText(file)) : [];
        try
        {
            Match(string.Concat(actual.Values), name, testFile);
        }
        catch (Exception exception)
        {
            string[] different =
            [
                .. actual.Keys.Union(expected.Keys).Where(key => actual.GetValueOrDefault(key) != expected.GetValueOrDefault(key)),
            ];
            throw new InvalidOperationException($"{file}: these outputs differ, are new or are gone: {string.Join(", ", different)}", exception);
        }
    }

    private static Dictionary<string, string> Sections(string text) =>
        text.Split("\n" + Head).Select((section, index) => index == 0 ? section : Head + section)
            .ToDictionary(section => section.Split('\n')[0][Head.Length..], section => section.TrimEnd('\n') + "\n");
}
