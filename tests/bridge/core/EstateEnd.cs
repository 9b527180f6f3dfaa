namespace Ringfree.Monitoring.Bridge.Tests;

/// <content>What must be true at the end.</content>
internal sealed partial class EstateLife
{
    private string? Wrong()
    {
        FreeDisk();
        (api, mail, refused, tooMany) = (Weather.Fair, Weather.Fair, -1, 0);
        bridge.Store.Maintenance.Stop(null, "root");
        bridge.Store.RetryDeadLetters();
        Pass(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(15));
        Poll();
        Pass(TimeSpan.FromHours(4), TimeSpan.FromMinutes(2)); // longer than any step of the clock
        Poll();
        Pass(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(1));
        if (Differs() is { } differs)
        {
            return differs;
        }

        foreach (int host in states.Keys.Where(IsBad).ToList())
        {
            Notify(host, "RECOVERY", "OK");
        }

        Pass(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30));
        return Differs()
            ?? (bridge.Store.Incidents.List(withSettled: false).FirstOrDefault(incident => incident.Kind != IncidentKind.Notice) is { } left
            ? $"not settled at the end: {left}"
            : null);
    }

    private string? Differs()
    {
        const string Storm = "host=bridge-host;service=PagerDuty bridge: alert storm";
        bool isStormOpen = bridge.Api.Open.Contains(Storm) || bridge.Mail?.Open.Contains(Storm) == true;
        foreach ((int host, string state) in states)
        {
            string key = KeyOf(host);
            Incident incident = bridge.Store.Incidents.Find(key)!;
            bool isOpen = bridge.Api.Open.Contains(key) || bridge.Mail?.Open.Contains(key) == true;
            bool isListed = incident.Suppression is { Reason: SuppressionReason.Storm } && isStormOpen;
            if (isOpen != (state != "OK") && !isListed && !dropped.Contains(host))
            {
                return $"node{host} is {state} and {(isOpen ? "open" : "not open")}: {Describe.Sentence(incident)}\n{incident}\n"
                    + string.Join('\n', bridge.Store.History.Of(key).Select(line => $"{line.At:HH:mm:ss} {line.What}: {line.Detail}"));
            }

            // What is on the storm's page has paged by it, whatever PagerDuty shows of the problem before.
            bool isByNobody = !byScheduler.ContainsKey(host) && !byResponder.ContainsKey(host) && !dropped.Contains(host);
            if (isClockTrue && isByNobody && !isListed && bridge.Api.Acknowledged.Contains(key) && bridge.Mail?.Open.Contains(key) != true)
            {
                return $"nobody has acknowledged this problem of node{host}, and PagerDuty shows it acknowledged: {incident}\n"
                    + string.Join('\n', bridge.Store.History.Of(key).Select(line => $"{line.At:HH:mm:ss} {line.What}: {line.Detail}"));
            }
        }

        return null;
    }
}
