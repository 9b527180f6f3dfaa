namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[heartbeat]</c>, and proves that it would be told.</summary>
internal static class HeartbeatReader
{
    internal static Heartbeat? Read(TomlTable root, IReadOnlyList<EstateHost> hosts, IReadOnlyList<ContactGroup> groups, Timing timing, Problems problems)
    {
        if (root.OptionalTable("heartbeat") is not { } table)
        {
            return null;
        }

        Setting<string> named = table.Text("host");
        EstateHost? host = hosts.FirstOrDefault(known => known.Name == named.Value);
        named.Check(problems, name => host is not null ? null : Names.Complaint(name, "the name of the table [hosts.NAME] of the scheduler's own machine"));
        Setting<string> service = table.Text("service", "PagerDuty path heartbeat").Check(problems, Names.Title);
        service.Check(problems, name => host is null || (host.Services.All(known => known.Description != name) && host.Agent?.Description != name)
            ? null
            : Names.Complaint(name, $"a name that no other service of {host.Name} has"));
        TimeSpan interval = table.DurationOr("interval", TimeSpan.FromMinutes(5), least: timing.Unit, most: TimeSpan.FromHours(1))
            .Check(problems, value => timing.NotMultiple(value)).Value;
        table.DurationOr("missing_after", TimeSpan.FromMinutes(15), least: timing.Unit, most: TimeSpan.FromDays(7))
            .Check(problems, missingAfter => MissingTooSoon(interval, timing.ServiceCheckTimeout, missingAfter));
        bool isTold = groups.FirstOrDefault(group => group.Name == ContactGroup.OnCall)?.Contacts
            .Any(contact => contact.Ways.Any(way => way.Period is null && way.Services.Contains("critical"))) ?? false;
        if (!isTold && !problems.Any)
        {
            problems.Report(table.Place, $"would not be told at every hour; accepted: a contact in the group {ContactGroup.OnCall} with a way without period that tells critical");
        }

        if (host is { Maintenance.Count: > 0 } paused)
        {
            problems.Report(table.Place, $"would stay away in the maintenance of {paused.Name} ({string.Join(", ", paused.Maintenance.Select(window => window.Name))}); accepted: a host that is always checked");
        }

        return host is null ? null : new Heartbeat(host, service.Value, interval);
    }

    /// <summary>Null when one heartbeat may be lost and the next may be slow without an alarm of the bridge, else the complaint with the
    /// numbers.</summary>
    internal static string? MissingTooSoon(TimeSpan interval, TimeSpan slowest, TimeSpan missingAfter) =>
        (interval * 2) + slowest <= missingAfter ? null
        : $"the bridge pages when no heartbeat came for {TomlText.Duration(missingAfter)}, but one that is lost is followed by the "
            + "next only after up to "
            + $"{TomlText.Duration((interval * 2) + slowest)} (twice interval {TomlText.Duration(interval)} and service_check_timeout "
            + $"{TomlText.Duration(slowest)}); "
            + "accepted: a shorter interval, or a longer missing_after here and in the bridge's [heartbeat]";
}
