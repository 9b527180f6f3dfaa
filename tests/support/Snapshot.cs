using System.Runtime.CompilerServices;
using Snapshooter;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// Whole outputs kept as plain text beside the test, in <c>__snapshots__/NAME.snap</c>. The only file that knows the snapshot library.
/// A missing snapshot fails when SNAPSHOOTER_STRICT_MODE is true, as it is under <c>make test</c>; without it the first run writes it.
/// </summary>
public static class Snapshot
{
    public static void Match(string text, string name, [CallerFilePath] string testFile = "") =>
        Snapshooter.Xunit3.Snapshot.Match(text, new SnapshotFullName(name + ".snap", Path.GetDirectoryName(testFile)!));
}
