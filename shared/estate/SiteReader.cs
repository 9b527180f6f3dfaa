namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[site]</c>.</summary>
internal static class SiteReader
{
    // 401 and 407 ask for a login, 403, 404 and 405 refuse this question, 483 counts its hops: whoever says so works.
    private static readonly long[] SipAnswersOfServersThatWork = [200, 401, 403, 404, 405, 407, 483];

    internal static Site Read(TomlTable root, Problems problems)
    {
        TomlTable table = root.Table("site");
        bool isExample = table.Boolean("example", absent: false).Value;
        Dictionary<string, string> addresses = root.Preview("hosts", "address");
        Dictionary<string, string> datacenters = root.Preview("hosts", "datacenter");
        return new Site(
            table.Text("prefix", "rf-").Check(problems, Names.Prefix).Value,
            table.Text("runbooks").Check(problems, Names.Url).Value,
            table.OptionalText("scheduler_pages").Check(problems, given => given is null ? null : Names.Url(given)).Value,
            table.OptionalText("zone").Check(problems, given => given is null ? null : Names.Zone(given)).Value,
            isExample,
            [.. table.Texts("ntp").Value.Select(server => addresses.TryGetValue(server.Value, out string? address)
                ? new TimeServer(address, datacenters.GetValueOrDefault(server.Value))
                : new TimeServer(ReadTimeServer(server, isExample, problems), Datacenter: null))],
            ReadSipAnswers(table),
            addresses);
    }

    private static string ReadTimeServer(Setting<string> server, bool isExample, Problems problems) => server
        .Check(problems, text => Names.Address(text) is null ? null : Names.Complaint(text, "an IP address, a DNS name or the name of a table [hosts.NAME]"))
        .Check(problems, text => ReservedAddresses.Complaint(text, isExample)).Value;

    // 1xx is no answer yet; 5xx and 6xx say that the server or the call failed.
    private static IReadOnlyList<long> ReadSipAnswers(TomlTable table)
    {
        Setting<IReadOnlyList<long>> given = table.Integers("sip_answers", least: 200, most: 499);
        return given.Value.Count > 0 ? given.Value : SipAnswersOfServersThatWork;
    }
}
