using Ringfree.Monitoring.Plugin;
using Xunit;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// What every check owes its concerns: each, judged alone on what is healthy, is OK and says what it saw. One class of each check's tests
/// derives from it; tests/conventions holds the catalogue against them.
/// </summary>
public abstract class ConcernsTests<TCheck>
    where TCheck : ICheck
{
#pragma warning disable CA1000 // xUnit finds the data of a theory as a static member of the class that declares it
    public static TheoryData<string> Concerns => [.. TCheck.Facts.Concerns.Select(concern => concern.Name)];
#pragma warning restore CA1000

    /// <summary>Runs the check on what is healthy, and judges one concern alone.</summary>
    protected abstract (string Output, int ExitCode) RunHealthy(string concern);

    [Theory]
    [MemberData(nameof(Concerns))]
    public void A_concern_that_finds_nothing_wrong_is_ok_with_its_summary(string concern)
    {
        (string output, int code) = RunHealthy(concern);
        string line = output.Split('\n')[0];
        Assert.True(code == 0, $"{concern}: {output}");
        Assert.StartsWith($"{TCheck.Facts.LineName} OK - ", line, StringComparison.Ordinal);
        Assert.InRange(line.Split(" - ", 2)[1].Split(" | ")[0].Length, 5, 600);
        Assert.DoesNotContain("nothing to judge", output, StringComparison.Ordinal);
    }
}
