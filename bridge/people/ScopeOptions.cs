using System.CommandLine;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The options of maintenance start that say what it covers.</summary>
internal sealed class ScopeOptions
{
    private readonly Option<string[]> hosts = Names(
        "--host", "HOST", "These hosts: names or patterns (node0*), repeated or with commas; options narrow each other");

    private readonly Option<string[]> services = Names("--service", "SERVICE", "Only these services of them: names or patterns");
    private readonly Option<string[]> roles = Names("--role", "ROLE", "The hosts with one of these roles of the estate");
    private readonly Option<string[]> datacenters = Names("--datacenter", "NAME", "The hosts in one of these datacenters of the estate");
    private readonly Option<bool> everything = new("--everything") { Description = "Every host and service, the heartbeat included" };
    private readonly Option<string?> estate =
        new("--estate") { Description = "The estate's file, for roles, datacenters and names", HelpName = "FILE" };

    private readonly Option<string?> objects = new("--objects")
    {
        Description = "The folder of the scheduler's objects, for names",
        HelpName = "DIR",
    };

    private readonly Option<bool> allowsUnknown = new("--allow-unknown") { Description = "Accept names that nothing is known of" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { hosts, services, roles, datacenters, everything, estate, objects, allowsUnknown })
        {
            command.Add(option);
        }
    }

    public MaintenanceScope Read(ParseResult parsed) => new(
        Parts(parsed, hosts),
        Parts(parsed, services),
        Parts(parsed, roles),
        Parts(parsed, datacenters),
        parsed.GetValue(everything),
        parsed.GetValue(estate),
        parsed.GetValue(objects),
        parsed.GetValue(allowsUnknown));

    private static string[] Parts(ParseResult parsed, Option<string[]> option) =>
        [.. (parsed.GetValue(option) ?? []).SelectMany(NamePatterns.Parts).Distinct(StringComparer.Ordinal)];

    private static Option<string[]> Names(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Arity = ArgumentArity.OneOrMore };
}
