namespace Ringfree.Monitoring.Estate;

/// <summary>Words that a POSIX shell reads back unchanged.</summary>
public static class ShellWord
{
    /// <summary>A literal word for a command line: bare when every character is harmless, else between single quotes.</summary>
    /// <param name="literal">The word.</param>
    /// <returns>The text that the shell turns into the word.</returns>
    public static string Quote(string literal) =>
        literal.Length > 0 && literal.All(IsPlain) ? literal : $"'{literal.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or ',' or '%' or '+' or '=' or '@';
}
