using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// What may stand in an estate file, by kind of text. Each returns null for a good text, else the complaint. All are lists of what is
/// accepted: Shinken refuses <c>`~!$%^&amp;*"|'&lt;&gt;?,()=</c> in names, cuts them at <c>;</c> without a word, and expands <c>$</c> in
/// texts; names become folders and shell words besides.
/// </summary>
internal static class Names
{
    private const int LongestName = 63;
    private const int LongestText = 200;
    private const int LongestArgument = 500;
    private const int LongestStep = 600;
    private const int LongestRunbook = 8_000;

    // The kinds of keys that check_over_ssh can log in with, and the numbers that each is made of.
    private static readonly Dictionary<string, int> SshKeyNumbers = new(StringComparer.Ordinal)
    {
        ["ssh-ed25519"] = 1,
        ["ssh-rsa"] = 2,
        ["ecdsa-sha2-nistp256"] = 2,
        ["ecdsa-sha2-nistp384"] = 2,
        ["ecdsa-sha2-nistp521"] = 2,
    };

    internal static string? Name(string text) =>
        text.Length is >= 1 and <= LongestName && char.IsAsciiLetterOrDigit(text[0]) && text.All(IsNameCharacter)
            ? null
            : Complaint(text, $"1 to {LongestName} letters, digits, '.', '-' and '_', the first a letter or digit");

    internal static string? HostName(string text) =>
        text == "localhost" ? Complaint(text, "another name: the schedulers' stock objects have a host of this name") : Name(text);

    internal static string? Prefix(string text) =>
        text.Length is >= 2 and <= 16 && char.IsAsciiLetter(text[0]) && text.EndsWith('-')
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? null
            : Complaint(text, "1 to 15 lower-case letters, digits and '-', the first a letter, and a '-' at the end, such as \"rf-\"");

    internal static string? Instance(string text, int longest) =>
        text.Length >= 1 && text.Length <= longest && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            ? null
            : Complaint(text, $"1 to {longest} lower-case letters, digits, '-' and '_'");

    /// <summary>It stands in the name of an instance, of 32 characters.</summary>
    internal static string? Ctid(string text) =>
        text.Length is >= 1 and <= 10 && text.All(char.IsAsciiDigit) && text[0] != '0'
            ? null
            : Complaint(text, "a CTID: 1 to 10 digits, the first not 0");

    /// <summary>
    /// A name of a stock command: it stands in the command's name at the agent, so that it can be asked for over SSH too.
    /// </summary>
    internal static string? CommandName(string text) =>
        text.StartsWith("check_", StringComparison.Ordinal) ? Complaint(text, "another name: those that begin with check_ are our checks'") : Instance(text, 32);

    internal static string? PeriodName(string text) =>
        text == "24x7" || text.StartsWith("outside-", StringComparison.Ordinal) ? Complaint(text, "another name: 24x7 and those that begin with outside- are generated") : Name(text);

    internal static string? Zone(string text) =>
        LocalTimes.IsName(text) ? null : Complaint(text, "the name of a time zone, such as America/New_York");

    internal static string? RunbookPage(string text) =>
        text.Length is >= 1 and <= LongestName && char.IsAsciiLetterOrDigit(text[0]) && text.Count(c => c == '#') <= 1 && text.All(c => IsNameCharacter(c) || c is '#')
            ? null
            : Complaint(text, $"1 to {LongestName} letters, digits, '.', '-', '_' and one '#', the first a letter or digit: a page below site.runbooks");

    internal static string? Title(string text) =>
        text.Length is >= 1 and <= LongestName && char.IsAsciiLetterOrDigit(text[0]) && text[^1] != ' '
        && text.All(c => IsNameCharacter(c) || c is ' ' or '/' or ':' or '+')
            ? null
            : Complaint(text, $"1 to {LongestName} letters, digits, spaces and ._-/:+, the first a letter or digit, the last no space");

    internal static string? Alias(string text) =>
        text.Length is >= 1 and <= LongestText && text.Trim().Length == text.Length
        && !text.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' || "`!$\\;|<>&\"'".Contains(c, StringComparison.Ordinal))
            ? null
            : Complaint(text, $"1 to {LongestText} characters without `!$\\;|<>&\"' and control characters, no space at either end");

    internal static string? Address(string text) => IsIpAddress(text) || IsDnsName(text) ? null : Complaint(text, "an IP address or a DNS name");

    internal static string? SchedulerAddress(string text) =>
        IsIpAddress(text) && !IPAddress.Parse(text).Equals(IPAddress.Any) && !IPAddress.Parse(text).Equals(IPAddress.IPv6Any)
            ? null
            : Complaint(text, "one IP address of the scheduler; names, networks and wildcards would let others run the checks");

    internal static string? User(string text) =>
        text.Length is >= 1 and <= 32 && (char.IsAsciiLetterLower(text[0]) || text[0] == '_')
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_') && text != "root"
            ? null
            : Complaint(text, "a user or group other than root: lower-case letters, digits, '-' and '_', the first a letter or '_'");

    internal static string? AbsolutePath(string text) =>
        text.Length is >= 2 and <= LongestText && text[0] == '/'
        && Array.TrueForAll(text[1..].Split('/'), part => part is not ("" or "." or ".."))
        && text.All(c => IsNameCharacter(c) || c is '/' or '+' or ',' or ':' or '=' or '@')
            ? null
            : Complaint(text, "an absolute path of letters, digits and ._-+,:=@ without '.', '..' and empty parts");

    internal static string? FileName(string text) =>
        Name(text) is null ? null : Complaint(text, "the name of a file in the scheduler's plugin folder");

    internal static string? Plugin(string text) =>
        Name(text) is null || AbsolutePath(text) is null ? null : Complaint(text, "the name of a file in the plugin folder, or an absolute path");

    /// <summary>A line as ssh-keygen writes it into a .pub file, without options in front. A private key is not quoted back.</summary>
    internal static string? SshPublicKey(string text)
    {
        string[] words = text.Split(' ');
        bool isKey = words.Length is 2 or 3 && SshKeyNumbers.TryGetValue(words[0], out int numbers) && IsKeyBlob(words[0], words[1], numbers);
        const string Accepted = "TYPE BASE64 [COMMENT] with ssh-ed25519, ecdsa-sha2-nistp256, -384, -521 or ssh-rsa, the one line of the .pub file; comment of letters, digits and ._-@";
        return isKey && words.Skip(2).All(comment => comment.Length is >= 1 and <= LongestName && comment.All(c => IsNameCharacter(c) || c == '@')) ? null
            : text.Contains("PRIVATE", StringComparison.Ordinal) ? $"holds a private key, which belongs nowhere but into the scheduler's identity file; accepted: {Accepted}"
            : Complaint(text, Accepted);
    }

    internal static string? Url(string text) =>
        text.Length <= LongestText && (text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal))
        && !text.EndsWith('/') && Uri.TryCreate(text, UriKind.Absolute, out _)
        && text.All(c => IsNameCharacter(c) || c is '/' or ':' or '~' or '%' or '@' or '+')
            ? null
            : Complaint(text, "an http:// or https:// URL without query, fragment and slash at its end");

    /// <summary>An argument of a command line at the scheduler; it is quoted for the shell and escaped for the object file.</summary>
    internal static string? SchedulerArgument(string text) =>
        text.Length is >= 1 and <= LongestArgument && !text.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
            ? null
            : Complaint(text, $"1 to {LongestArgument} characters without control characters");

    /// <summary>An argument in nrpe.cfg and run-check; it is quoted for the shell, but NRPE's macros cannot be escaped.</summary>
    internal static string? AgentArgument(string text) =>
        SchedulerArgument(text) is null && !text.Contains('$', StringComparison.Ordinal) && text.All(char.IsAscii)
            ? null
            : Complaint(text, $"1 to {LongestArgument} ASCII characters without '$' (NRPE would replace it) and control characters");

    /// <summary>A line of an options file: one verbatim argument, trimmed by its reader, a comment when it begins with <c>#</c>.</summary>
    internal static string? OptionValue(string text) =>
        text.Length >= 1 && text.Trim().Length == text.Length && text[0] != '#' && text != "--"
        && !text.Any(c => char.IsControl(c) || char.IsSurrogate(c))
            ? null
            : Complaint(text, "a value without control characters and without white space at either end, not empty, not '--', no '#' in front");

    /// <summary>What a page says: it leaves the estate for a TOML file and the words of a page, and never for a macro or a command
    /// line.</summary>
    internal static string? StepWords(string text) =>
        IsLine(text, LongestStep) ? Placeholders.Complaint(text, Placeholders.Host, Placeholders.Address)
            : Complaint(text, $"1 to {LongestStep} characters without control characters, no space at either end");

    /// <summary>A part of a plugin's output.</summary>
    internal static string? OutputPart(string text) =>
        IsLine(text, LongestText) ? null : Complaint(text, $"1 to {LongestText} characters of the plugin's output, no space at either end");

    internal static string? RunbookText(string text) =>
        text.Length <= LongestRunbook && !text.Any(c => (char.IsControl(c) && c != '\n') || char.IsSurrogate(c))
            ? null
            : Complaint(text, $"at most {LongestRunbook} characters, lines of text without other control characters");

    /// <summary>Null for one of the names that the file declares in <c>[table.NAME]</c>, else the complaint.</summary>
    internal static string? Declared(string text, IReadOnlyCollection<string> known, string table) =>
        known.Contains(text, StringComparer.Ordinal) ? null
        : known.Count == 0 ? Complaint(text, $"nothing: there is no table [{table}.NAME]")
        : $"given {TomlText.Quoted(text)}; {NearestWord.Hint(text, known)}accepted: {string.Join(", ", known)}";

    /// <summary>Null for one of many names, which are not listed, else the complaint.</summary>
    internal static string? DeclaredHost(string text, IReadOnlyDictionary<string, EstateHost> known) =>
        known.ContainsKey(text) ? null : $"given {TomlText.Quoted(text)}; {NearestWord.Hint(text, known.Keys)}accepted: the name of a table [hosts.NAME]";

    internal static string? ContainerId(string text) =>
        (text.Length is >= 1 and <= 10 && text.All(char.IsAsciiDigit) && text[0] != '0') || Guid.TryParseExact(text, "D", out _)
            ? null
            : Complaint(text, "the CTID of a container: a number such as \"101\", or on OpenVZ 7 a UUID");

    internal static string Complaint(string given, string accepted) => $"given {TomlText.Quoted(given)}; accepted: {accepted}";

    // The blob is its type and then numbers, each behind its length in four bytes.
    private static bool IsKeyBlob(string type, string base64, int numbers)
    {
        byte[] buffer = new byte[base64.Length];
        if (!base64.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=') || !Convert.TryFromBase64String(base64, buffer, out int length))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = buffer.AsSpan(0, length);
        for (int part = 0; part <= numbers; part++)
        {
            uint size = rest.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (size == 0 || size > rest.Length - 4 || (part == 0 && !rest.Slice(4, (int)size).SequenceEqual(Encoding.ASCII.GetBytes(type))))
            {
                return false;
            }

            rest = rest[(4 + (int)size)..];
        }

        return rest.IsEmpty;
    }

    private static bool IsLine(string text, int longest) =>
        text.Length >= 1 && text.Length <= longest && text.Trim().Length == text.Length
        && !text.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029');

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static bool IsIpAddress(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);

    private static bool IsDnsName(string text) =>
        text.Length is >= 1 and <= 253
        && Array.TrueForAll(text.Split('.'), label =>
            label.Length is >= 1 and <= 63 && char.IsAsciiLetterOrDigit(label[0]) && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        && !text.All(c => char.IsAsciiDigit(c) || c == '.');
}
