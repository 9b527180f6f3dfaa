using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>What the command line asks for.</summary>
internal enum Request
{
    Run,
    Help,
    Version,
}

/// <summary>From arguments to <see cref="Options"/>: first the command line, then the options file that it names; the command line wins.</summary>
internal sealed class CommandLine
{
    internal const string DurationForms = "a whole number and s, m, h or d, such as 90s or 15m";
    private const double LongestTimeout = 3600;

    private static readonly ParserConfiguration Verbatim = new() { ResponseFileTokenReplacer = null };

    private readonly Facts facts;
    private readonly List<Option<string[]>> valued = [];
    private readonly List<Option<bool>> switches = [];
    private readonly Argument<string>? argument;
    private readonly Command command;

    private CommandLine(Facts facts)
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

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="UsageException">They cannot be understood or allowed.</exception>
    internal static (Request Request, Options? Options) Parse(Facts facts, string[] arguments)
    {
        ParsedArguments given = ParsedArguments.None;
        CommandLine? parser = null;
        if (arguments.Length > 0)
        {
            parser = new CommandLine(facts);
            given = parser.ParseOnce(arguments);
            if (given.Has("--help"))
            {
                return (Request.Help, null);
            }

            if (given.Has("--version"))
            {
                return (Request.Version, null);
            }

            given.ThrowError(place: null);
        }

        RecordingParts? replay = given.Last("--replay") is { } recording ? RecordingParts.At(recording) : null;
        string? named = given.Last("--options-file");
        string? instance = given.Last("--instance");
        if (instance is not null && !IsInstanceName(instance))
        {
            throw new UsageException($"--instance '{instance}' is not a name; accepted are 1 to 32 lower-case letters, digits, hyphens and underscores");
        }

        string path = named ?? OptionsFile.DefaultPath(facts, instance);
        OptionsFile? file = replay is not null ? Recording.ArgumentsOf(replay) : OptionsFile.Read(path, mayBeMissing: named is null);
        ParsedArguments filed = file is null ? ParsedArguments.None : (parser ?? new CommandLine(facts)).ParseFile(file, isRecording: replay is not null);
        try
        {
            return (Request.Run, Combine(facts, filed, given, instance, file, replay));
        }
        catch (UsageException exception) when (file?.PlaceOf(exception.Message) is { } place && place != file.Path)
        {
            throw new UsageException($"{place}: {exception.Message}");
        }
    }

    /// <summary>Reads <c>90s</c>, <c>15m</c>, <c>2h</c> or <c>1d</c>.</summary>
    /// <returns>The duration, or null when the text is none of these or zero.</returns>
    internal static TimeSpan? ParseDuration(string text)
    {
        TimeSpan? unit = text.Length < 2 ? null : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        return unit is not null && ushort.TryParse(text.AsSpan(0, text.Length - 1), System.Globalization.NumberStyles.None, null, out ushort count) && count > 0
            ? unit * count
            : null;
    }

    private static bool IsInstanceName(string text) =>
        text.Length is >= 1 and <= 32 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private static Options Combine(
        Facts facts, ParsedArguments filed, ParsedArguments given, string? instance, OptionsFile? file, RecordingParts? replay)
    {
        Dictionary<string, IReadOnlyList<string>> values = [];
        foreach (CheckOption option in facts.Options)
        {
            string[] all = [.. filed.All(option.Name), .. given.All(option.Name)];
            if (all.Length > 0)
            {
                values[option.Name] = all;
            }
            else if (filed.Has(option.Name) || given.Has(option.Name))
            {
                values[option.Name] = [""];
            }
        }

        string? Last(string name) => given.Last(name) ?? filed.Last(name);
        if (replay is not null && given.Has("--record"))
        {
            throw new UsageException("--record and --replay were both given; accepted is one of them");
        }

        (string? optionsFile, string? deployedAs) = replay is null ? (file?.Path, instance) : Recording.AboutOf(facts, replay);
        (TimeSpan timeout, Status timeoutStatus) = ParseTimeout(facts, Last("--timeout"));
        return new Options(
            facts,
            values,
            ParseRanges(facts, "--warning", [.. filed.All("--warning"), .. given.All("--warning")]),
            ParseRanges(facts, "--critical", [.. filed.All("--critical"), .. given.All("--critical")]))
        {
            Concerns = ParseConcerns(facts, given.All("--only").Count > 0 ? given.All("--only") : filed.All("--only")),
            OtherServices = ParseOtherServices(facts, [.. filed.All("--judged-by"), .. given.All("--judged-by")]),
            Verbosity = Math.Min(3, given.Verbosity > 0 ? given.Verbosity : filed.Verbosity),
            Timeout = timeout,
            TimeoutStatus = timeoutStatus,
            Instance = deployedAs,
            StateFolder = Last("--state-dir"),
            WritesMemory = !given.Has("--no-memory") && !filed.Has("--no-memory"),
            Hold = ParseHold(facts, Last("--hold")),
            OptionsFile = optionsFile,
            RecordTo = given.Last("--record"),
            Replay = replay,
            Given = given.Has("--record") ? Effective(filed, given) : [],
            Argument = given.Argument,
        };
    }

    /// <summary>Both together in the form of an options file, without what is about files of this machine.</summary>
    private static List<string> Effective(ParsedArguments filed, ParsedArguments given)
    {
        List<string> arguments = [];
        foreach (string name in filed.Found.Keys.Union(given.Found.Keys))
        {
            if (name is "--instance" or "--options-file" or "--state-dir" or "--record")
            {
                continue;
            }

            if (name == "--verbose")
            {
                arguments.AddRange(Enumerable.Repeat(name, given.Verbosity > 0 ? given.Verbosity : filed.Verbosity));
                continue;
            }

            bool replaces = name == "--only" && given.Has(name);
            string[] values = [.. replaces ? [] : filed.All(name), .. given.All(name)];
            arguments.AddRange(values.Length == 0 ? [name] : values.Select(value => $"{name}={value}"));
        }

        return arguments;
    }

    private static Dictionary<string, Range> ParseRanges(Facts facts, string option, IReadOnlyList<string> given)
    {
        Dictionary<string, Range> ranges = [];
        foreach (string text in given)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            MetricFacts metric = equals < 0 ? facts.MainMetric : MetricNamed(facts, option, text, text[..equals]);
            try
            {
                ranges[metric.Name] = Range.Parse(text[(equals + 1)..]);
            }
            catch (UsageException exception)
            {
                throw new UsageException($"{option} '{text}': {UnitLeftIn(text[(equals + 1)..], metric) ?? exception.Message}");
            }
        }

        return ranges;
    }

    /// <summary>What is wrong with a range whose numbers carry a unit; null when that is not its only mistake.</summary>
    private static string? UnitLeftIn(string range, MetricFacts metric)
    {
        string unit = metric.UnitText.Length > 0 && range.Contains(metric.UnitText, StringComparison.Ordinal) ? metric.UnitText : "%";
        try
        {
            _ = Range.Parse(range.Replace(unit, "", StringComparison.Ordinal));
            return range.Contains(unit, StringComparison.Ordinal)
                ? $"leave the {unit} away: "
                    + $"{(metric.UnitText.Length > 0 ? $"the unit of {metric.Name} is {metric.UnitText}" : $"{metric.Name} has no unit")}"
                : null;
        }
        catch (UsageException)
        {
            return null;
        }
    }

    private static MetricFacts MetricNamed(Facts facts, string option, string text, string name) =>
        facts.Metrics.FirstOrDefault(metric => metric.Name == name)
        ?? throw new UsageException($"{option} '{text}': '{name}' is no metric; accepted are {string.Join(", ", facts.Metrics.Select(metric => metric.Name))}");

    private static Dictionary<string, string> ParseOtherServices(Facts facts, IReadOnlyList<string> given)
    {
        Dictionary<string, string> services = [];
        foreach (string text in given)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || equals == text.Length - 1)
            {
                throw new UsageException($"--judged-by '{text}' names no service: expected CONCERN=SERVICE, such as {facts.Concerns[0].Name}=NAME");
            }

            services[ConcernNamed(facts, "--judged-by", text[..equals]).Name] = text[(equals + 1)..];
        }

        return services;
    }

    private static Concern ConcernNamed(Facts facts, string option, string name) =>
        facts.Concerns.FirstOrDefault(concern => concern.Name == name)
        ?? throw new UsageException($"{option} '{name}' is no concern; accepted are {string.Join(", ", facts.Concerns.Select(concern => concern.Name))}");

    private static ImmutableArray<Concern> ParseConcerns(Facts facts, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            _ = ConcernNamed(facts, "--only", name);
        }

        return names.Count == 0 ? facts.Concerns : [.. facts.Concerns.Where(concern => names.Contains(concern.Name))];
    }

    private static (TimeSpan Timeout, Status Status) ParseTimeout(Facts facts, string? text)
    {
        if (text is null)
        {
            return (facts.Deadline, facts.TimeoutStatus);
        }

        string[] parts = text.Split(':', 2);
        Status? status = parts.Length == 1 ? facts.TimeoutStatus : StatusOrder.Parse(parts[1]);
        bool isNumber = double.TryParse(parts[0], System.Globalization.NumberStyles.AllowDecimalPoint, null, out double seconds);
        return isNumber && seconds is > 0 and <= LongestTimeout && status is { } known
            ? (TimeSpan.FromSeconds(seconds), known)
            : throw new UsageException(
                $"--timeout '{text}' is not a timeout; accepted are SECONDS and SECONDS:STATUS with more than 0 and at most {LongestTimeout} seconds and OK, WARNING, CRITICAL or UNKNOWN");
    }

    private static TimeSpan ParseHold(Facts facts, string? text) => text is null
        ? facts.Hold
        : ParseDuration(text) ?? throw new UsageException($"--hold '{text}' is not a duration; accepted is {DurationForms}");

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

    private ParsedArguments ParseFile(OptionsFile file, bool isRecording)
    {
        ParsedArguments filed = ParseOnce(file.Arguments);
        filed.ThrowError(file);
        string[] onlyOnTheCommandLine =
        [
            "--help", "--version", "--instance", "--options-file", "--record", "--replay",
            .. facts.Options.Where(option => option.IsSaidByHand && !isRecording).Select(option => option.Name),
        ];
        string? misplaced = filed.Argument ?? Array.Find(onlyOnTheCommandLine, filed.Has);
        return misplaced is null
            ? filed
            : throw new UsageException($"{file.PlaceOf($"'{misplaced}'")}: '{misplaced}' is accepted on the command line only");
    }

    private ParsedArguments ParseOnce(IReadOnlyList<string> arguments)
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

    /// <summary>Option names with their values; a switch that was given has none.</summary>
    private sealed record ParsedArguments(
        IReadOnlyDictionary<string, IReadOnlyList<string>> Found, int Verbosity, string? Error, string? Argument)
    {
        internal static readonly ParsedArguments None = new(new Dictionary<string, IReadOnlyList<string>>(), 0, null, null);

        internal bool Has(string name) => Found.ContainsKey(name);

        internal IReadOnlyList<string> All(string name) => Found.GetValueOrDefault(name, []);

        internal string? Last(string name) => All(name) is { Count: > 0 } values ? values[^1] : null;

        internal void ThrowError(OptionsFile? place)
        {
            if (Error is { } message)
            {
                throw new UsageException($"{(place is null ? "" : place.PlaceOf(message) + ": ")}{message}");
            }
        }
    }
}
