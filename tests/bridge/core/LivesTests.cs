namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// Lives of one incident, and of the fleet, as reviewed text, in <c>core/lives</c>. With RINGFREE_WRITE_LIVES=1 they are written again; the
/// diff is what to review.
/// </summary>
public sealed class LivesTests
{
    private static readonly string Folder = Repository.PathOf("tests", "bridge", "core", "lives");

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.life", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file)[..^".life".Length]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_life_goes_as_written(string name)
    {
        string file = Path.Combine(Folder, $"{name}.life");
        string written = File.ReadAllText(file);
        string replayed = name.StartsWith("fleet/", StringComparison.Ordinal) ? FleetLife.Replay(written) : Life.Replay(written);
        if (Environment.GetEnvironmentVariable("RINGFREE_WRITE_LIVES") == "1")
        {
            File.WriteAllText(file, replayed);
        }
        else
        {
            Assert.Equal(written, replayed);
        }
    }

    [Fact]
    public void There_are_at_least_a_hundred() =>
        Assert.InRange(
            Names.Sum(
            row => File.ReadAllLines(Path.Combine(Folder, $"{row.Data}.life")).Count(
            line => line.StartsWith("# ", StringComparison.Ordinal))), 100, 1_000);
}
