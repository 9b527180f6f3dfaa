using System.Text;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// What a haproxy.cfg says of stats sockets and certificates, and nothing else of it: it holds passwords, and what a probe reads can be
/// recorded. A line a finding: <c>socket ADDRESS</c>, <c>crt PATH</c>.
/// </summary>
/// <param name="Sockets">As <c>--socket</c> takes them: absolute paths, HOST:PORT.</param>
/// <param name="Certificates">Files and folders that are loaded, absolute.</param>
internal sealed record Configuration(IReadOnlyList<string> Sockets, IReadOnlyList<string> Certificates)
{
    private const string SocketWord = "socket ", CertificateWord = "crt ";

    /// <summary>Describes a file.</summary>
    internal static string Describe(ReadOnlySpan<byte> file)
    {
        StringBuilder description = new();
        string folder = "";
        foreach (string line in Encoding.UTF8.GetString(file).Split('\n'))
        {
            string[] words = Words(line);
            if (words is ["stats", "socket", var address, ..] && SocketOf(address) is { } socket)
            {
                description.Append(SocketWord).Append(socket).Append('\n');
            }
            else if (words is ["crt-base", var path, ..])
            {
                folder = path.TrimEnd('/') + "/";
            }

            for (int index = 1; index + 1 < words.Length; index++)
            {
                string loaded = words[index + 1].StartsWith('/') ? words[index + 1] : folder + words[index + 1];
                if (words[index] == "crt" && IsPlain(loaded))
                {
                    description.Append(CertificateWord).Append(loaded).Append('\n');
                }
            }
        }

        return description.ToString();
    }

    /// <summary>Reads a description; lines of another form are passed over.</summary>
    internal static Configuration Parse(ReadOnlySpan<byte> description)
    {
        string[] lines = Encoding.UTF8.GetString(description).Split('\n');
        string[] Of(string word) =>
        [
            .. lines.Where(line => line.StartsWith(word, StringComparison.Ordinal)).Select(line => line[word.Length..])
                .Where(IsPlain).Distinct(),
        ];
        return new Configuration(Of(SocketWord), Of(CertificateWord));
    }

    /// <summary>Whether a text from a configuration or a command line may stand in a sentence and in a cure.</summary>
    internal static bool IsPlain(string text) =>
        text.Length is > 1 and < 200 && text[0] != '-'
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or '[' or ']');

    /// <summary>An address of <c>stats socket</c> as this check asks it; null for what it cannot ask.</summary>
    private static string? SocketOf(string address)
    {
        int at = address.IndexOf('@', StringComparison.Ordinal);
        string prefix = at < 0 ? "" : address[..at];
        string rest = address[(at + 1)..];
        string local = rest.StartsWith(':') || rest.StartsWith('*') ? "127.0.0.1" + rest.TrimStart('*') : rest;
        bool isAsked = prefix is "" or "unix" or "ipv4" or "ipv6" && IsPlain(local);
        return isAsked ? Probes.SocketAddress.TryParse(local)?.ToString() : null;
    }

    /// <summary>Words between blanks; quotes join them, a backslash takes the next character as it is, # begins a comment.</summary>
    private static string[] Words(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool isWord = false;
        char quote = '\0';
        for (int index = 0; index < line.Length; index++)
        {
            char letter = line[index];
            if (letter == '\\' && quote != '\'' && index + 1 < line.Length)
            {
                word.Append(line[++index]);
                isWord = true;
            }
            else if (quote != '\0' ? letter == quote : letter is '"' or '\'')
            {
                quote = quote == '\0' ? letter : '\0';
                isWord = true;
            }
            else if (quote == '\0' && (char.IsWhiteSpace(letter) || letter == '#'))
            {
                Take();
                if (letter == '#')
                {
                    break;
                }
            }
            else
            {
                word.Append(letter);
                isWord = true;
            }
        }

        Take();
        return [.. words];

        void Take()
        {
            if (isWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isWord = false;
        }
    }
}
