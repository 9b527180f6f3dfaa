using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>What the command line asks for.</summary>
internal enum Request
{
    Run,
    Help,
    Version,
}

/// <summary>
/// From arguments to <see cref="Options"/>: first the command line, then the options file that it names; the command line wins.
/// </summary>
internal static class CommandLine
{
    /// <summary>Reads the arguments.</summary>
    /// <exception cref="UsageException">They cannot be understood or allowed.</exception>
    internal static (Request Request, Options? Options) Parse(Facts facts, string[] arguments)
    {
        ParsedArguments given = ParsedArguments.None;
        ArgumentParser? parser = null;
        if (arguments.Length > 0)
        {
            parser = new ArgumentParser(facts);
            given = parser.Parse(arguments);
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
        if (instance is not null && !StandardValues.IsInstanceName(instance))
        {
            throw new UsageException($"--instance '{instance}' is not a name; accepted are 1 to 32 lower-case letters, digits, hyphens and underscores");
        }

        string path = named ?? OptionsFile.DefaultPath(facts, instance);
        OptionsFile? file = replay is not null ? Recording.ArgumentsOf(replay) : OptionsFile.Read(path, mayBeMissing: named is null);
        ParsedArguments filed = file is null ? ParsedArguments.None : ParseFile(parser ?? new ArgumentParser(facts), facts, file, isRecording: replay is not null);
        try
        {
            return (Request.Run, Combine(facts, filed, given, instance, file, replay));
        }
        catch (UsageException exception) when (file?.PlaceOf(exception.Message) is { } place && place != file.Path)
        {
            throw new UsageException($"{place}: {exception.Message}");
        }
    }

    private static ParsedArguments ParseFile(ArgumentParser parser, Facts facts, OptionsFile file, bool isRecording)
    {
        ParsedArguments filed = parser.Parse(file.Arguments);
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
        (TimeSpan timeout, Status timeoutStatus) = StandardValues.Timeout(facts, Last("--timeout"));
        return new Options(
            facts,
            values,
            StandardValues.Ranges(facts, "--warning", [.. filed.All("--warning"), .. given.All("--warning")]),
            StandardValues.Ranges(facts, "--critical", [.. filed.All("--critical"), .. given.All("--critical")]))
        {
            Concerns = StandardValues.Concerns(facts, given.All("--only").Count > 0 ? given.All("--only") : filed.All("--only")),
            OtherServices = StandardValues.OtherServices(facts, [.. filed.All("--judged-by"), .. given.All("--judged-by")]),
            Verbosity = Math.Min(3, given.Verbosity > 0 ? given.Verbosity : filed.Verbosity),
            Timeout = timeout,
            TimeoutStatus = timeoutStatus,
            Zone = StandardValues.Zone(Last("--zone")),
            Instance = deployedAs,
            StateFolder = Last("--state-dir"),
            WritesMemory = !given.Has("--no-memory") && !filed.Has("--no-memory"),
            Latch = StandardValues.Latch(facts, Last("--latch")),
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
}
