namespace Ringfree.Monitoring.Bridge;

/// <summary>Whether the mail server lets the bridge in and the REST API takes the token. Nothing is sent.</summary>
internal static class Reachability
{
    private static readonly TimeSpan RestDeadline = TimeSpan.FromSeconds(20);

    public static async Task JudgeAsync(Diagnosis diagnosis, Config config, Secrets secrets)
    {
        if (config.Email is { } email)
        {
            string? complaint = await new MailSender(email, secrets.MailPassword, new Page(config.Scheduler)).ReachAsync(
                CancellationToken.None);
            Say(diagnosis, complaint, "correct [email], or open the way there", $"mail server {email.Server}:{email.Port}");
        }

        if (secrets.RestToken is { } token)
        {
            using var rest = new RestApi(config.Acknowledgements.RestEndpoint, token, TimeProvider.System, secrets.Proxy);
            using var deadline = new CancellationTokenSource(RestDeadline, TimeProvider.System);
            string? complaint = null;
            var cure = "does this host reach it?";
            try
            {
                await rest.NewestAsync("pagerduty-bridge doctor", deadline.Token);
            }
            catch (HttpRequestException refused)
            {
                complaint = refused.Message;
                cure = (int?)refused.StatusCode is 401 or 403
                    ? $"put a valid read-only token into {config.Acknowledgements.TokenFile}"
                    : cure;
            }
            catch (OperationCanceledException)
            {
                complaint = $"{config.Acknowledgements.RestEndpoint} does not answer within {RestDeadline.TotalSeconds} s";
            }

            Say(diagnosis, complaint, cure, $"REST API {config.Acknowledgements.RestEndpoint.Host}");
        }
    }

    private static void Say(Diagnosis diagnosis, string? complaint, string cure, string what)
    {
        if (complaint is null)
        {
            diagnosis.AddGood(what);
        }
        else
        {
            diagnosis.AddWrong(complaint, cure);
        }
    }
}
