using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The mail of last resort, to a person: the problems that may have paged nobody.</summary>
internal static class PlainMail
{
    /// <summary>At most so many problems are listed.</summary>
    public const int MaxListed = 100;

    public static string Subject(int count) =>
        $"{count} {(count == 1 ? "problem" : "problems")} may have paged nobody: PagerDuty is out of reach";

    /// <summary>The text.</summary>
    /// <param name="listed">The problems, with what they mean where that is known.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="failingSince">Since when no call of the API succeeded; null when the last one did.</param>
    public static string Body(IReadOnlyList<(Incident Incident, Advice? Advice)> listed, int count, DateTimeOffset? failingSince)
    {
        string since = failingSince is { } failing ? $" since {Words.Moment(failing)}" : "";
        var body = new StringBuilder($"PagerDuty's API does not take events{since}. These problems may have paged nobody:\n\n");
        foreach ((Incident incident, Advice? advice) in listed)
        {
            string name = Describe.Name(incident);
            string how = incident.Mail.IsOpen
                ? "handed to the mail server, no proof that PagerDuty has it"
                : "not delivered";
            body.Append($"{incident.State,-11} {name}  since {Words.Moment(incident.WaitingSince)}");
            body.Append($"  ({how}; {incident.Retry.LastAnswer ?? "no answer yet"})\n");
            Append(body, "meaning", advice?.Meaning);
            Append(body, "first", advice?.FirstStep);
        }

        body.Append(count > listed.Count ? $"and {count - listed.Count} more\n" : "");
        body.Append("\nfirst: pagerduty-bridge status; pagerduty-bridge list; status.pagerduty.com; ");
        body.Append("does this host reach events.pagerduty.com?\n");
        return body.ToString();
    }

    private static void Append(StringBuilder body, string name, string? text)
    {
        if (text is { Length: > 0 })
        {
            body.Append($"            {name}: {Words.Safe(text)}\n");
        }
    }
}
