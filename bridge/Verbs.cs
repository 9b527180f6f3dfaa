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
            Description = $"How long: {DurationText.Accepted}, at most {MaintenanceVerbs.Longest.Days}d",
            HelpName = "DURATION",
            Required = true,
        };
        var reason = new Option<string>("--reason") { Description = "Why, for those who look later", HelpName = "TEXT", Required = true };
        var at = new Option<string?>("--at") { Description = $"When it begins: {MomentText.Accepted}; at once without it", HelpName = "MOMENT" };
        var scope = new ScopeOptions();
        var id = new Argument<long?>("ID") { Description = "The window's number", Arity = ArgumentArity.ZeroOrOne };
        var stopAll = new Option<bool>("--all") { Description = "Every window, of whoever opened it" };
        var listed = new Option<string>("--host")
        {
            Description = "Only the incidents of this host, a pattern (web*) or several with commas",
            HelpName = "HOST",
            DefaultValueFactory = _ => "",
        };
        var traced = new Argument<string?>("HOST") { Description = "The host's name; none with --all", Arity = ArgumentArity.ZeroOrOne };
        var traceAll = new Option<bool>("--all") { Description = "What happened to all of them, in the order of time" };
        var since = new Option<string?>("--since")
        {
            Description = $"How far back: {DurationText.Accepted}; without it all that is kept, with --all 1d",
            HelpName = "DURATION",
        };

        var send = new Option<bool>("--send") { Description = "Open and close one WARNING and one CRITICAL by every channel, and read their urgency back" };
        var through = new Option<bool>("--through-scheduler") { Description = "Make the scheduler notify, and follow it to PagerDuty: it pages with Nagios" };
        var mainFile = new Option<string?>("--main-file")
        {
            Description = "The scheduler's main file, when it is not where distributions have it",
            HelpName = "FILE",
        };
        var objects = new Option<string?>("--objects")
        {
            Description = "The folder of the scheduler's objects; those that the main file names without it",
            HelpName = "DIR",
        };

        Add(program, new Command("notify", "Spool one notification of the scheduler, read from its NAGIOS_* environment macros"), (_, file) => Notify.Run(file));
        Add(program, new Command("serve", "Deliver the spooled notifications to PagerDuty until SIGTERM"), (_, file) => Serve.Run(file));
        Add(program, new Command("status", "Say how the bridge is, as a line and exit code for Nagios") { json }, (parsed, file) => Status.Run(file, parsed.GetValue(json)));
        Add(
            program,
            new Command("list", "List the incidents with the state that PagerDuty should have and the state that was delivered") { json, all, listed },
            (parsed, file) => ListIncidents.Run(file, parsed.GetValue(json), parsed.GetValue(all), parsed.GetValue(listed)!));
        Add(
            program,
            new Command("trace", "Show what happened to the incidents of a host or service: did the page go out, and if not why?")
            {
                traced, anyService, since, traceAll, json,
            },
            (parsed, file) => Trace.Run(
                file, parsed.GetValue(traced), parsed.GetValue(anyService), parsed.GetValue(since), parsed.GetValue(traceAll), parsed.GetValue(json)));
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
        var start = new Command("start", "Open a window") { duration, reason, at };
        scope.AddTo(start);
        Add(
            maintenance,
            start,
            (parsed, file) => MaintenanceVerbs.Start(
                file, scope.Read(parsed), parsed.GetValue(duration)!, parsed.GetValue(at), parsed.GetValue(reason)!));
        Add(
            maintenance,
            new Command("stop", "End a window, or all; without either, show which there are") { id, stopAll },
            (parsed, file) => MaintenanceVerbs.Stop(file, parsed.GetValue(id), parsed.GetValue(stopAll)));
        Add(maintenance, new Command("list", "List the windows that are open or planned, and those that ended within a day") { json }, (parsed, file) => MaintenanceVerbs.List(file, parsed.GetValue(json)));
        Add(
            program,
            new Command("check-config", "Check the text of the config and of the files that it names, and report every mistake"),
            (_, file) => CheckConfig.Run(file));
        Add(
            program,
            new Command("doctor", "Judge the whole installation: users, folders, unit, scheduler and the ways out, each finding with its cure")
            {
                send, through, mainFile, objects,
            },
            (parsed, file) => Doctor.Run(
                file,
                new DoctorOptions(parsed.GetValue(mainFile), parsed.GetValue(objects), parsed.GetValue(send), parsed.GetValue(through))));
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
