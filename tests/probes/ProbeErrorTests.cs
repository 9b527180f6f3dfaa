namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>What an error says of each way in which a question can end.</summary>
public sealed class ProbeErrorTests
{
    [Theory]
    [InlineData(Outcome.Answered, "", ProbeErrorKind.Malformed)]
    [InlineData(Outcome.Missing, "No such file or directory", ProbeErrorKind.Missing)]
    [InlineData(Outcome.Refused, "Connection refused", ProbeErrorKind.Refused)]
    [InlineData(Outcome.Denied, "Permission denied", ProbeErrorKind.Denied)]
    [InlineData(Outcome.Silent, "no end after 3 s", ProbeErrorKind.Unresponsive)]
    [InlineData(Outcome.Busy, "2026-03-01T03:12:00.0000000Z", ProbeErrorKind.StillUnresponsive)]
    [InlineData(Outcome.TooLong, "more than 16 bytes", ProbeErrorKind.TooLarge)]
    [InlineData(Outcome.Unresolved, "Name or service not known", ProbeErrorKind.Unresolved)]
    [InlineData(Outcome.Failed, "Input/output error", ProbeErrorKind.Failed)]
    [InlineData(Outcome.Failed, "the memory folder '/m' is not a's own; it belongs to root: name another one", ProbeErrorKind.NotAsked)]
    [InlineData(Outcome.Failed, "the helper may be replaced by others; cure: chmod o-w /h", ProbeErrorKind.NotAsked)]
    public void The_kind_is_what_happened(Outcome outcome, string reason, ProbeErrorKind kind)
    {
        ProbeError error = ProbeError.Of("the mount /m", new Answer(outcome, default, reason));
        Assert.Equal(("the mount /m", kind, reason), (error.Subject, error.Kind, error.Detail));
        Assert.Equal(outcome == Outcome.Busy, error.Since is not null);
        Assert.Equal(outcome is Outcome.Silent or Outcome.Busy, error.IsUnresponsive);
        Assert.Null(error.Caller);
    }

    [Theory]
    [InlineData("Permission denied", ProbeErrorKind.Denied)]
    [InlineData("is a symbolic link", ProbeErrorKind.Failed)]
    public void A_file_may_be_closed_to_this_user_or_unreadable(string failure, ProbeErrorKind kind) =>
        Assert.Equal(kind, ProbeError.OfFile("a file", failure).Kind);
}
