namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[scheduler]</c>: the machine that runs Shinken or Nagios.</summary>
internal static class SchedulerReader
{
    internal static Scheduler Read(TomlTable table, Site site, Problems problems)
    {
        Setting<IReadOnlyList<Setting<string>>> addresses = table.Texts("addresses");
        if (addresses.IsSound && addresses.Value.Count == 0)
        {
            problems.Report(addresses.Place, "is missing or empty; NRPE would answer everybody: give each address that the scheduler asks from");
        }

        TomlTable hostCheck = table.Table("host_check");
        return new Scheduler(
            [.. addresses.Value.Select(address => address
                .Check(problems, Names.SchedulerAddress)
                .Check(problems, text => ReservedAddresses.Complaint(text, site.IsExample)).Value)],
            table.Text("plugins").Check(problems, Names.AbsolutePath).Value,
            new HostCheck(
                hostCheck.Text("plugin", "check_icmp").Check(problems, Names.FileName).Value,
                CommandReader.ReadArguments(hostCheck, Runner.Scheduler, site, problems)),
            ReadSsh(table.Table("ssh"), problems),
            TlsFiles.Read(table.Table("nrpe"), "scheduler", problems),
            table.OptionalText("user").Check(problems, given => given is null ? null : Names.User(given)).Value);
    }

    private static SchedulerSsh ReadSsh(TomlTable table, Problems problems) => new(
        [.. table.Texts("public_keys").Value.Select(key => key.Check(problems, Names.SshPublicKey).Value)],
        table.Text("identity", "/etc/ringfree/ssh/identity").Check(problems, Names.AbsolutePath).Value,
        table.Text("known_hosts", "/etc/ringfree/ssh/known_hosts").Check(problems, Names.AbsolutePath).Value);
}
