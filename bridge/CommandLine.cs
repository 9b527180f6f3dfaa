using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The program's verbs and their options. Nothing of an event ever comes by the command line: every user can read those.</summary>
internal static class CommandLine
{
    private const string DefaultConfig = "/etc/ringfree/pagerduty-bridge.toml";

    private const string ExitCodes = "Exit codes: 0 done, 1 the machine refused (disk, lock, store), 3 command line, config or environment are wrong";

    private static readonly Option<string> ConfigFile = new("--config")
    {
        Description = "The bridge's config file",
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => DefaultConfig,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of a table" };

    private static readonly Option<bool> All = new("--all") { Description = "Also list incidents that are resolved and delivered" };

    /// <summary>Runs the program.</summary>
    /// <returns>0 done, 1 the machine refused, 3 the command line, config or environment is wrong.</returns>
    public static int Run(string[] arguments)
    {
        StandardStreams.OpenClosed();
        var help = new HelpOption("--help", "-h") { Description = "Show this help" };
        var version = new Option<bool>("--version", "-V") { Description = "Show the version" };
        var notify = new Command("notify", "Spool one notification of the scheduler, read from its NAGIOS_* environment macros");
        var serve = new Command("serve", "Deliver the spooled notifications to PagerDuty until SIGTERM");
        var list = new Command("list", "List the incidents with the state that PagerDuty should have and the state that was delivered") { Json, All };
        var checkConfig = new Command("check-config", "Check the config file and the routing key file, and report every problem");
        var program = new Command("pagerduty-bridge", "Carries notifications of Shinken or Nagios to PagerDuty.")
        {
            ConfigFile, help, version, notify, serve, list, checkConfig,
        };
        help.Recursive = true;

        ParseResult parsed = program.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.GetResult(help) is not null)
        {
            using var text = new StringWriter();
            parsed.Invoke(new InvocationConfiguration { Output = text });
            StandardStreams.Output($"{text.ToString().TrimEnd()}\n\n{ExitCodes}\n");
            return ExitCode.Done;
        }

        if (parsed.GetValue(version))
        {
            StandardStreams.Output($"pagerduty-bridge {typeof(CommandLine).Assembly.GetName().Version?.ToString(3)}\n");
            return ExitCode.Done;
        }

        Command verb = parsed.CommandResult.Command;
        if (Complaint(parsed, verb == program) is { } complaint)
        {
            StandardStreams.Error($"pagerduty-bridge: {complaint}\nUsage: pagerduty-bridge [--config FILE] notify | serve | list [--json] [--all] | check-config\n");
            return ExitCode.Usage;
        }

        string config = parsed.GetValue(ConfigFile)!;
        return verb == notify ? Notify.Run(config)
            : verb == serve ? Serve.Run(config)
            : verb == list ? ListIncidents.Run(config, parsed.GetValue(Json), parsed.GetValue(All))
            : CheckConfig.Run(config);
    }

    private static string? Complaint(ParseResult parsed, bool isVerbMissing)
    {
        // A token such as [x] is taken for a directive and swallowed without an error.
        if (parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive)
        {
            return $"given {directive.Value}; accepted: notify, serve, list, check-config";
        }

        if (parsed.UnmatchedTokens.Count > 0)
        {
            return $"given {string.Join(' ', parsed.UnmatchedTokens)}; accepted: "
                + (isVerbMissing ? "notify, serve, list, check-config" : string.Join(", ", AcceptedOptions(parsed.CommandResult)));
        }

        if (parsed.Errors.Count > 0 && !isVerbMissing)
        {
            return string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal));
        }

        return isVerbMissing ? "a verb is missing; accepted: notify, serve, list, check-config" : null;
    }

    private static IEnumerable<string> AcceptedOptions(CommandResult result) =>
        result.Command.Options.Concat(result.Parent is CommandResult parent ? parent.Command.Options.Where(option => option.Recursive) : [])
            .Select(option => option.Name);
}
