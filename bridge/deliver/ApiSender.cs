namespace Ringfree.Monitoring.Bridge;

/// <summary>Makes calls of the Events API.</summary>
internal sealed class ApiSender(PagerDuty pagerDuty, Secret key, Page page) : ISender
{
    /// <summary>An incident that never exists: PagerDuty accepts its end from a key that it knows, and opens nothing.</summary>
    public const string NoIncident = "service=PagerDuty bridge: canary";

    public async Task<Answer> SendAsync(Call call, SchedulerEvent notification, CancellationToken stop)
    {
        Answer answer = await pagerDuty.CallAsync(Request(call, notification), stop);
        return answer.Verdict == Verdict.Refused && call.IsFinal ? await ProveAsync(answer, stop) : answer;
    }

    // Whether PagerDuty refuses this event or every one: a key that was deleted or mistyped must not make dead letters of all problems.
    private async Task<Answer> ProveAsync(Answer refusal, CancellationToken stop)
    {
        Answer proof = await pagerDuty.CallAsync(Page.Close(key.Value, "resolve", NoIncident), stop);
        Answer proved = proof.Verdict switch
        {
            Verdict.Delivered => refusal with { IsProven = true },
            Verdict.Refused => Answer.RefusesAll(refusal),
            _ => refusal with
            {
                Verdict = Verdict.RetryCouldHelp,
                Text = $"{refusal.Text}; not known whether PagerDuty refuses every event: {proof.Text}",
            },
        };
        return proved with { Calls = 2 };
    }

    private EventsApiRequest Request(Call call, SchedulerEvent notification) => call.Action == CallAction.Trigger
        ? page.Trigger(key.Value, call, notification)
        : Page.Close(key.Value, call.Verb, call.Key);
}
