using System.Text;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// The object files' grammar, in one place. <c>;</c> begins a comment wherever it stands, also inside quotes: it is written <c>\;</c>. A
/// line that ends in a backslash (in Shinken also in <c>\s</c>) swallows the next one; a line end ends the value: both are impossible to
/// write and are refused here, after the estate has refused them with a place. <c>$</c> begins a macro: in a command line a literal one is
/// written <c>$$</c>. <c>!</c> separates arguments in a check_command, whose words here are names of ours and have none.
/// </summary>
internal static class ObjectText
{
    /// <summary>The macro of the host's address, the only one of the schedulers' own that a command line of ours has.</summary>
    internal const string HostAddress = "$HOSTADDRESS$";

    private const int ValueColumn = 36;

    /// <summary>An object definition; directives whose value is null are left out.</summary>
    internal static string Define(string kind, params (string Directive, string? Value)[] directives)
    {
        StringBuilder text = new($"define {kind} {{\n");
        foreach ((string directive, string? value) in directives)
        {
            if (value is not null)
            {
                text.Append($"    {directive.PadRight(ValueColumn)}{Value(value)}\n");
            }
        }

        return text.Append("}\n\n").ToString();
    }

    /// <summary>A directive's value as the file must have it so that the scheduler reads the value back.</summary>
    /// <exception cref="ArgumentException">No file can hold it.</exception>
    internal static string Value(string value)
    {
        if (value.Length == 0 || value != value.Trim() || value.Any(char.IsControl) || value.EndsWith('\\') || value.EndsWith("\\s", StringComparison.Ordinal))
        {
            throw new ArgumentException($"an object file cannot hold the value '{value}'", nameof(value));
        }

        return value.Replace(";", "\\;", StringComparison.Ordinal);
    }

    /// <summary>A literal word of a command line: the shell and the macro expansion give it back unchanged.</summary>
    internal static string Word(string literal) => ShellWord.Quote(literal).Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>
    /// A word of a command line in which placeholders become macros. The values of these are names and addresses, so they need no quotes of
    /// their own.
    /// </summary>
    internal static string WordWithMacros(string text)
    {
        bool isBare = ShellWord.Quote(Placeholders.With(text, "a", "a", "a")) is var quoted && !quoted.Contains('\'', StringComparison.Ordinal);
        string word = isBare ? text : ShellWord.Quote(text);
        return Placeholders.With(word.Replace("$", "$$", StringComparison.Ordinal), HostAddress, "$HOSTNAME$", Hosts.DatacenterMacro);
    }
}
