namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Tells a remote console (<c>asterisk -r</c>) from the Asterisk that serves calls: both are processes of one name. Source:
/// main/asterisk.c, the options of 1.8 to 16: -r and -R connect, -x implies -r, and so does a program name that holds "rasterisk".
/// </summary>
internal static class AsteriskConsole
{
    private const string Connecting = "rRx";

    private static readonly char[] OptionsWithValue = [.. "CeGLMsUx"];

    /// <summary>Whether a command line is that of a console.</summary>
    /// <param name="arguments">The program and its arguments; empty texts count for nothing.</param>
    internal static bool Is(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            return false;
        }

        if (arguments[0].Contains("rasterisk", StringComparison.Ordinal))
        {
            return true;
        }

        for (int index = 1; index < arguments.Count; index++)
        {
            string argument = arguments[index];
            if (argument == "--")
            {
                return false;
            }

            int valued = argument.StartsWith('-') ? argument[1..].IndexOfAny(OptionsWithValue) : -1;
            string letters = !argument.StartsWith('-') ? "" : valued < 0 ? argument[1..] : argument[1..(valued + 2)];
            if (letters.Any(letter => Connecting.Contains(letter, StringComparison.Ordinal)))
            {
                return true;
            }

            // The value stands behind the letter, or is the next argument.
            index += valued >= 0 && valued + 2 == argument.Length ? 1 : 0;
        }

        return false;
    }
}
