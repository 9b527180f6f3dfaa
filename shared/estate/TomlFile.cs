using System.Text;
using Ringfree.Monitoring.Probes;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Opens a TOML file for strict reading: ask the root table for every key that means something, then call <see cref="TomlTable.Finish"/>,
/// and each mistake of the file is in the list of problems.
/// </summary>
public static class TomlFile
{
    /// <summary>The largest file that is read, in bytes: 16 MiB, some 50,000 hosts.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    // Tomlyn descends by recursion; a person nests four levels.
    private const int MaxNesting = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. What cannot be read, is too large or is not UTF-8 is a problem too.</summary>
    /// <param name="path">The file, named in every problem as it is given here.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The root table, or null when nothing of the file can be used.</returns>
    public static TomlTable? Load(string path, Problems problems)
    {
        var place = new Place(path, 0, "");
        LocalFile file = LocalFile.Read(path, MaxBytes, followLinks: true);
        if (file.Failure is not null)
        {
            problems.Report(place, file.Missing ? "there is no such file" : $"cannot be read: {file.Failure}");
            return null;
        }

        try
        {
            return Parse(StrictUtf8.GetString(file.Bytes), path, problems);
        }
        catch (DecoderFallbackException invalid)
        {
            problems.Report(place, $"is not UTF-8 (byte {invalid.Index + 1})");
            return null;
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="file">The name for the problems.</param>
    /// <param name="problems">Receives what is wrong: the first syntax error, else the duplicates.</param>
    /// <returns>The root table, or null after a syntax error, because what follows one is guesswork.</returns>
    public static TomlTable? Parse(string text, string file, Problems problems)
    {
        if (FirstLineNestedTooDeep(text) is { } line)
        {
            problems.Report(new Place(file, line, ""), $"brackets nest deeper than {MaxNesting} levels");
            return null;
        }

        DocumentSyntax document;
        try
        {
            document = SyntaxParser.Parse(text, file, validate: false);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Tomlyn 2.10.2 throws when the text ends after a backslash inside a string.
            problems.Report(new Place(file, text.Count(character => character == '\n') + 1, ""), "the file ends inside a text; expected: a quotation mark at the end of the text");
            return null;
        }

        if (!document.HasErrors)
        {
            return new TomlTree(text, file, problems).Build(document);
        }

        DiagnosticMessage first = document.Diagnostics[0];
        int at = first.Span.Start.Line + 1;
        problems.Report(new Place(file, at, ""), TomlSyntaxError.Sentence(first.Message, text, at));
        return null;
    }

    // Counts brackets wherever they stand, also in strings and comments: a legitimate file never comes near the limit,
    // because brackets that a text opens and closes do not add up.
    private static int? FirstLineNestedTooDeep(string text)
    {
        var depth = 0;
        var line = 1;
        foreach (char character in text)
        {
            switch (character)
            {
                case '[' or '{' when ++depth > MaxNesting:
                    return line;
                case ']' or '}':
                    depth = Math.Max(0, depth - 1);
                    break;
                case '\n':
                    line++;
                    break;
                default:
                    break;
            }
        }

        return null;
    }
}
