using System.Text;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The subject that PagerDuty's e-mail rules read: <c>PROBLEM SEVERITY [DEDUP KEY] headline</c> and <c>RESOLVED [DEDUP KEY] headline</c>. A
/// dedup key holds no bracket, so that the first pair of them is the key, whatever the headline says.
/// </summary>
internal static partial class MailGrammar
{
    private const int MaxHeadline = 500;

    /// <summary>Trigger rule: what the subject must match.</summary>
    public const string TriggerPattern = @"^PROBLEM [A-Z]+ \[";

    /// <summary>Resolve rule: what the subject must match.</summary>
    public const string ResolvePattern = @"^RESOLVED \[";

    /// <summary>Both rules: the alert key, by its one group.</summary>
    public const string KeyPattern = @"^[A-Z ]+ \[([^\]]+)\]";

    /// <summary>The subject.</summary>
    /// <param name="call">The call.</param>
    /// <param name="notification">What the page is written from.</param>
    /// <param name="summary">Of the page.</param>
    public static string Subject(Call call, SchedulerEvent notification, string summary) => call.Action == CallAction.Resolve
        ? $"RESOLVED [{call.Key}] {Name(notification)}"
        : $"PROBLEM {call.Severity.Word().ToUpperInvariant()} [{call.Key}] {Page.Cut(summary, MaxHeadline)}";

    /// <summary>The body: plain text alone, because PagerDuty reads HTML raw when it finds some.</summary>
    public static string Body(Call call, SchedulerEvent notification, EventsApiRequest page)
    {
        var body = new StringBuilder();
        body.Append(call.Action == CallAction.Resolve ? $"{Name(notification)} is over.\n" : $"{page.Payload?.Summary}\n");
        body.Append($"\ndedup key: {call.Key}\n");
        foreach ((string name, string value) in page.Payload?.CustomDetails ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            body.Append(value.Contains('\n', StringComparison.Ordinal) ? $"{name}:\n{value}\n" : $"{name}: {value}\n");
        }

        foreach (EventsApiLink link in page.Links ?? [])
        {
            body.Append($"{link.Text}: {link.Href}\n");
        }

        return Control().Replace(body.ToString(), " ");
    }

    /// <summary>What to paste into the rules of PagerDuty's e-mail integration.</summary>
    public static string Rules() =>
        $"""
        PagerDuty > Services > (service) > Integrations > E-mail > Manage rules
        "Open and resolve incidents based on custom rules", alert key from the subject. Rules in this order:

        1. Trigger
           if the e-mail subject matches the regex        {TriggerPattern}
           alert key: from the subject, by the regex      {KeyPattern}
        2. Resolve
           if the e-mail subject matches the regex        {ResolvePattern}
           alert key: from the subject, by the regex      {KeyPattern}
        3. E-mails that match no rule: create a generic alert (never discard: it may be the plain mail of last resort)

        """;

    private static string Name(SchedulerEvent @event) =>
        Page.Cut(ForeignText.Line(@event.IsAboutService ? $"{@event.Host} / {@event.Service}" : @event.Host), MaxHeadline);

    [GeneratedRegex(@"[\p{Cc}-[\n\t]]")]
    private static partial Regex Control();
}
