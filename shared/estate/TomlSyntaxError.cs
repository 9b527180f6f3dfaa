namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Says in words for people why a file is not TOML. Only the first mistake is told: the parser stumbles over what follows one. The line is
/// quoted up to its <c>=</c>, because a value may be a secret.
/// </summary>
internal static class TomlSyntaxError
{
    private const string AnyLine = "KEY = VALUE, [TABLE], [[LIST]] or a comment behind #";

    // Parts of Tomlyn's messages, the special ones before the general ones.
    private static readonly (string Part, string Expected)[] Kinds =
    [
        ("End-Of-File", "a quotation mark at the end of the text"),
        ("newline in a string", "a quotation mark at the end of the text, on the same line"),
        ("escape character", "\\\\ for a backslash and \\\" for a quotation mark, or the text between single quotes"),
        ("leading zero", "a number without zeros in front"),
        ("to separate items in an array", "',' between the items of a list"),
        ("for an array", "',' or ']' behind an item of a list"),
        ("inline table", "',' or '}' on the same line"),
        ("expecting `]]`", "']]' behind the name of the list"),
        ("expecting `]`", "']' behind the name of the table"),
        ("a value", "a value: a text between quotation marks, a number, true, false or a list"),
        ("expecting token `newline`", "nothing more on the line; a text stands between quotation marks"),
        ("`=` after a key", "KEY = VALUE"),
    ];

    internal static string Sentence(string message, string text, int line) =>
        $"is not TOML at {Quoted(text.Split('\n').ElementAtOrDefault(line - 1) ?? "")}; expected: {Expected(message)}";

    private static string Expected(string message) =>
        Array.Find(Kinds, kind => message.Contains(kind.Part, StringComparison.Ordinal)).Expected ?? AnyLine;

    private static string Quoted(string line)
    {
        string trimmed = line.Trim();
        int equals = trimmed.IndexOf('=', StringComparison.Ordinal);
        return trimmed.Length == 0 ? "the end of the file" : TomlText.Quoted(equals < 0 ? trimmed : trimmed[..(equals + 1)]);
    }
}
