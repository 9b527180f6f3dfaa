using System.Text;
using Microsoft.Win32.SafeHandles;
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
        var start = new Place(path, 1, "");
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            var bytes = new byte[Math.Min(RandomAccess.GetLength(file), MaxBytes) + 1];
            int length = ReadUpTo(bytes, file);
            if (length > MaxBytes || length == bytes.Length)
            {
                problems.Report(start, $"the file is longer than {MaxBytes} bytes or grows while it is read");
                return null;
            }

            return Parse(StrictUtf8.GetString(bytes, 0, length), path, problems);
        }
        catch (DecoderFallbackException invalid)
        {
            problems.Report(start, $"the file is not UTF-8 (byte {invalid.Index + 1})");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Report(start, $"cannot read the file: {unreadable.Message}");
        }

        return null;
    }

    private static int ReadUpTo(Span<byte> bytes, SafeFileHandle file)
    {
        int length = 0;
        while (length < bytes.Length && RandomAccess.Read(file, bytes[length..], length) is > 0 and var count)
        {
            length += count;
        }

        return length;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="file">The name for the problems.</param>
    /// <param name="problems">Receives what is wrong: the syntax errors, else the duplicates.</param>
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
            problems.Report(new Place(file, text.Count(character => character == '\n') + 1, ""), "the file ends inside a string");
            return null;
        }

        if (!document.HasErrors)
        {
            return new TomlTree(text, file, problems).Build(document);
        }

        foreach (DiagnosticMessage diagnostic in document.Diagnostics)
        {
            problems.Report(new Place(file, diagnostic.Span.Start.Line + 1, ""), TomlText.OneLine(diagnostic.Message));
        }

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
