namespace Ringfree.Monitoring.Bridge;

/// <summary>What the verbs retry and drop do.</summary>
internal static class OperatorTransition
{
    /// <summary>What failed or was refused is due at once; what is suppressed stays so, and what is settled has nothing to send.</summary>
    public static Outcome Retried(Incident before) => before.IsSettled || before.Suppression is not null
        ? Outcome.Nothing(
            before, before.Suppression is { } suppression ? $"suppressed: {Describe.Suppressed(suppression)}" : "nothing waits")
        : new Outcome(before with { Retry = before.Retry with { DeadSince = null, Payload = Payload.Full, NotBefore = null } }, [], "due");

    /// <summary>Gives up what waits: PagerDuty keeps what it was sent.</summary>
    public static Outcome Dropped(Incident before, string by, Context context) =>
        before is { IsSettled: true, Suppression: null } or { Suppression.Reason: SuppressionReason.Dropped }
            ? Outcome.Nothing(before, "nothing waits")
            : new Outcome(
                before with
                {
                    Suppression = new Suppression(SuppressionReason.Dropped, context.Now, by),
                    Retry = before.Retry with { DeadSince = null },
                    Problem = before.Problem is { } problem ? problem with { IsInStorm = false } : null,
                },
                [new Effect.Recorded("dropped", $"by {by}: nothing more is sent until its next change")],
                "dropped");
}
