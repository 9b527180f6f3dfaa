using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// Random lives of one service: whatever scheduler, people, networks and kills do, at the end PagerDuty has what the scheduler says, and nobody's
/// acknowledgement of an earlier problem keeps a later one silent.
/// </summary>
public sealed class RandomLivesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PagerDuty_ends_with_what_the_scheduler_says(bool hasMail)
    {
        for (var seed = 0; seed < Soak.Times(300); seed++)
        {
            new Life(seed, hasMail).Run();
        }
    }

    private sealed class Life(int seed, bool hasMail)
    {
        private const string Key = "host=web1;service=Disk";

        private readonly Random random = new(seed);
        private readonly StringBuilder story = new();
        private Weather api = Weather.Fair;
        private Weather mail = Weather.Fair;
        private readonly List<(ResponderDeed Deed, DateTimeOffset At)> late = [];
        private DateTimeOffset changedAt = DateTimeOffset.MinValue;
        private string state = "OK";
        private bool isByPerson;

        // How bad the current problem was when somebody acknowledged it.
        private Severity? byScheduler;
        private Severity? byPerson;

        public void Run()
        {
            using var bridge = new VirtualBridge(api: () => api, mail: hasMail ? () => mail : null);
            for (int turn = random.Next(3, 25); turn > 0; turn--)
            {
                Turn(bridge);
                Wait(bridge);
            }

            (api, mail) = (Weather.Fair, Weather.Fair);
            bridge.Pass(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(20));
            Poll(bridge);
            bridge.Pass(TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(20));
            Judge(bridge);
            if (state != "OK")
            {
                Notify(bridge, "RECOVERY", "OK");
                bridge.Pass(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(20));
                Judge(bridge);
            }
        }

        private void Turn(VirtualBridge bridge)
        {
            switch (random.Next(15))
            {
                case 0 or 1 or 2:
                    Notify(bridge, "PROBLEM", (string[])["WARNING", "CRITICAL", "UNKNOWN"] is var bad ? bad[random.Next(3)] : "");
                    break;
                case 3 or 4 when state != "OK":
                    Notify(bridge, random.Next(4) == 0 ? "FLAPPINGSTOP" : "RECOVERY", "OK");
                    break;
                case 5 when state != "OK":
                    Notify(bridge, "ACKNOWLEDGEMENT", state);
                    break;
                case 6 when bridge.Api.Open.Contains(Key) && !bridge.Api.Acknowledged.Contains(Key):
                    Person(bridge, ResponderDeed.Acknowledged);
                    break;
                case 7 when bridge.Api.Open.Contains(Key):
                    Person(bridge, ResponderDeed.Resolved);
                    break;
                case 8:
                    (api, mail) = ((Weather)random.Next(3), (Weather)random.Next(3));
                    story.Append($"weather {api}, mail {mail}\n");
                    break;
                case 9:
                    story.Append("restart\n");
                    bridge.Restart();
                    break;
                case 10:
                    story.Append("killed in a call\n");
                    using (var killed = new CancellationTokenSource())
                    {
                        killed.Cancel();
                        bridge.Step(killed.Token);
                    }

                    bridge.Restart();
                    break;
                case 11:
                    late.ForEach(webhook => Webhook(bridge, webhook.Deed, webhook.At));
                    late.Clear();
                    break;
                case 12:
                    ServeIsDead(bridge);
                    break;
                default:
                    Poll(bridge);
                    break;
            }
        }

        // notify delivers by itself, and the next serve takes the spool in.
        private void ServeIsDead(VirtualBridge bridge)
        {
            var spooled = new List<SchedulerEvent>();
            for (int count = random.Next(1, 6); count > 0; count--)
            {
                (string type, string to) = state == "OK" || random.Next(3) == 0 ? ("PROBLEM", "CRITICAL") : random.Next(2) == 0 ? ("RECOVERY", "OK") : ("ACKNOWLEDGEMENT", state);
                Note(type, to);
                SchedulerEvent @event = bridge.Event(type, to);
                spooled.Add(@event);
                Answer answer = Storeless.DeliverAsync(
                    @event,
                    call => bridge.Api.SendAsync(call, @event, CancellationToken.None),
                    bridge.Mail is { } mailed ? call => mailed.SendAsync(call, @event, CancellationToken.None) : null).GetAwaiter().GetResult();
                story.Append($"without serve: {type} {to}: {answer.Text}\n");

                bridge.Time.Advance(TimeSpan.FromSeconds(random.Next(60)));
            }

            bridge.Restart();
            story.Append($"serve: {string.Join("; ", bridge.Store.Incidents.Ingest(spooled, Sample.Boot, servedSince: long.MaxValue))}\n");
        }

        private void Wait(VirtualBridge bridge)
        {
            if (random.Next(3) > 0)
            {
                bridge.Pass(TimeSpan.FromSeconds(random.Next(1, 900)), TimeSpan.FromSeconds(20));
            }
        }

        private void Notify(VirtualBridge bridge, string type, string to)
        {
            Note(type, to);
            story.Append($"{type} {to}: {bridge.Notify(type, to)}\n");
        }

        private void Note(string type, string to)
        {
            // Worse than what was acknowledged is news; so is what begins.
            bool begins = state == "OK" || to == "OK";
            byScheduler = type == "ACKNOWLEDGEMENT" ? Severities.Of(to) : begins || Severities.Of(to) > byScheduler ? null : byScheduler;
            byPerson = begins || Severities.Of(to) > byPerson ? null : byPerson;
            state = to;
        }

        private void Person(VirtualBridge bridge, ResponderDeed deed)
        {
            bridge.Time.Advance(TimeSpan.FromSeconds(2));
            DateTimeOffset at = bridge.Time.GetUtcNow();
            story.Append($"a person: {deed}\n");
            if (deed == ResponderDeed.Acknowledged)
            {
                bridge.Api.Acknowledged.Add(Key);
                isByPerson = true;
                byPerson = Severities.Of(state);
            }
            else
            {
                bridge.Api.Open.Remove(Key);
                bridge.Api.Acknowledged.Remove(Key);
                isByPerson = false;
                byPerson = null;
            }

            changedAt = at;

            // Its webhook comes at once, late or never.
            bridge.Time.Advance(TimeSpan.FromSeconds(2));
            switch (random.Next(4))
            {
                case 0:
                    break;
                case 1:
                    late.Add((deed, at));
                    break;
                default:
                    Webhook(bridge, deed, at);
                    break;
            }
        }

        private void Webhook(VirtualBridge bridge, ResponderDeed deed, DateTimeOffset at)
        {
            string type = deed == ResponderDeed.Acknowledged ? "acknowledged" : "resolved";
            byte[] body = Encoding.UTF8.GetBytes(
                $$$"""{"event": {"event_type": "incident.{{{type}}}", "occurred_at": "{{{at:yyyy-MM-dd'T'HH:mm:ss'Z'}}}", "agent": {"type": "user_reference", "summary": "Ann"}, "data": {"id": "Q1", "incident_key": "{{{Key}}}"} } }""");
            story.Append($"webhook: {type} at {at:HH:mm:ss}\n");
            Assert.Equal(202, bridge.TakeWebhook(body));
        }

        private void Poll(VirtualBridge bridge)
        {
            bool isOpen = bridge.Api.Open.Contains(Key);
            string status = !isOpen ? "resolved" : bridge.Api.Acknowledged.Contains(Key) ? "acknowledged" : "triggered";
            var incident = new RestIncident("Q1", status, "", changedAt, "Ann", IsByResponder: true, status == "acknowledged" && isByPerson ? "Ann" : null, changedAt);
            foreach (OpenPage page in bridge.Store.Pages())
            {
                if (page.Key == Key && !PollAcknowledgements.IsOfAnEarlierPage(incident, page) && PollAcknowledgements.Action(incident, page, bridge.Time.GetUtcNow()) is { } action)
                {
                    story.Append($"polled: {action.Deed}: {bridge.Store.Respond(action)}\n");
                }
            }
        }

        private void Judge(VirtualBridge bridge)
        {
            bool isOpen = bridge.Api.Open.Contains(Key) || bridge.Mail?.Open.Contains(Key) == true;
            Assert.True(isOpen == (state != "OK"), $"seed {seed}: {state} and {(isOpen ? "open" : "not open")}\n{story}{Trace(bridge)}");
            if (bridge.Api.Acknowledged.Contains(Key) && bridge.Mail?.Open.Contains(Key) != true)
            {
                Assert.True(byScheduler is not null || byPerson is not null, $"seed {seed}: nobody has acknowledged this problem\n{story}{Trace(bridge)}");
            }
        }

        private static string Trace(VirtualBridge bridge) =>
            string.Join('\n', bridge.Store.History.Of(Key).Select(line => $"{line.At:HH:mm:ss} {line.What}: {line.Detail}")) + "\n" + string.Join('\n', bridge.Api.Calls);
    }
}
