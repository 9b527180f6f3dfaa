using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// A program that turns the estate into files: its command line, its exit codes and its sentences, the same for every generator.
/// Exit codes: 0 done, 1 the estate was refused, the output could not be written or was not accepted, 2 the command line was not
/// understood, 3 the compared folder differs.
/// </summary>
public sealed class Generator
{
    private const int Done = 0;
    private const int Refused = 1;
    private const int Usage = 2;
    private const int Different = 3;

#pragma warning disable RS0030 // a generator is no plugin: its sentences go to the two standard streams from here alone
    private static readonly Func<Stream> StandardOutput = Console.OpenStandardOutput;
    private static readonly Func<Stream> StandardError = Console.OpenStandardError;
#pragma warning restore RS0030

    private readonly HelpOption help = new("--help", "-h") { Description = "print this help and exit" };
    private readonly Option<bool> version = new("--version", "-V") { Description = "print the version and exit" };
    private readonly Option<string> estateFile = new("--estate") { Description = "the estate file", HelpName = "FILE" };
    private readonly Option<string> output = new("--out") { Description = "the folder to write into; files of others in it are left alone", HelpName = "DIR" };
    private readonly Option<string> compared = new("--diff") { Description = "write nothing, and show what --out would change in this folder", HelpName = "DIR" };
    private readonly Option<bool> verify = new("--verify") { Arity = ArgumentArity.Zero };
    private readonly Option<string> dialect = new("--dialect") { HelpName = "DIALECT" };

    /// <summary>The program's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it writes, as half a sentence.</summary>
    public required string Purpose { get; init; }

    /// <summary>The values of <c>--dialect</c>, the default first. Default: none, and no such option.</summary>
    public IReadOnlyList<string> Dialects { get; init; } = [];

    /// <summary>The files for an estate in a dialect (empty when there are none).</summary>
    public required Func<EstateModel, string, IEnumerable<GeneratedFile>> Files { get; init; }

    /// <summary>Who can judge what was written, as half a sentence.</summary>
    public required string Judges { get; init; }

    /// <summary>The verdicts on what was written for an estate into a folder in a dialect (empty when there are none).</summary>
    public required Func<string, EstateModel, string, IEnumerable<Verdict>> Verify { get; init; }

    /// <summary>The whole life of the program.</summary>
    /// <param name="checks">The facts of every check that an estate may use.</param>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code.</returns>
    public int Run(IReadOnlyList<Facts> checks, string[] arguments)
    {
        try
        {
            (int exitCode, string said, string complained) = Answer(checks, arguments);
            Write(StandardOutput, said);
            Write(StandardError, complained);
            return exitCode;
        }
        catch (Exception failure) when (failure is TreeException or IOException or UnauthorizedAccessException)
        {
            Write(StandardError, $"{Name}: {(failure is TreeException ? failure.Message : SystemWords.Of(failure))}\n");
            return Refused;
        }
    }

    private (int ExitCode, string Said, string Complained) Answer(IReadOnlyList<Facts> checks, string[] arguments)
    {
        var command = new Command(Name, $"{Name} writes {Purpose}") { estateFile, output, compared, verify };
        verify.Description = $"after writing, have {Judges} judge it, if installed here";
        if (Dialects.Count > 0)
        {
            dialect.Description = $"{string.Join(" or ", Dialects)} (default {Dialects[0]})";
            command.Options.Add(dialect);
        }

        command.Options.Add(version);
        command.Options.Add(help);

        // Response files are off: an argument is what it says.
        ParseResult parsed = CommandLineParser.Parse(command, arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.GetResult(help) is not null)
        {
            using var text = new StringWriter();
            parsed.Invoke(new InvocationConfiguration { Output = text });
            return (Done, $"{text.ToString().TrimEnd()}\n\nExit codes: 0 done, 1 the estate is refused, the folder cannot be written or --verify finds a fault,\n2 usage, 3 --diff finds a difference\n", "");
        }

        if (parsed.GetValue(version))
        {
            return (Done, $"{Name} {typeof(Generator).Assembly.GetName().Version!.ToString(3)} (ringfree-monitoring)\n", "");
        }

        if (Complaint(parsed) is { } complaint)
        {
            return (Usage, "", $"{Name}: {complaint}\nUsage: {Name} --estate FILE (--out DIR [--verify] | --diff DIR){(Dialects.Count > 0 ? $" [--dialect {string.Join('|', Dialects)}]" : "")}\n");
        }

        string path = parsed.GetValue(estateFile)!;
        var problems = new Problems();
        if (EstateModel.Load(path, checks, problems) is not { } estate)
        {
            return (Refused, "", $"{problems}\n{Name}: {path} is refused: {Words.Count(problems.All.Count, "problem")}, nothing was written\n");
        }

        string chosen = Dialects.Count > 0 ? parsed.GetValue(dialect) ?? Dialects[0] : "";
        return parsed.GetValue(compared) is { } folder
            ? Compare(estate, path, folder, chosen)
            : Generate(estate, path, parsed.GetValue(output)!, chosen, parsed.GetValue(verify));
    }

    private (int ExitCode, string Said, string Complained) Compare(EstateModel estate, string path, string folder, string chosen)
    {
        if (!Directory.Exists(folder))
        {
            return (Refused, "", $"{Name}: --diff '{folder}': there is no such folder; expected: the one that an earlier --out DIR wrote, or that it was deployed to\n");
        }

        IReadOnlyList<(string Path, string? Has, string? Wants)> different = new GeneratedTree(folder, Name, Path.GetFileName(path)).Compare(Files(estate, chosen));
        return different.Count == 0
            ? (Done, $"{folder}: nothing would change\n", "")
            : (Different, $"{TreeDiff.Text(folder, different)}{folder}: {Words.Count(different.Count, "file")} would change\n", "");
    }

    private (int ExitCode, string Said, string Complained) Generate(EstateModel estate, string path, string root, string chosen, bool isVerified)
    {
        TreeChange change = Written(estate, path, root, chosen);
        string said = $"{root}: {Words.Count(change.Files, "file")} for {Words.Count(estate.Hosts.Count, "host")}, {change.Written} written, {change.Removed} removed\n"
            + (estate.IsExample ? "note: site.example = true accepts loopback and documentation addresses: remove it from the estate of a real site\n" : "");
        List<Verdict> verdicts = isVerified ? [.. Verify(root, estate, chosen)] : [];
        string good = string.Concat(verdicts.Where(verdict => verdict.IsGood).Select(verdict => verdict.Sentence + '\n'));
        string bad = string.Concat(verdicts.Where(verdict => !verdict.IsGood).Select(verdict => $"{Name}: {verdict.Sentence}\n"));
        return (bad.Length == 0 ? Done : Refused, said + good, bad);
    }

    private TreeChange Written(EstateModel estate, string path, string root, string chosen)
    {
        try
        {
            return new GeneratedTree(root, Name, Path.GetFileName(path)).Write(Files(estate, chosen));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TreeException($"--out '{root}' cannot be written: {SystemWords.Of(failure)}");
        }
    }

    private string? Complaint(ParseResult parsed)
    {
        if (NotUnderstood(parsed) is { } complaint)
        {
            return complaint;
        }

        bool writes = !string.IsNullOrEmpty(parsed.GetValue(output));
        bool compares = !string.IsNullOrEmpty(parsed.GetValue(compared));
        return string.IsNullOrEmpty(parsed.GetValue(estateFile)) ? "--estate FILE is missing"
            : writes == compares ? $"--out DIR or --diff DIR {(writes ? "can be given, not both" : "is missing")}"
            : compares && parsed.GetValue(verify) ? "--verify judges what is written: it needs --out DIR"
            : Dialects.Count > 0 && parsed.GetValue(dialect) is { } given && !Dialects.Contains(given) ? $"--dialect '{given}': expected {string.Join(" or ", Dialects)}"
            : null;
    }

    private static string? NotUnderstood(ParseResult parsed)
    {
        List<Option> options = [.. parsed.CommandResult.Command.Options];

        // A token such as [x] is taken for a directive and swallowed without an error. Behind an unknown option stands its value: one
        // mistake.
        List<string> unknown = [.. parsed.UnmatchedTokens, .. parsed.Tokens.Where(token => token.Type == TokenType.Directive).Select(token => token.Value)];
        if (unknown.Find(token => token.StartsWith('-')) is { } option)
        {
            string word = option.Split('=')[0];
            return NotAnOption(word, options);
        }

        if (unknown.Count > 0)
        {
            return NotAnOption(unknown[0], options);
        }

        foreach (Option<string> valued in options.OfType<Option<string>>())
        {
            if (parsed.GetResult(valued) is { } result && result.Tokens.Count != 1)
            {
                return result.Tokens.Count == 0 ? $"{valued.Name} needs a value: {valued.Name} {valued.HelpName}"
                    : $"{valued.Name} is given {result.Tokens.Count} times; expected: once";
            }
        }

        return parsed.Errors.Count == 0 ? null : $"'{string.Join(' ', parsed.Tokens.Select(token => token.Value))}' is not understood";
    }

    private static string NotAnOption(string word, List<Option> options)
    {
        string? meant = NearestWord.Of(word.TrimStart('-'), options.Select(known => known.Name.TrimStart('-')));
        return $"'{word}' is not an option; {(meant is null ? "" : $"did you mean --{meant}? ")}expected one of {string.Join(", ", options.Select(known => known.Name))}";
    }

    private static void Write(Func<Stream> standard, string text)
    {
        try
        {
            using Stream stream = standard();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Nobody listens; the exit code still says how it ended.
        }
    }
}
