using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The program's verbs and their options. Nothing of an event ever comes by the command line: every user can read those.</summary>
internal static class CommandLine
{
    private const string DefaultConfig = "/etc/ringfree/pagerduty-bridge.toml";

    private const string ExitCodes =
        "Exit codes: 0 done, 1 the machine or PagerDuty refused, 3 command line, config or environment are wrong; status has those of Nagios";

    /// <summary>Runs the program.</summary>
    /// <returns>0 done, 1 the machine refused, 3 the command line, config or environment is wrong; for status 0 to 3 as Nagios has them.</returns>
    public static int Run(string[] arguments)
    {
        StandardStreams.FillClosed();

        // The library's help option reads its resources when it is made, and notify, which shows none, would take a third longer.
        bool asksForHelp = arguments.Any(argument => argument is "--help" or "-h");
        Option help = asksForHelp ? new HelpOption("--help", "-h") : new Option<bool>("--help", "-h");
        help.Description = "Show this help";
        help.Recursive = true;
        var version = new Option<bool>("--version", "-V") { Description = "Show the version" };
        var config = new Option<string>("--config")
        {
            Description = "The bridge's config file",
            HelpName = "FILE",
            Recursive = true,
            DefaultValueFactory = _ => DefaultConfig,
        };
        var program = new Command("pagerduty-bridge", "Carries notifications of Shinken or Nagios to PagerDuty.") { config, help, version };
        var verbs = new Verbs(config, program);

        ParseResult parsed = program.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (asksForHelp && parsed.GetResult(help) is not null)
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
        if (Complaint(parsed, verb, program) is { } complaint)
        {
            StandardStreams.Error($"pagerduty-bridge: {complaint}\nUsage: pagerduty-bridge [--config FILE] {Accepted(program, " | ")}; VERB --help explains one\n");
            return ExitCode.Usage;
        }

        return verbs.Run(verb, parsed);
    }

    private static string? Complaint(ParseResult parsed, Command verb, Command program)
    {
        bool isVerbMissing = verb.Subcommands.Count > 0;

        // A token such as [x] is taken for a directive and swallowed without an error.
        if (parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive)
        {
            return $"given {directive.Value}; accepted: {Accepted(program, ", ")}";
        }

        if (parsed.UnmatchedTokens.Count > 0)
        {
            return $"given {string.Join(' ', parsed.UnmatchedTokens)}; accepted: "
                + (isVerbMissing ? Accepted(verb, ", ") : string.Join(", ", AcceptedOptions(parsed.CommandResult)));
        }

        if (parsed.Errors.Count > 0 && !isVerbMissing)
        {
            return string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal));
        }

        return isVerbMissing ? $"a verb is missing; accepted: {Accepted(verb, ", ")}" : null;
    }

    private static string Accepted(Command command, string separator) =>
        string.Join(separator, command.Subcommands.Select(verb => verb.Name));

    private static IEnumerable<string> AcceptedOptions(CommandResult result)
    {
        IEnumerable<Option> own = result.Command.Options;
        for (SymbolResult? parent = result.Parent; parent is CommandResult above; parent = above.Parent)
        {
            own = own.Concat(above.Command.Options.Where(option => option.Recursive));
        }

        return own.Select(option => option.Name);
    }
}
