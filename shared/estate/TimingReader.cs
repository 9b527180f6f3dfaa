using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[timing]</c> and proves that each part waits longer than the one below it.</summary>
internal static class TimingReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Stands in for a rhythm that is reported already, so that the rest of the file is read.
    private static readonly Rhythm Refused = new(Second, Second, 1);

    internal static Timing Read(TomlTable table, Problems problems)
    {
        Setting<TimeSpan> unit = table.DurationOr("interval_length", TimeSpan.FromMinutes(1), least: Second)
            .Check(problems, WholeSeconds);
        TimeSpan length = unit.IsSound ? unit.Value : Second;
        Rhythm? checks = ReadRhythm(table, length, problems);
        TomlTable agentTable = table.Table("agent");
        Rhythm? agent = ReadRhythm(agentTable, length, problems);
        Setting<TimeSpan> notification = table.Duration("notification_interval").Check(problems, value => Timing.NotMultiple(value, length))
            .Check(problems, value => value <= TimeSpan.Zero || checks is null || value >= checks.Interval
                ? null
                : $"notification_interval is {TomlText.Duration(value)} and check_interval is {TomlText.Duration(checks.Interval)}: a scheduler tells again only after a check; accepted: 0m for once, or at least check_interval");
        Setting<TimeSpan> command = Seconds(table, "nrpe_command_timeout", 20, problems);
        Setting<TimeSpan> client = Seconds(table, "check_nrpe_timeout", 30, problems);
        Setting<TimeSpan> service = Seconds(table, "service_check_timeout", 60, problems);
        DemandLonger(client, "check_nrpe_timeout", command, "nrpe_command_timeout", problems);
        DemandLonger(service, "service_check_timeout", client, "check_nrpe_timeout", problems);
        if (unit.IsSound && checks is not null && agent is not null
            && (FoundationRhythm.Complaint(agent, checks)
                ?? FoundationRhythm.Complaint(checks with { Interval = agent.Interval }, checks)) is { } complaint)
        {
            problems.Report(agentTable.Place, complaint);
        }

        TimeSpan grace = table.DurationOr("boot_grace", BootGrace.UsualLength, least: Second, most: TimeSpan.FromDays(1))
            .Check(problems, WholeSeconds).Value;
        TimeSpan? latch = ReadLatch(table, checks, problems);
        Flapping flapping = ReadFlapping(table, problems);
        return new Timing(
            length, checks ?? Refused, agent ?? Refused, notification.Value, command.Value, client.Value, service.Value, grace, latch, flapping);
    }

    /// <summary>Reads the key <c>latch</c> of a table; null when it is absent.</summary>
    internal static TimeSpan? ReadLatch(TomlTable table, Rhythm? checks, Problems problems)
    {
        Setting<TimeSpan> latch = table.DurationOr("latch", TimeSpan.Zero, least: Second, most: TimeSpan.FromDays(7))
            .Check(problems, value => value == TimeSpan.Zero ? null
                : WholeSeconds(value) ?? (checks is null ? null : Latch.Complaint(value, checks)));
        return latch.IsGiven ? latch.Value : null;
    }

    private static Flapping ReadFlapping(TomlTable table, Problems problems)
    {
        Setting<long> low = table.IntegerOr("low_flap_threshold", 20, 1, 99);
        Setting<long> high = table.IntegerOr("high_flap_threshold", 40, 2, 100);
        if (low.IsSound && high.IsSound && low.Value >= high.Value)
        {
            problems.Report((high.IsGiven ? high : low).Place, $"high_flap_threshold is {high.Value} and low_flap_threshold is {low.Value}; accepted: low_flap_threshold < high_flap_threshold");
        }

        return new Flapping(low.Value, high.Value);
    }

    private static Rhythm? ReadRhythm(TomlTable table, TimeSpan unit, Problems problems)
    {
        Setting<TimeSpan> interval = table.Duration("check_interval", least: unit).Check(problems, value => Timing.NotMultiple(value, unit));
        Setting<TimeSpan> retry = table.Duration("retry_interval", least: unit).Check(problems, value => Timing.NotMultiple(value, unit));
        Setting<long> attempts = table.Integer("max_check_attempts", 1, 100);
        return interval.IsSound && retry.IsSound && attempts.IsSound ? new Rhythm(interval.Value, retry.Value, (int)attempts.Value) : null;
    }

    private static Setting<TimeSpan> Seconds(TomlTable table, string key, int absent, Problems problems) =>
        table.DurationOr(key, TimeSpan.FromSeconds(absent), least: Second, most: TimeSpan.FromHours(1))
            .Check(problems, WholeSeconds);

    private static void DemandLonger(Setting<TimeSpan> longer, string longerKey, Setting<TimeSpan> shorter, string shorterKey, Problems problems)
    {
        if (longer.IsSound && shorter.IsSound && longer.Value <= shorter.Value)
        {
            // One of the two was given, or the defaults would hold: the complaint stands there.
            Place place = longer.IsGiven ? longer.Place : shorter.Place;
            problems.Report(
                place,
                $"{longerKey} is {TomlText.Duration(longer.Value)} and {shorterKey} is {TomlText.Duration(shorter.Value)}; "
                + "accepted: deadline of each check < nrpe_command_timeout < check_nrpe_timeout < service_check_timeout");
        }
    }

    private static string? WholeSeconds(TimeSpan value) =>
        value.Ticks % Second.Ticks == 0 ? null : Names.Complaint(TomlText.Duration(value), "whole seconds");
}
