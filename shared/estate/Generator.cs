using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// A program that turns the estate into files: its command line, its exit codes and its sentences, the same for every generator.
/// Exit codes: 0 done, 1 the estate was refused or the output could not be written, 2 the command line was not understood.
/// </summary>
public sealed class Generator
{
    private const int Done = 0;
    private const int Refused = 1;
    private const int Usage = 2;

#pragma warning disable RS0030 // a generator is no plugin: its sentences go to the two standard streams from here alone
    private static readonly Func<Stream> StandardOutput = Console.OpenStandardOutput;
    private static readonly Func<Stream> StandardError = Console.OpenStandardError;
#pragma warning restore RS0030

    private readonly HelpOption help = new("--help", "-h") { Description = "print this help and exit" };
    private readonly Option<bool> version = new("--version", "-V") { Description = "print the version and exit" };
    private readonly Option<string> estateFile = new("--estate") { Description = "the estate file", HelpName = "FILE" };
    private readonly Option<string> output = new("--out") { Description = "the folder to write into; files of others in it are left alone", HelpName = "DIR" };
    private readonly Option<string> dialect = new("--dialect") { HelpName = "DIALECT" };

    /// <summary>The program's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it writes, as half a sentence.</summary>
    public required string Purpose { get; init; }

    /// <summary>The values of <c>--dialect</c>, the default first, each with a folder of its own below <c>--out</c>. Default: none, and no such option.</summary>
    public IReadOnlyList<string> Dialects { get; init; } = [];

    /// <summary>The files for an estate in a dialect (empty when there are none).</summary>
    public required Func<EstateModel, string, IEnumerable<GeneratedFile>> Files { get; init; }

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
            Write(StandardError, $"{Name}: {failure.Message}\n");
            return Refused;
        }
    }

    private (int ExitCode, string Said, string Complained) Answer(IReadOnlyList<Facts> checks, string[] arguments)
    {
        var command = new Command(Name, $"{Name} writes {Purpose}") { estateFile, output };
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
            return (Done, $"{text.ToString().TrimEnd()}\n\nExit codes: 0 done, 1 the estate is refused or the folder cannot be written, 2 usage\n", "");
        }

        if (parsed.GetValue(version))
        {
            return (Done, $"{Name} {typeof(Generator).Assembly.GetName().Version!.ToString(3)} (ringfree-monitoring)\n", "");
        }

        return Complaint(parsed) is { } complaint
            ? (Usage, "", $"{Name}: {complaint}\nUsage: {Name} --estate FILE --out DIR{(Dialects.Count > 0 ? $" [--dialect {string.Join('|', Dialects)}]" : "")}\n")
            : Generate(checks, parsed.GetValue(estateFile)!, parsed.GetValue(output)!, Dialects.Count > 0 ? parsed.GetValue(dialect) ?? Dialects[0] : "");
    }

    private (int ExitCode, string Said, string Complained) Generate(IReadOnlyList<Facts> checks, string path, string folder, string chosen)
    {
        var problems = new Problems();
        if (EstateModel.Load(path, checks, problems) is not { } estate)
        {
            return (Refused, "", $"{problems}\n{Name}: {path} is refused: {Words.Count(problems.All.Count, "problem")}, nothing was written\n");
        }

        string root = Path.Combine(folder, chosen);
        TreeChange change = new GeneratedTree(root, Name, Path.GetFileName(path)).Write(Files(estate, chosen));
        return (Done, $"{root}: {Words.Count(change.Files, "file")} for {Words.Count(estate.Hosts.Count, "host")}, {change.Written} written, {change.Removed} removed\n", "");
    }

    private string? Complaint(ParseResult parsed)
    {
        // A token such as [x] is taken for a directive and swallowed without an error.
        IEnumerable<string> errors = parsed.Errors.Select(error => error.Message)
            .Concat(parsed.Tokens.Where(token => token.Type == TokenType.Directive).Select(token => $"Unrecognized argument '{token.Value}'."))
            .Distinct(StringComparer.Ordinal);
        if (string.Join(' ', errors) is { Length: > 0 } error)
        {
            return error;
        }

        Option<string>? missing = new[] { estateFile, output }.FirstOrDefault(option => string.IsNullOrEmpty(parsed.GetValue(option)));
        return missing is not null ? $"{missing.Name} {missing.HelpName} is missing"
            : Dialects.Count > 0 && parsed.GetValue(dialect) is { } given && !Dialects.Contains(given) ? $"--dialect '{given}': accepted are {string.Join(", ", Dialects)}"
            : null;
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
