using Xunit;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// Recordings that lie in a folder beside a test: made by <c>--record</c> on a machine, or edited by hand. Each is a test by lying there; its
/// whole output is the snapshot of its name.
/// </summary>
public static class RecordingCase
{
    public static string Folder(string check, string name) => Repository.PathOf("tests", check, "recordings", name);

    public static TheoryData<string> Of(string check)
    {
        TheoryData<string> names = [];
        foreach (string name in Directory.GetDirectories(Repository.PathOf("tests", check, "recordings")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal))
        {
            names.Add(name);
        }

        return names;
    }
}
