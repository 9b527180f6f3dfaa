namespace Ringfree.Monitoring.Plugin.Tests;

public class StatusTests
{
    [Fact]
    public void Severity_is_ok_warning_unknown_critical()
    {
        Status[] order = [Status.Ok, Status.Warning, Status.Unknown, Status.Critical];
        Assert.Equal(order, Enum.GetValues<Status>().OrderBy(status => status.Severity));
        foreach (Status one in order)
        {
            foreach (Status other in order)
            {
                Assert.Equal(Array.IndexOf(order, one) >= Array.IndexOf(order, other) ? one : other, one.Or(other));
            }
        }
    }

    [Fact]
    public void Exit_codes_are_those_of_the_guidelines() =>
        Assert.Equal([0, 1, 2, 3], new[] { Status.Ok, Status.Warning, Status.Critical, Status.Unknown }.Select(status => (int)status));

    [Fact]
    public void The_worst_descendant_decides()
    {
        var deep = new Finding(Status.Ok, "a") { Children = [new Finding(Status.Warning, "b") { Children = [new Finding(Status.Critical, "c")] }] };
        Assert.Equal(Status.Critical, deep.Status);
        Assert.Equal(Status.Critical, new Report([new Finding(Status.Unknown, "x"), deep], []).Status);
        Assert.Equal(Status.Unknown, new Report([], []).Status);
    }
}
