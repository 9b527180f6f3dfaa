using System.CommandLine;
using System.CommandLine.Parsing;

namespace Ringfree.Monitoring.Plugin;

/// <summary>Splits arguments into the options of a check and their values. The values are not read here.</summary>
internal sealed class ArgumentParser
{
    private static readonly ParserConfiguration Verbatim = new() { ResponseFileTokenReplacer = null };

    private readonly Facts facts;
    private readonly List<Option<string[]>> valued = [];
    private readonly List<Option<bool>> switches = [];
    private readonly Argument<string>? argument;
    private readonly Command command;

    internal ArgumentParser(Facts facts)
    {
        this.facts = facts;
        command = new Command(facts.Name);
        foreach (StandardOption option in StandardOptions.For(facts))
        {
            Add(option.Name, option.ShortName, takesValue: option.ValueName is not null);
        }

        foreach (CheckOption option in facts.Options)
        {
            Add(option.Name, option.ShortName, takesValue: option.ValueName is not null);
        }

        if (facts.Argument is { } declared)
        {
            argument = new Argument<string>(declared.Name) { Arity = ArgumentArity.ZeroOrOne };
            command.Arguments.Add(argument);
        }
    }

    /// <summary>Splits the arguments; what is wrong with them is in the result.</summary>
    internal ParsedArguments Parse(IReadOnlyList<string> arguments)
    {
        ParseResult result = CommandLineParser.Parse(command, arguments, Verbatim);
        Dictionary<string, IReadOnlyList<string>> found = [];
        int verbosity = 0;
        foreach (Option<string[]> option in valued)
        {
            if (result.GetResult(option) is { Implicit: false } present)
            {
                found[option.Name] = [.. present.Tokens.Select(token => token.Value)];
            }
        }

        foreach (Option<bool> option in switches)
        {
            if (result.GetResult(option) is { Implicit: false } present)
            {
                found[option.Name] = [];
                verbosity = option.Name == "--verbose" ? present.IdentifierTokenCount : verbosity;
            }
        }

        string? word = argument is not null && result.GetResult(argument) is { Tokens: [var only] } ? only.Value : null;
        return new ParsedArguments(found, verbosity, ErrorOf(result, word), word);
    }

    private void Add(string name, string? shortName, bool takesValue)
    {
        string[] aliases = shortName is null ? [] : [shortName];
        if (takesValue)
        {
            // The library's own conversion makes arrays by reflection.
            var option = new Option<string[]>(name, aliases)
            {
                Arity = ArgumentArity.OneOrMore,
                AllowMultipleArgumentsPerToken = false,
                CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
            };
            valued.Add(option);
            command.Options.Add(option);
        }
        else
        {
            var option = new Option<bool>(name, aliases) { Arity = ArgumentArity.Zero };
            switches.Add(option);
            command.Options.Add(option);
        }
    }

    /// <summary>The first mistake: what stands behind a mistyped option is no second one.</summary>
    private string? ErrorOf(ParseResult result, string? word)
    {
        foreach (Option<string[]> option in valued)
        {
            if (result.GetResult(option) is { Implicit: false, Tokens.Count: 0 } empty)
            {
                return $"{empty.IdentifierToken?.Value ?? option.Name} needs a value: {ValueNameOf(option.Name)}; see --help";
            }
        }

        // An unknown option is taken for the argument.
        string[] strangers =
        [
            .. result.Tokens.Where(token => token.Type == TokenType.Directive).Select(token => token.Value),
            .. word?.StartsWith('-') == true ? [word] : Array.Empty<string>(),
            .. result.UnmatchedTokens,
        ];
        string? stranger = Array.Find(strangers, text => text.StartsWith('-')) ?? strangers.FirstOrDefault();
        return stranger is not null ? Stranger(stranger) : result.Errors.Count > 0 ? $"{result.Errors[0].Message} See --help" : null;
    }

    private string Stranger(string text)
    {
        if (!text.StartsWith('-'))
        {
            return $"'{text}' is not expected: {facts.Name} takes "
                + $"options{(facts.Argument is { } declared ? $" and one {declared.Name}" : "")}; see --help";
        }

        string name = text.Split('=')[0];
        IEnumerable<string> known = StandardOptions.For(facts).Select(option => option.Name).Concat(facts.Options.Select(option => option.Name));
        string? nearest = NearestName.Of(name, known);
        return $"'{name}' is not an option of {facts.Name}{(nearest is null ? "; see" : $": did you mean {nearest}? See")} --help";
    }

    private string? ValueNameOf(string name) =>
        StandardOptions.For(facts).FirstOrDefault(option => option.Name == name)?.ValueName
        ?? facts.Options.FirstOrDefault(option => option.Name == name)?.ValueName;
}
