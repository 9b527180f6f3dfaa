using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// The fleet's life as text, in the form of an incident's: each line that begins with <c>&gt;</c> is an input, and what follows is what
/// came of it. Nothing runs but <see cref="FleetTransitions.Step"/>.
/// <code>
/// &gt; start api 100, mail 30, heartbeat 15m        serve starts with what the run before left behind; also: heartbeat 15m if it comes
/// &gt; ask | ask mail | ask 100                      calls want to begin, one or as many
/// &gt; call 1 accepted | refused | failed | too many | withdrawn     a call is answered and ends; also: calls 1-24 failed, mail 1 …
/// &gt; wait 10s · clock back 2h
/// &gt; window web1 1h | window everything 1h | windows end
/// &gt; problems 24 | problem begins
/// &gt; storm has members | storm has none | storm is written TEXT
/// &gt; dead letters 2, newest TEXT | dead letters 0
/// &gt; heartbeat | look · canary
/// &gt; unproven 2, newest 1m ago | mail sent | mail not sent
/// &gt; tick | tick stored
/// </code>
/// </summary>
internal sealed class FleetLife
{
    private readonly StringBuilder text = new();
    private readonly HashSet<OwnConcern> paged = [];
    private readonly Dictionary<string, DateTimeOffset> facts = new(StringComparer.Ordinal);
    private readonly List<MaintenanceWindow> windows = [];
    private Fleet fleet = new(IncidentPolicy.Default);
    private DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(Sample.At);
    private TimeSpan elapsed;
    private long owed;

    /// <summary>Runs the inputs of a life and writes it again with what comes of them.</summary>
    public static string Replay(string life)
    {
        var text = new StringBuilder();
        var one = new FleetLife();
        foreach (string line in life.Split('\n'))
        {
            if (line.StartsWith('#') || line.Length == 0)
            {
                text.Append(one.text).Append(line).Append('\n');
                one = new FleetLife();
            }
            else if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                one.text.Append(line).Append('\n');
                one.Do(line[2..]);
            }
        }

        return text.Append(one.text).ToString().TrimEnd('\n') + "\n";
    }

    private void Do(string input)
    {
        string[] words = input.Split(' ');
        switch (words)
        {
            case ["start", ..]:
                Start(input["start".Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                break;
            case ["ask"]:
                Step(new FleetInput.CallAsked(ChannelKind.Api));
                break;
            case ["ask", "mail"]:
                Step(new FleetInput.CallAsked(ChannelKind.Mail));
                break;
            case ["ask", var count]:
                Repeat(Number(count), _ => new FleetInput.CallAsked(ChannelKind.Api));
                break;
            case ["call" or "calls" or "mail", var calls, ..] when char.IsDigit(calls[0]):
                End(words[0] == "mail" ? ChannelKind.Mail : ChannelKind.Api, calls.Split('-'), string.Concat(words.Skip(2)));
                break;
            case ["wait", var span]:
                (now, elapsed) = (now + Span(span), elapsed + Span(span));
                break;
            case ["clock", "back", var span]:
                now -= Span(span);
                break;
            case ["window", var host, var span]:
                string covered = host == "everything" ? "" : host;
                windows.Add(new MaintenanceWindow(windows.Count + 1, covered, "", now, now + Span(span), "", "root"));
                Read();
                break;
            case ["windows", "end"]:
                windows.Clear();
                Read();
                break;
            case ["problems", var count]:
                Step(new FleetInput.ProblemsCounted(Number(count)));
                break;
            case ["problem", "begins"]:
                Step(new FleetInput.ProblemBegan());
                break;
            case ["storm", "has", var members]:
                Step(new FleetInput.StormRead(members == "members", paged.Contains(OwnConcern.Storm)));
                break;
            case ["storm", "is", "written", ..]:
                Step(new FleetInput.AlertWritten(OwnConcern.Storm, string.Join(' ', words.Skip(3)), "", paged.Contains(OwnConcern.Storm)));
                break;
            case ["dead", "letters", var count, ..]:
                string[] letters = [.. Enumerable.Repeat(string.Join(' ', words.Skip(4)), Number(count.TrimEnd(',')))];
                Step(new FleetInput.DeadLettersRead(letters, paged.Contains(OwnConcern.DeadLetters)));
                break;
            case ["heartbeat"]:
                Step(new FleetInput.HeartbeatCame());
                break;
            case ["look"]:
                Step(new FleetInput.HeartbeatAwaited(paged.Contains(OwnConcern.Heartbeat)));
                break;
            case ["canary"]:
                Step(new FleetInput.CanaryAsked());
                break;
            case ["unproven", var count, ..]:
                Step(new FleetInput.UnprovenRead(Number(count.TrimEnd(',')), words.Length > 3 ? now - Span(words[3]) : default));
                break;
            case ["mail", "sent"]:
                Step(new FleetInput.LastResortEnded(IsSent: true));
                break;
            case ["mail", "not", "sent"]:
                Step(new FleetInput.LastResortEnded(IsSent: false));
                break;
            case ["tick"]:
                if (windows.RemoveAll(window => window.Until <= now) > 0)
                {
                    Read();
                }

                Step(new FleetInput.Ticked(facts.TryGetValue(StoredFacts.ApiFailingSince, out DateTimeOffset since) ? since : null));
                break;
            case ["tick", "stored"]:
                Step(new FleetInput.Woken(owed));
                break;
            default:
                throw new InvalidOperationException($"'{input}' is not an input of the fleet's life");
        }
    }

    private void Start(string[] parts)
    {
        string? Value(string name) =>
            Array.Find(parts, part => part.StartsWith(name, StringComparison.Ordinal))?[(name.Length + 1)..];
        DateTimeOffset? Fact(string name) => facts.TryGetValue(name, out DateTimeOffset moment) ? moment : null;
        string? heartbeat = Value("heartbeat");
        Step(new FleetInput.Started(
            new FleetSettings
            {
                CallsPerMinute = Value("api") is { } calls ? Number(calls) : null,
                MailsPerMinute = Value("mail") is { } mails ? Number(mails) : null,
                FallbackAfter = TimeSpan.FromMinutes(5),
                Heartbeat = heartbeat is null ? null
                    : new DeadMansSwitchSettings(
                        "PagerDuty path heartbeat",
                        Span(heartbeat.Split(' ')[0]),
                        !heartbeat.EndsWith("if it comes", StringComparison.Ordinal)),
            },
            new FleetMemory
            {
                ApiFailingSince = Fact(StoredFacts.ApiFailingSince),
                Heartbeat = Fact(StoredFacts.Heartbeat),
                HeartbeatAwaited = Fact(StoredFacts.HeartbeatAwaited),
                StormListed = Fact(StoredFacts.StormPagedAt),
                LastResortSent = Fact(StoredFacts.LastResortSent),
            }));
    }

    private void End(ChannelKind channel, string[] calls, string result)
    {
        int first = Number(calls[0]);
        int count = Number(calls[^1]) - first + 1;
        CallResult answer = Enum.Parse<CallResult>(result, ignoreCase: true);
        Repeat(
            count,
            one => new FleetInput.CallAnswered(new Permit(channel, first + one), answer),
            one => new FleetInput.CallEnded(new Permit(channel, first + one)));
    }

    private void Read() => Step(new FleetInput.WindowsRead([.. windows]));

    // What many inputs come to is said once for each run of the same.
    private void Repeat(int count, Func<int, FleetInput> input, Func<int, FleetInput>? then = null)
    {
        var runs = new List<(FleetReason Reason, int Count)>();
        for (var one = 0; one < count; one++)
        {
            FleetOutcome outcome = FleetTransitions.Step(fleet, input(one), new FleetContext(now, elapsed));
            fleet = then is null ? outcome.Fleet : FleetTransitions.Step(outcome.Fleet, then(one), new FleetContext(now, elapsed)).Fleet;
            if (runs.Count > 0 && runs[^1].Reason == outcome.Reason)
            {
                runs[^1] = (outcome.Reason, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((outcome.Reason, 1));
            }
        }

        foreach ((FleetReason reason, int times) in runs)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Words(reason)}{(times > 1 ? $", {times} times" : "")}\n");
        }

        Describe();
    }

    private void Step(FleetInput input)
    {
        FleetOutcome outcome = FleetTransitions.Step(fleet, input, new FleetContext(now, elapsed));
        fleet = outcome.Fleet;
        text.Append(CultureInfo.InvariantCulture, $"  {Words(outcome.Reason)}\n");
        foreach (FleetEffect effect in outcome.Effects)
        {
            Carry(effect);
        }

        Describe();
    }

    private void Carry(FleetEffect effect)
    {
        string? line = effect switch
        {
            FleetEffect.Noted { At: { } at } noted => Note(noted.Fact, at),
            FleetEffect.Noted noted => $"noted: no {noted.Fact.Replace('_', ' ')}{(facts.Remove(noted.Fact) ? "" : " known")}",
            FleetEffect.CallMayBegin begins => $"call {begins.Permit.Number}",
            FleetEffect.CallMustWait waits => $"waits {waits.Wait.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s",
            FleetEffect.StormBroke => "incidents: those that nothing was sent for become part of the storm",
            FleetEffect.IncidentsWoken woken => Woken(woken),
            FleetEffect.AlertRaised raised => $"{(paged.Add(raised.Concern) ? "page" : "new text")}: {raised.Headline}",
            FleetEffect.AlertCleared cleared => $"resolve: {cleared.Concern.Name()}{(paged.Remove(cleared.Concern) ? "" : ", not open")}",
            FleetEffect.AlertRetried retried => $"try again: {retried.Concern.Name()}",
            FleetEffect.StormListed => "incidents: the storm's members are read",
            FleetEffect.CanaryBegins begins => $"call {begins.Permit.Number}",
            _ => "mail to a person",
        };
        text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
    }

    private string Note(string fact, DateTimeOffset at)
    {
        facts[fact] = at;
        return $"noted: {fact.Replace('_', ' ')}, {at:HH:mm:ss}";
    }

    private string Woken(FleetEffect.IncidentsWoken woken)
    {
        owed = woken.Owed;
        return woken.All ? "incidents: all that wait for a moment" : "incidents: those whose moment has come";
    }

    private void Describe()
    {
        foreach ((string name, ChannelLoad? load) in new[] { ("api", fleet.Api), ("mail", fleet.Mail) })
        {
            if (load is { Begun: > 0 })
            {
                string state = load.Breaker.IsOpen ? $"out since {load.Breaker.Since:HH:mm:ss}"
                    : load.Breaker.Since is { } since ? $"failing since {since:HH:mm:ss}" : "well";
                text.Append(CultureInfo.InvariantCulture, $"  = {name} {state}, {load.UnderWay} under way\n");
            }
        }
    }

    // StormBegins: storm begins.
    private static string Words(FleetReason reason) => string.Concat(
        reason.ToString().Select((letter, at) => $"{(at > 0 && char.IsUpper(letter) ? " " : "")}{char.ToLowerInvariant(letter)}"));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static TimeSpan Span(string text) => text[^1] switch
    {
        's' => TimeSpan.FromSeconds(Number(text[..^1])),
        'm' => TimeSpan.FromMinutes(Number(text[..^1])),
        'h' => TimeSpan.FromHours(Number(text[..^1])),
        _ => throw new InvalidOperationException($"'{text}' is not a duration: expected a whole number and s, m or h"),
    };
}
