using System.CommandLine;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Every verb with its options and what it runs: the one place to add one.</summary>
internal sealed class Verbs
{
    private readonly Option<string> config;
    private readonly Dictionary<Command, Func<ParseResult, string, int>> runs = [];

    public Verbs(Option<string> config, Command program)
    {
        this.config = config;
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table" };
        var all = new Option<bool>("--all") { Description = "Also list incidents that are resolved and delivered" };
        var host = new Argument<string>("HOST") { Description = "The host's name" };
        var service = new Argument<string?>("SERVICE") { Description = "The service's name; the host itself without it", Arity = ArgumentArity.ZeroOrOne };
        var anyService = new Argument<string?>("SERVICE")
        {
            Description = "The service's name; the host and all its services without it",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var anyHost = new Argument<string?>("HOST") { Description = "The host's name; every dead letter without it", Arity = ArgumentArity.ZeroOrOne };
        var keep = new Option<bool>("--keep-open") { Description = "Leave the test incident open" };
        var duration = new Option<string>("--for")
        {
            Description = $"How long: a whole number and m, h or d, at most {MaintenanceVerbs.Longest.Days}d",
            HelpName = "DURATION",
            Required = true,
        };
        var ofHost = new Option<string>("--host") { Description = "Only this host; everything without it", HelpName = "HOST", DefaultValueFactory = _ => "" };
        var ofService = new Option<string>("--service") { Description = "Only this service of the host", HelpName = "SERVICE", DefaultValueFactory = _ => "" };
        var reason = new Option<string>("--reason") { Description = "Why, for those who look later", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var id = new Argument<long?>("ID") { Description = "The window's number; every window without it", Arity = ArgumentArity.ZeroOrOne };

        Add(program, new Command("notify", "Spool one notification of the scheduler, read from its NAGIOS_* environment macros"), (_, file) => Notify.Run(file));
        Add(program, new Command("serve", "Deliver the spooled notifications to PagerDuty until SIGTERM"), (_, file) => Serve.Run(file));
        Add(program, new Command("status", "Say how the bridge is, as a line and exit code for Nagios") { json }, (parsed, file) => Status.Run(file, parsed.GetValue(json)));
        Add(
            program,
            new Command("list", "List the incidents with the state that PagerDuty should have and the state that was delivered") { json, all },
            (parsed, file) => ListIncidents.Run(file, parsed.GetValue(json), parsed.GetValue(all)));
        Add(
            program,
            new Command("trace", "Show what happened to the incidents of a host or service: did the page go out, and if not why?") { host, anyService, json },
            (parsed, file) => Trace.Run(file, parsed.GetValue(host)!, parsed.GetValue(anyService), parsed.GetValue(json)));
        Add(
            program,
            new Command("retry", "Try dead letters again") { anyHost, service },
            (parsed, file) => RetryAndDrop.Retry(file, parsed.GetValue(anyHost), parsed.GetValue(service)));
        Add(
            program,
            new Command("drop", "Give up what waits for a host or service") { host, service },
            (parsed, file) => RetryAndDrop.Drop(file, parsed.GetValue(host)!, parsed.GetValue(service)));
        var maintenance = new Command("maintenance", "Let new problems wait while somebody works on it");
        program.Add(maintenance);
        Add(
            maintenance,
            new Command("start", "Open a window") { duration, ofHost, ofService, reason },
            (parsed, file) => MaintenanceVerbs.Start(
                file, parsed.GetValue(duration)!, parsed.GetValue(ofHost)!, parsed.GetValue(ofService)!, parsed.GetValue(reason)!));
        Add(maintenance, new Command("stop", "End a window, or all") { id }, (parsed, file) => MaintenanceVerbs.Stop(file, parsed.GetValue(id)));
        Add(maintenance, new Command("list", "List the open windows") { json }, (parsed, file) => MaintenanceVerbs.List(file, parsed.GetValue(json)));
        Add(
            program,
            new Command("check-config", "Check the config, its secrets and its folders for the users of serve and notify, and report every problem"),
            (_, file) => CheckConfig.Run(file));
        Add(
            program,
            new Command("send-test", "Open a test incident by every channel, close it, and print what was answered") { keep },
            (parsed, file) => SendTest.Run(file, parsed.GetValue(keep)));
        Add(program, new Command("mail-rules", "Print the rules to paste into PagerDuty's e-mail integration"), (_, _) => MailRules());
        Add(program, new Command("watch", "On another host: page when the bridge's heartbeats stop"), (_, file) => Watch.Run(file));
    }

    public int Run(Command verb, ParseResult parsed) => runs[verb](parsed, parsed.GetValue(config)!);

    private static int MailRules()
    {
        StandardStreams.Output(MailGrammar.Rules());
        return ExitCode.Done;
    }

    private void Add(Command parent, Command verb, Func<ParseResult, string, int> run)
    {
        parent.Add(verb);
        runs.Add(verb, run);
    }
}
