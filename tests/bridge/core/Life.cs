using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// One incident's life as text: each line that begins with <c>&gt;</c> is an input, and what follows is what came of it. Nothing runs but
/// <see cref="Transitions.Step"/>, <see cref="Plan.Next"/> and <see cref="Describe"/>.
/// <code>
/// &gt; notify PROBLEM CRITICAL            also: notify again TYPE STATE (older), notify alone TYPE STATE (notify may have delivered it),
///                                    notify TYPE STATE after LAST-STATE, notify TYPE STATE on HOST (a member of the incident pool/Disk)
/// &gt; call                               plans a call and begins it
/// &gt; accepted | refused TEXT | fails TEXT   how it ends
/// &gt; deliver                            calls, each accepted, until none is due
/// &gt; wait 10m                           time passes, and a tick when the incident asked for one
/// &gt; Ann acknowledges | unacknowledges | resolves | reopens [2m ago]
/// &gt; maintenance 1h | maintenance ends · storm (a storm rages) | storm begins | calm
/// &gt; retry | drop root | reassert | reconcile STATE | unwatched 14 (services of its host have no new result)
/// &gt; accepted since                   PagerDuty accepts another event
/// &gt; channels api | mail | api+mail | api out 6m, mail | api, mail out | api, urgency updates | …
/// &gt; tick | show
/// </code>
/// </summary>
internal sealed class Life(IncidentKind kind = IncidentKind.Scheduler)
{
    private const string Host = "web1";
    private const string Service = "Disk";

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(Sample.At);

    private readonly StringBuilder text = new();
    private DateTimeOffset now = Start;
    private DateTimeOffset? maintenanceUntil;
    private bool isStorm;
    private Channels channels = Channels.ApiOnly with { FallbackAfter = TimeSpan.FromMinutes(5) };
    private Incident? incident;
    private Call? underWay;
    private long notified;

    /// <summary>Runs the inputs of a life and writes it again with what comes of them.</summary>
    public static string Replay(string life)
    {
        var one = new Life();
        foreach (string line in life.Split('\n'))
        {
            if (line.StartsWith('#') || line.Length == 0)
            {
                one = line.StartsWith("# bridge", StringComparison.Ordinal) ? new Life(IncidentKind.Own).After(one)
                    : line.StartsWith("# notice", StringComparison.Ordinal) ? new Life(IncidentKind.Notice).After(one)
                    : line.StartsWith('#') ? new Life().After(one)
                    : one;
                one.text.Append(line).Append('\n');
            }
            else if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                one.text.Append(line).Append('\n');
                one.Do(line[2..]);
            }
        }

        return one.text.ToString().TrimEnd('\n') + "\n";
    }

    private Life After(Life before)
    {
        text.Append(before.text);
        return this;
    }

    private Context Context => new(
        now,
        IncidentPolicy.Default with { UpdatesUrgency = channels.UpdatesUrgency },
        maintenanceUntil,
        isStorm ? IncidentPolicy.Default.StormThreshold : 0);

    private void Do(string input)
    {
        string[] words = input.Split(' ');
        string rest = string.Join(' ', words.Skip(1));
        switch (words[0])
        {
            case "notify":
                Notify(words);
                break;
            case "reconcile":
                SchedulerEvent found = Event(rest is "OK" ? "RECOVERY" : "PROBLEM", rest, isOld: false);
                Step(new IncidentInput.Reconciled(found, 1, $"the scheduler says {rest}"));
                break;
            case "call":
                Begin();
                break;
            case "deliver":
                while (Begin())
                {
                    End(new IncidentInput.CallAnswered(underWay!, IsAccepted: true, "HTTP 202"));
                }

                break;
            case "accepted" when rest == "since":
                Step(new IncidentInput.AcceptedSince());
                break;
            case "accepted":
                End(new IncidentInput.CallAnswered(underWay!, IsAccepted: true, "HTTP 202"));
                break;
            case "refused":
                End(new IncidentInput.CallAnswered(underWay!, IsAccepted: false, rest));
                break;
            case "fails":
                End(new IncidentInput.CallUnanswered(underWay!, rest, CircuitBreaker.Wait(incident!.Retry.Attempts - 1)));
                break;
            case "killed":
                underWay = null;
                break;
            case "wait":
                Wait(Span(words[1]));
                break;
            case "tick":
                Step(new IncidentInput.Tick());
                break;
            case "maintenance":
                maintenanceUntil = rest == "ends" ? null : now + Span(rest);
                Step(new IncidentInput.Tick(), isQuiet: true);
                break;
            case "storm" when rest == "begins":
                isStorm = true;
                Step(new IncidentInput.StormBegan());
                break;
            case "storm" or "calm":
                isStorm = words[0] == "storm";
                break;
            case "retry":
                Step(new IncidentInput.Retried());
                break;
            case "drop":
                Step(new IncidentInput.Dropped(rest));
                break;
            case "unwatched":
                Step(new IncidentInput.UnwatchedFound(int.Parse(rest, CultureInfo.InvariantCulture)));
                break;
            case "reassert":
                Step(new IncidentInput.Reasserted());
                break;
            case "clock":
                now += Span(words[^1]) * (words[1] == "back" ? -1 : 1);
                break;
            case "channels":
                SetChannels(rest);
                break;
            case "show":
                text.Append($"  {(incident is null ? "unknown" : Describe.Sentence(incident))}\n");
                Remark();
                break;
            default:
                Respond(words);
                break;
        }
    }

    private void Notify(string[] words)
    {
        bool isOld = words.Contains("again", StringComparer.Ordinal);
        bool isAlone = words.Contains("alone", StringComparer.Ordinal);
        string[] what = [.. words.Skip(1).Where(word => word is not ("again" or "alone"))];
        string last = what.Length > 3 && what[2] == "after" ? what[3] : "";
        string? host = what.Length > 3 && what[2] == "on" ? what[3] : null;
        Step(new IncidentInput.Notified(Event(what[0], what.Length > 1 ? what[1] : "", isOld, last, host), 1, kind, isAlone));
    }

    private SchedulerEvent Event(string type, string state, bool isOld, string last = "", string? host = null)
    {
        notified++;
        long sinceBoot = isOld ? 1 : 1_000 + notified;
        (string, string)[] shared = host is null ? [] : [(Macros.IncidentName, "pool/Disk"), ("SERVICEACKAUTHOR", "Ann")];
        return Sample.Event(
            type,
            state,
            host ?? Host,
            Service,
            spooledAt: now.ToUnixTimeSeconds(),
            sinceBoot: sinceBoot,
            more: [("LASTSERVICESTATE", last), .. shared]);
    }

    private bool Begin()
    {
        if (incident is null)
        {
            text.Append("  no call: unknown incident\n");
            return false;
        }

        Decision decision = Plan.Next(incident, channels, now);
        if (decision.Call is { } call)
        {
            string channel = call.Channel == ChannelKind.Api ? "API" : "mail";
            string payload = call.Payload == Payload.Full ? "" : call.Payload == Payload.Minimal ? ", minimal" : ", without links";
            text.Append($"  {call.Verb} by {channel}{payload}: {call.Reason.Words()}\n");
            underWay = call;
            Step(new IncidentInput.CallStarted(call), isQuiet: true);
            return true;
        }

        text.Append($"  no call: {decision.Quiet.Words()}\n");
        if (decision.IsSpared)
        {
            Step(new IncidentInput.CallSpared(incident.Version, decision.Quiet), isQuiet: true);
        }

        return false;
    }

    private void End(IncidentInput input)
    {
        underWay = null;
        Step(input);
    }

    private void Wait(TimeSpan span)
    {
        DateTimeOffset until = now + span;
        while (incident is not null && TickTransition.WakeAt(incident, IncidentPolicy.Default) is { } wake && wake <= until)
        {
            now = wake > now ? wake : now;
            maintenanceUntil = maintenanceUntil > now ? maintenanceUntil : null;
            Incident before = incident;
            Step(new IncidentInput.Tick());
            if (ReferenceEquals(before, incident))
            {
                break;
            }
        }

        now = until;
        maintenanceUntil = maintenanceUntil > now ? maintenanceUntil : null;
    }

    private void Respond(string[] words)
    {
        ResponderDeed deed = words[1] switch
        {
            "acknowledges" => ResponderDeed.Acknowledged,
            "unacknowledges" => ResponderDeed.Unacknowledged,
            "resolves" => ResponderDeed.Resolved,
            "reopens" => ResponderDeed.Reopened,
            _ => throw new InvalidOperationException($"'{string.Join(' ', words)}' is not an input of a life"),
        };
        now += TimeSpan.FromSeconds(1);
        DateTimeOffset at = words.Length > 2 ? now - Span(words[2]) : now;
        Step(new IncidentInput.Responded(new ResponderAction(DedupKey.Of("web1"u8, "Disk"u8), deed, words[0], at, "")));
    }

    private void Step(IncidentInput input, bool isQuiet = false)
    {
        Outcome outcome = Transitions.Step(incident, input, Context);
        bool isNew = !ReferenceEquals(incident, outcome.Incident);
        incident = outcome.Incident;
        if (!isQuiet || (isNew && input is IncidentInput.Tick or IncidentInput.CallSpared))
        {
            text.Append($"  {outcome.Summary}\n");
        }

        foreach (Effect effect in outcome.Effects)
        {
            switch (effect)
            {
                case Effect.Recorded line:
                    text.Append($"  history: {line.What}: {line.Detail}\n");
                    break;
                case Effect.SchedulerTold told:
                    text.Append($"  scheduler: {told.Command}\n");
                    break;
                case Effect.CommandWithdrawn withdrawn:
                    string what = withdrawn.OnlyAcknowledgement ? "a waiting acknowledgement is" : "waiting commands are";
                    text.Append($"  scheduler: {what} withdrawn\n");
                    break;
                default:
                    break;
            }
        }

        if (!isQuiet && incident is not null)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  = desired {Describe.Word(incident.Desired)}, delivered {Describe.Word(incident.Delivered)}, "
                    + $"{Describe.Delivery(incident)}{Via()}\n");
        }
    }

    private void Remark()
    {
        if (incident is { Members.Count: > 1 })
        {
            PageRemarks remarks = PageRemarks.Of(incident);
            string notes = string.Join(" · ", remarks.Notes).Replace("\n", ", ", StringComparison.Ordinal);
            text.Append($"  headline goes on: {remarks.Also ?? "-"}\n").Append($"  notes: {notes}\n");
        }
    }

    private string Via() => Describe.Via(incident!) is { Length: > 0 } via ? $", {via}" : "";

    private void SetChannels(string words)
    {
        DateTimeOffset? since = words.Contains("api out ", StringComparison.Ordinal)
            ? now - Span(words.Split("out ")[1].Split([',', ' '])[0])
            : null;
        channels = new Channels(
            words.Contains("api", StringComparison.Ordinal),
            words.Contains("mail", StringComparison.Ordinal),
            since is not null,
            since,
            IsMailOut: words.EndsWith("mail out", StringComparison.Ordinal),
            TimeSpan.FromMinutes(5),
            UpdatesUrgency: words.EndsWith("urgency updates", StringComparison.Ordinal));
    }

    private static TimeSpan Span(string text) => text[^1] switch
    {
        's' => TimeSpan.FromSeconds(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
        'm' => TimeSpan.FromMinutes(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
        'h' => TimeSpan.FromHours(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
        'd' => TimeSpan.FromDays(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
        _ => throw new InvalidOperationException($"'{text}' is not a duration: expected a whole number and s, m, h or d"),
    };
}
