using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// doctor --send: opens and closes one WARNING and one CRITICAL by every channel, and reads back with which urgency PagerDuty opened them.
/// </summary>
internal static class SendBoth
{
    private static readonly TimeSpan UrgencyDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly (string State, string Urgency)[] Wanted = [("WARNING", "low"), ("CRITICAL", "high")];

    public static async Task RunAsync(Diagnosis diagnosis, Config config, Secrets secrets)
    {
        using RestApi? rest = secrets.RestToken is { } token
            ? new RestApi(config.Acknowledgements.RestEndpoint, token, TimeProvider.System, secrets.Proxy)
            : null;
        if (rest is null)
        {
            diagnosis.AddUnknown("the urgency of the test incidents: give token_file in [acknowledgements]");
        }

        await SendTest.WithChannelsAsync(config, secrets, async (channel, sender) =>
        {
            foreach ((string state, string urgency) in Wanted)
            {
                await TryAsync(
                    diagnosis,
                    new TestIncident(channel, sender, config.Name, $"PagerDuty bridge: doctor's {state} by {channel}", state),
                    urgency,
                    rest);
            }

            return true;
        });
    }

    private static async Task TryAsync(Diagnosis diagnosis, TestIncident incident, string wanted, RestApi? rest)
    {
        string name = $"{incident.Channel}: {incident.State}";
        Answer opened = await incident.OpenAsync();
        StandardStreams.Output($"{name}: trigger: {opened.Text}\n");
        string? urgency = opened.Verdict == Verdict.Delivered && rest is not null
            ? await UrgencyAsync(diagnosis, rest, incident.Key, name)
            : null;
        if (urgency is not null)
        {
            StandardStreams.Output($"{name}: PagerDuty opened it with {urgency} urgency\n");
        }

        Answer closed = await incident.CloseAsync();
        StandardStreams.Output($"{name}: resolve: {closed.Text}\n");
        foreach (Answer refused in new[] { opened, closed }.Where(answer => answer.Verdict != Verdict.Delivered))
        {
            diagnosis.AddWrong(
                $"{name} is not taken: {refused.Text}",
                incident.Channel == "api" ? "is the routing key that of an Events API v2 integration?" : "correct [email]");
        }

        if (urgency is not null && urgency != wanted)
        {
            diagnosis.AddWrong(
                $"a {incident.State} by {incident.Channel} opens with {urgency} urgency, not {wanted}",
                "PagerDuty, the service's settings, notification urgency: based on the alert's severity");
        }
        else if (urgency is not null)
        {
            diagnosis.AddGood($"a {incident.State} by {incident.Channel} opens with {urgency} urgency");
        }
    }

    // PagerDuty takes an event first and makes the incident later.
    private static async Task<string?> UrgencyAsync(Diagnosis diagnosis, RestApi rest, string key, string name)
    {
        using var deadline = new CancellationTokenSource(UrgencyDeadline, TimeProvider.System);
        try
        {
            while (true)
            {
                if (await rest.UrgencyAsync(key, deadline.Token) is { Length: > 0 } urgency)
                {
                    return urgency;
                }

                await Task.Delay(Pause, TimeProvider.System, deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            diagnosis.AddWrong(
                $"{name} was taken, but PagerDuty shows no incident of it after {UrgencyDeadline.TotalSeconds} s",
                "is the service disabled or in maintenance, does a rule suppress it, may the token see the service?");
        }
        catch (HttpRequestException refused)
        {
            diagnosis.AddWrong($"{name}: its urgency cannot be read: {refused.Message}", "doctor without --send says why");
        }

        return null;
    }
}
