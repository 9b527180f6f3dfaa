using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>One definition of a scheduler's object files.</summary>
/// <param name="Kind">The word after <c>define</c>: host, service, command, module …</param>
/// <param name="Values">Its directives by name; of one that stands twice the last.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Line">The line of its <c>define</c>.</param>
internal sealed record ObjectDefinition(string Kind, IReadOnlyDictionary<string, string> Values, string File, int Line)
{
    /// <summary>A directive; empty when it is absent.</summary>
    public string this[string key] => Values.GetValueOrDefault(key, "");

    /// <summary>The parts of a directive that lists names.</summary>
    public string[] Names(string key) => NamePatterns.Parts(this[key]);
}

/// <summary>Reads object files as Nagios and Shinken do: every <c>*.cfg</c> below a folder. Inheritance is not followed.</summary>
internal static class ObjectFiles
{
    /// <summary>The largest file that is read, in bytes: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };

    /// <summary>Reads a folder.</summary>
    /// <exception cref="IOException">The folder or a file of it cannot be read; the message holds the path.</exception>
    public static List<ObjectDefinition> ReadFolder(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.cfg", Below).Order(StringComparer.Ordinal).SelectMany(ReadFile)];
        }
        catch (UnauthorizedAccessException closed)
        {
            throw new IOException($"this user may not read all of {folder}", closed);
        }
        catch (DirectoryNotFoundException absent)
        {
            throw new IOException($"{folder} does not exist", absent);
        }
    }

    /// <summary>Reads one file.</summary>
    /// <exception cref="IOException">It cannot be read, or is too large.</exception>
    public static List<ObjectDefinition> ReadFile(string file)
    {
        var size = new FileInfo(file);
        return size.Length > MaxBytes
            ? throw new IOException($"{file} has {size.Length} bytes; accepted: at most {MaxBytes}")
            : Parse(File.ReadAllText(file), file);
    }

    /// <summary>Reads the definitions of a text; what stands outside of them is left out.</summary>
    public static List<ObjectDefinition> Parse(string text, string file)
    {
        var definitions = new List<ObjectDefinition>();
        ObjectDefinition? open = null;
        Dictionary<string, string> values = [];
        var number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = WithoutComment(raw).Trim();
            if (open is null && line.StartsWith("define", StringComparison.Ordinal) && line.EndsWith('{'))
            {
                values = new Dictionary<string, string>(StringComparer.Ordinal);
                open = new ObjectDefinition(line["define".Length..^1].Trim(), values, file, number);
            }
            else if (open is not null && line == "}")
            {
                definitions.Add(open);
                open = null;
            }
            else if (open is not null && line.Length > 0)
            {
                string[] parts = line.Split([' ', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                values[parts[0]] = parts.Length == 2 ? parts[1] : "";
            }
        }

        return definitions;
    }

    // A semicolon begins a comment wherever it stands, unless it is escaped; # only at the start of a line.
    private static string WithoutComment(string line)
    {
        if (line.TrimStart().StartsWith('#'))
        {
            return "";
        }

        var kept = new StringBuilder(line.Length);
        for (var index = 0; index < line.Length && line[index] != ';'; index++)
        {
            bool isEscaped = line[index] == '\\' && index + 1 < line.Length && line[index + 1] == ';';
            kept.Append(line[isEscaped ? ++index : index]);
        }

        return kept.ToString();
    }
}
