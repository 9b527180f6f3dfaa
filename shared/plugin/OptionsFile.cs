using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// The options file: one verbatim argument a line, <c>#</c> at the start of a line is a comment, blank lines are skipped, white space at
/// both ends of a line is dropped. Read by us, because System.CommandLine's response files swallow values such as <c>@10:20</c>.
/// </summary>
internal sealed record OptionsFile(string Path, IReadOnlyList<string> Arguments, IReadOnlyList<int> LineNumbers)
{
    internal const int LongestFile = 64 * 1024;

    internal static string DefaultPath(Facts facts, string? instance) =>
        $"/etc/ringfree/monitoring/{facts.Name}{(instance is null ? "" : "." + instance)}.options";

    /// <summary>
    /// Reads the file; null when it may be missing and is. As root the file and every folder above it must be root's alone.
    /// </summary>
    /// <exception cref="UsageException">It cannot be read, or somebody else could have written it.</exception>
    internal static OptionsFile? Read(string path, bool mayBeMissing)
    {
        LocalFile file = LocalFile.Read(path, LongestFile);
        if (file.Missing && mayBeMissing)
        {
            return null;
        }

        if (file.Failure is { } reason)
        {
            throw new UsageException(file.Denied
                ? Ownership.Unreadable("options file", path, file)
                : $"options file '{path}' cannot be read: {reason}");
        }

        if (RootTrust.Applies && RootTrust.ObjectionToFile("options file", path, file) is { } objection)
        {
            throw new UsageException(objection);
        }

        return Parse(path, file.Bytes);
    }

    /// <summary>Reads the text of an options file.</summary>
    /// <exception cref="UsageException">A line holds more than one argument.</exception>
    internal static OptionsFile Parse(string path, ReadOnlySpan<byte> bytes)
    {
        List<string> arguments = [];
        List<int> lineNumbers = [];
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string argument = lines[index].Trim();
            if (argument.Length > 0 && argument[0] != '#')
            {
                DemandOneArgument(path, index + 1, argument);
                arguments.Add(argument);
                lineNumbers.Add(index + 1);
            }
        }

        return new OptionsFile(path, arguments, lineNumbers);
    }

    private static void DemandOneArgument(string path, int line, string argument)
    {
        int space = argument.IndexOf(' ', StringComparison.Ordinal);
        bool isOption = argument.Length > 1 && argument[0] == '-' && (argument[1] == '-' || char.IsAsciiLetter(argument[1]));
        if (isOption && space > 0 && !argument.AsSpan(0, space).Contains('='))
        {
            throw new UsageException($"{path}:{line}: '{argument}' holds an option and its value; accepted is one argument a line: '{argument[..space]}', then '{argument[space..].Trim()}'");
        }
    }

    /// <summary>The place of an error: the line of the argument that the message quotes, else the file.</summary>
    internal string PlaceOf(string message)
    {
        for (int index = 0; index < Arguments.Count; index++)
        {
            string[] quotable = [Arguments[index], .. Arguments[index].Split('=', 2)];
            if (Array.Exists(quotable, text => message.Contains($"'{text}'", StringComparison.Ordinal)))
            {
                return $"{Path}:{LineNumbers[index]}";
            }
        }

        return Path;
    }
}
