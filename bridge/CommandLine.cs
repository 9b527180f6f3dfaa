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
        "Exit codes: 0 done, 1 failed, 2 command line, config or environment are wrong; status has those of Nagios plugins";

    /// <summary>Runs the program.</summary>
    /// <returns>0 done, 1 failed, 2 the command line, config or environment is wrong; for status 0 to 3 as Nagios plugins have
    /// them.</returns>
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
            string usage = Usage(parsed.CommandResult);
            StandardStreams.Error($"pagerduty-bridge: {complaint}\nUsage: pagerduty-bridge [--config FILE] {usage}\n");
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
            return isVerbMissing
                ? $"given {string.Join(' ', parsed.UnmatchedTokens)}; accepted: {Accepted(verb, ", ")}"
                : Surplus(parsed.UnmatchedTokens, parsed.CommandResult);
        }

        return isVerbMissing ? $"a verb is missing; accepted: {Accepted(verb, ", ")}"
            : parsed.Errors.Count > 0 ? string.Join("; ", parsed.Errors.Select(Complaint).Distinct(StringComparer.Ordinal))
            : null;
    }

    private static string Complaint(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Parent: CommandResult, Tokens: [] } absent => $"{absent.Argument.Name} is missing: {Explained(absent.Argument)}",
        ArgumentResult { Parent: CommandResult } wrong => $"given {Given(wrong.Tokens)}; accepted: {Explained(wrong.Argument)}",
        OptionResult { IdentifierTokenCount: > 1 } twice => $"given {twice.Option.Name} more than once; accepted: once",
        OptionResult absent => Missing(absent.Option),
        CommandResult verb when RequiredOf(verb) is { } required => Missing(required),
        _ => error.Message,
    };

    private static Option? RequiredOf(CommandResult verb) =>
        verb.Command.Options.FirstOrDefault(option => option.Required && verb.GetResult(option) is null);

    private static string Missing(Option option) => $"{option.Name} {option.HelpName} is missing: {Explained(option)}";

    // Within a sentence.
    private static string Explained(Symbol symbol) =>
        symbol.Description is { Length: > 0 } text ? char.ToLowerInvariant(text[0]) + text[1..] : symbol.Name;

    private static string Surplus(IReadOnlyList<string> surplus, CommandResult verb)
    {
        string given = string.Join(' ', surplus);
        string name = verb.Command.Name;
        string options = string.Join(", ", AcceptedOptions(verb));
        string arguments = verb.Command.Arguments.Count > 0 ? $"no more than {Arguments(verb.Command)}" : "no argument";
        return surplus[0].StartsWith('-') ? $"given {given}: {name} has no such option; accepted: {options}"
            : surplus[0].EndsWith(".toml", StringComparison.Ordinal) ? $"given {given}: {name} takes the config as --config {surplus[0]}"
            : $"given {given}: {name} takes {arguments}; accepted options: {options}";
    }

    private static string Usage(CommandResult result)
    {
        var names = new List<string>();
        for (CommandResult? at = result; at?.Parent is CommandResult parent; at = parent)
        {
            names.Insert(0, at.Command.Name);
        }

        Command verb = result.Command;
        string path = string.Join(' ', names);
        string explained = $"; {(path.Length > 0 ? path : "VERB")} --help explains {(path.Length > 0 ? "it" : "one")}";
        if (verb.Subcommands.Count > 0)
        {
            return $"{path}{(path.Length > 0 ? " " : "")}{Accepted(verb, " | ")}{explained}";
        }

        string[] options = [.. verb.Options.Select(option =>
        {
            string form = option.HelpName is { } value ? $"{option.Name} {value}" : option.Name;
            return option.Required ? form : $"[{form}]";
        })];
        return string.Join(' ', new[] { path, Arguments(verb) }.Concat(options).Where(part => part.Length > 0)) + explained;
    }

    private static string Arguments(Command verb) => string.Join(
        ' ', verb.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues > 0 ? argument.Name : $"[{argument.Name}]"));

    private static string Given(IReadOnlyList<Token> tokens) => string.Join(' ', tokens.Select(token => token.Value));

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
