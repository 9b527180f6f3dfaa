using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Writes the page: what PagerDuty shows to the person who is woken up.</summary>
/// <param name="scheduler">Of the config: <c>nagios</c> writes the newlines of long output as two characters.</param>
/// <param name="steps">What is known of stock services at this moment; null for nothing.</param>
internal sealed class Page(string scheduler, Func<Steps>? steps = null)
{
    /// <summary>PagerDuty's limit for the summary, in characters. A longer one is not cut but refused.</summary>
    public const int MaxSummary = 1024;

    /// <summary>PagerDuty's limit for a whole request (512 KB), in bytes.</summary>
    public const int MaxBytes = 512_000;

    private const int MaxMinimalSummary = 200;
    private const int MaxLink = 2048;

    private const string Client = "Ringfree monitoring";

    /// <summary>The request that opens or updates an incident, with as much as the call carries.</summary>
    public EventsApiRequest Trigger(string routingKey, Call call, SchedulerEvent @event)
    {
        if (call.Payload == Payload.Minimal)
        {
            return Minimal(routingKey, call, @event);
        }

        Advice? advice = AdviceOn(@event);
        Dictionary<string, string> details = Details(@event, advice, call.Remarks);
        string summary = WithAlso(Summary(@event, advice, call.Remarks.State), call.Remarks.Also);
        var request = new EventsApiRequest(
            routingKey,
            "trigger",
            call.Key,
            new EventsApiPayload(
                advice is null ? ListedFindings.AppendTo(summary, LongOutput(@event), MaxSummary) : summary,
                Source: Cut(ForeignText.Line(@event.Host), MaxSummary),
                call.Severity.Word(),
                Timestamp: Timestamp(@event).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                Component: @event.IsAboutService ? Cut(ForeignText.Line(@event.Service), MaxSummary) : null,
                Group: Group(@event),
                Class: @event.IsAboutService ? "service" : "host",
                details),
            call.Payload == Payload.Full ? Links(@event) : null,
            Client);
        Shorten(request, details);
        return request;
    }

    /// <summary>The request that acknowledges or resolves.</summary>
    public static EventsApiRequest Close(string routingKey, string action, string dedupKey) => new(routingKey, action, dedupKey, null, null, null);

    // Short, and last: what is cut at the end is said in the details.
    private static string WithAlso(string summary, string? also) => also is null ? summary : Cut($"{summary}; {also}", MaxSummary);

    private EventsApiRequest Minimal(string routingKey, Call call, SchedulerEvent @event) => new(
        routingKey,
        "trigger",
        call.Key,
        new EventsApiPayload(
            Ascii(Cut(Summary(@event, AdviceOn(@event), call.Remarks.State), MaxMinimalSummary)),
            Source: Ascii(Cut(ForeignText.Line(@event.Host), MaxMinimalSummary)),
            call.Severity.Word(),
            null,
            null,
            null,
            null,
            null),
        null,
        null);

    /// <summary>
    /// Leads with what is broken: <c>web1 / HAProxy proxies is CRITICAL: the plugin's first line</c>. A line that begins with the name of its
    /// plugin and the same state (<c>HAPROXY CRITICAL - </c>) is not said twice. With advice its meaning comes first, then the plugin's
    /// line in brackets, then since when; the plugin's line is cut first.
    /// </summary>
    /// <param name="event">The notification.</param>
    /// <param name="advice">What is known of a stock service; null for nothing.</param>
    /// <param name="state">What the incident says of its state; null for the notification's own.</param>
    public static string Summary(SchedulerEvent @event, Advice? advice = null, string? state = null)
    {
        string broken = @event.IsAboutService ? $"{@event.Host} / {@event.Service}" : @event.Host;
        string shown = state ?? (@event.State.Length > 0 ? @event.State : $"in trouble ({@event.Type})");
        string output = WithoutNameAndState(@event.Text("SERVICEOUTPUT", "HOSTOUTPUT"), @event.State);
        if (advice is null)
        {
            return Cut(ForeignText.Line(output.Length > 0 ? $"{broken} is {shown}: {output}" : $"{broken} is {shown}"), MaxSummary);
        }

        string since = state is not null || @event.ChangedSinceBoot is null ? "" : $", since {Words.Minute(Timestamp(@event))}";
        string head = Cut(ForeignText.Line($"{broken} is {shown}: {advice.Meaning}"), MaxSummary - since.Length);
        int room = MaxSummary - since.Length - head.Length - " ()".Length;
        return output.Length > 0 && room > 1 ? $"{head} ({Cut(ForeignText.Line(output), room)}){since}" : head + since;
    }

    /// <summary>What a notification means and what to do first; null when the plugin says it itself or nothing is known.</summary>
    public Advice? AdviceOn(SchedulerEvent @event) => steps?.Invoke().For(@event, LongOutput(@event));

    /// <summary>Nagios hands long output over with every newline as <c>\n</c> and every backslash doubled; Shinken as it is.</summary>
    public static string UnescapeNewlines(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '\\' && i + 1 < text.Length && text[i + 1] is 'n' or '\\';
            if (isEscape)
            {
                i++;
            }

            plain.Append(isEscape && text[i] == 'n' ? '\n' : text[i]);
        }

        return plain.ToString();
    }

    private static string WithoutNameAndState(string output, string state)
    {
        string separator = $" {state} - ";
        int at = output.IndexOf(separator, StringComparison.Ordinal);
        bool isName = at > 0 && output.Take(at).All(character => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || character == '_');
        return isName ? output[(at + separator.Length)..] : output;
    }

    private string LongOutput(SchedulerEvent @event)
    {
        string text = @event.Text("LONGSERVICEOUTPUT", "LONGHOSTOUTPUT");
        return scheduler == "nagios" ? UnescapeNewlines(text) : text;
    }

    private Dictionary<string, string> Details(SchedulerEvent @event, Advice? advice, PageRemarks remarks)
    {
        (string Name, string Value)[] all =
        [
            ("meaning", advice?.Meaning ?? ""),
            ("first_step", advice?.FirstStep ?? ""),
            ("notes", string.Join('\n', remarks.Notes)),
            ("output", @event.Text("SERVICEOUTPUT", "HOSTOUTPUT")),
            ("long_output", LongOutput(@event)),
            ("perfdata", @event.Text("SERVICEPERFDATA", "HOSTPERFDATA")),
            ("host", @event.Host),
            ("service", @event.Service),
            ("state", @event.State),
            ("state_type", @event.Text("SERVICESTATETYPE", "HOSTSTATETYPE")),
            ("attempt", Attempt(@event.Text("SERVICEATTEMPT", "HOSTATTEMPT"), @event.Text("MAXSERVICEATTEMPTS", "MAXHOSTATTEMPTS"))),
            ("duration", Duration(@event.Text("SERVICEDURATIONSEC", "HOSTDURATIONSEC"))),
            ("notification_type", @event.Type),
            ("notification_number", @event.Text("SERVICENOTIFICATIONNUMBER", "HOSTNOTIFICATIONNUMBER")),
            ("problem_id", @event.Text("SERVICEPROBLEMID", "HOSTPROBLEMID")),
            ("business_impact", @event.Text("SERVICEBUSINESSIMPACT")),
            ("address", @event.Text("HOSTADDRESS")),
            ("host_alias", @event.Text("HOSTALIAS")),
            ("datacenter", @event.Text("_HOSTDATACENTER")),
            ("role", @event.Text("_HOSTROLE")),
            ("host_groups", @event.Text("HOSTGROUPNAMES")),
            ("contact", @event.Text("CONTACTNAME")),
            ("acknowledged_by", @event.Text("SERVICEACKAUTHOR", "HOSTACKAUTHOR")),
            ("acknowledgement", @event.Text("SERVICEACKCOMMENT", "HOSTACKCOMMENT")),
            ("notified_by", @event.Text("NOTIFICATIONAUTHOR")),
            ("comment", @event.Text("NOTIFICATIONCOMMENT")),
        ];
        return all.Where(detail => detail.Value.Length > 0)
            .ToDictionary(detail => detail.Name, detail => ForeignText.Lines(detail.Value), StringComparer.Ordinal);
    }

    private static string Attempt(string attempt, string most) => attempt.Length > 0 && most.Length > 0 ? $"{attempt} of {most}" : attempt;

    // The longest detail is cut until the request fits: an event that loses detail pages, an event that is too large does not.
    private static void Shorten(EventsApiRequest request, Dictionary<string, string> details)
    {
        while (JsonSerializer.SerializeToUtf8Bytes(request, EventsApiJson.Compact.EventsApiRequest).Length is var size && size > MaxBytes)
        {
            (string name, string value) = details.MaxBy(detail => JsonEncodedText.Encode(detail.Value, EventsApiJson.Compact.Options.Encoder).EncodedUtf8Bytes.Length);
            details[name] = Cut(value, value.Length / 2);
            details["shortened"] = $"the event was larger than the {MaxBytes} bytes that PagerDuty takes: the ends of long details are missing";
        }
    }

    private static List<EventsApiLink>? Links(SchedulerEvent @event)
    {
        (string Url, string Text)[] all =
        [
            (@event.Text("SERVICENOTESURL", "HOSTNOTESURL"), "Runbook"),
            (@event.Text("SERVICEACTIONURL", "HOSTACTIONURL"), "Scheduler"),
        ];
        List<EventsApiLink> links = [.. all.Select(link => (Url: Encoded(link.Url), link.Text)).Where(link => link.Url is not null)
            .Select(link => new EventsApiLink(link.Url!, link.Text))];
        return links.Count > 0 ? links : null;
    }

    // An action_url in the manner of pnp4nagios ends the attribute that the scheduler's page puts it into: ' class='tips' rel='….
    private static string? Encoded(string url) =>
        Uri.TryCreate(url.Split("' ")[0].Trim(), UriKind.Absolute, out Uri? link)
        && (link.Scheme == Uri.UriSchemeHttps || link.Scheme == Uri.UriSchemeHttp) && link.AbsoluteUri.Length <= MaxLink
            ? link.AbsoluteUri
            : null;

    private static string? Group(SchedulerEvent @event)
    {
        string datacenter = @event.Text("_HOSTDATACENTER");
        string group = datacenter.Length > 0 ? datacenter : @event.Text("HOSTGROUPNAMES").Split(',')[0].Trim();
        return group.Length > 0 ? Cut(ForeignText.Line(group), MaxSummary) : null;
    }

    private static DateTimeOffset Timestamp(SchedulerEvent @event) =>
        @event.ChangedSinceBoot is { } changed
            ? @event.Spooled.Wall.AddTicks((changed - @event.Spooled.BootNanoseconds) / 100)
            : @event.Spooled.Wall;

    private static string Duration(string seconds) =>
        long.TryParse(seconds.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long whole) && whole < 100_000_000_000
            ? $"{whole / 86400}d {whole / 3600 % 24}h {whole / 60 % 60}m {whole % 60}s"
            : "";

    // The ellipsis of Cut becomes a question mark too.
    private static string Ascii(string text) => string.Concat(text.Select(character => char.IsAscii(character) ? character : '?'));

    /// <summary>Cuts a text to a number of characters, the last an ellipsis, and no character in two.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        int end = most - 1;
        return string.Concat(text.AsSpan(0, end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : Math.Max(0, end)), "…");
    }
}
