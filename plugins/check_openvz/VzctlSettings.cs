using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// The settings of a container's config as vzctl reads them, which is not as a shell would. OpenVZ 6: only double quotes quote, up to the
/// last one of the line; nothing is a comment behind a value; the first of two lines with one key counts, the other is "duplicate,
/// ignored". Source: vzctl, src/lib/util.c (parse_line) and config.c (ERR_DUP). OpenVZ 7: both quotes quote, <c>#</c> behind white space
/// begins a comment, and the last line counts. Source: libvzctl, lib/common.c (parse_line, uncommentstr) and lib/config.c (add_conf_data).
/// </summary>
internal sealed class VzctlSettings
{
    private readonly Dictionary<string, List<string>> values = [];
    private readonly Dictionary<string, string> lines = [];
    private readonly bool isVersion7;

    private VzctlSettings(bool isVersion7) => this.isVersion7 = isVersion7;

    /// <summary>Whether the file has no setting at all.</summary>
    internal bool IsEmpty => lines.Count == 0;

    /// <summary>Reads a config.</summary>
    /// <param name="text">The file.</param>
    /// <param name="isVersion7">Whether vzctl of OpenVZ 7 reads it.</param>
    internal static VzctlSettings Parse(ReadOnlySpan<byte> text, bool isVersion7)
    {
        VzctlSettings settings = new(isVersion7);
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            settings.Add(line.Trim());
        }

        return settings;
    }

    /// <summary>A setting's value with <c>$VEID</c> replaced; null when it is not set or empty.</summary>
    internal string? Value(string key, string id = "") => ShellSettings.WithId(The(values.GetValueOrDefault(key)), id);

    /// <summary>The value of a setting that has only these; others are passed over with a warning.</summary>
    /// <returns>Null when it has none of them.</returns>
    internal string? OneOf(string key, params ReadOnlySpan<string> accepted)
    {
        List<string> valid = [];
        foreach (string value in values.GetValueOrDefault(key) ?? [])
        {
            if (accepted.Contains(value))
            {
                valid.Add(value);
            }
            else if (isVersion7)
            {
                valid.Clear();
            }
        }

        return The(valid);
    }

    /// <summary>The line that a person would take for the setting, as it stands in the file; null when there is none.</summary>
    internal string? Line(string key) => lines.GetValueOrDefault(key);

    private string? The(List<string>? all) => all is not { Count: > 0 } ? null : isVersion7 ? all[^1] : all[0];

    private void Add(string written)
    {
        string line = Unescaped(written);
        line = isVersion7 ? WithoutComment(line).TrimEnd() : line;
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || line[0] == '#')
        {
            return;
        }

        string key = line[..equals];
        lines[key.TrimEnd()] = written;
        if ((isVersion7 ? Unquoted7(line[(equals + 1)..]) : Unquoted6(line[(equals + 1)..])) is not { } value)
        {
            return;
        }

        if (!values.TryGetValue(key, out List<string>? all))
        {
            values[key] = all = [];
        }

        all.Add(value);
    }

    /// <summary>Null for a quote that nothing closes: vzctl skips the line.</summary>
    private static string? Unquoted6(string text) =>
        !text.StartsWith('"') ? text
        : text.LastIndexOf('"') is > 0 and var end ? text[1..end]
        : null;

    private static string Unquoted7(string text)
    {
        string open = text.EndsWith('"') || text.EndsWith('\'') ? text[..^1] : text;
        return open.StartsWith('"') || open.StartsWith('\'') ? open[1..] : open;
    }

    /// <summary>A backslash goes, what follows it stays.</summary>
    private static string Unescaped(string text)
    {
        StringBuilder plain = new(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            at += text[at] == '\\' ? 1 : 0;
            plain.Append(at < text.Length ? text[at] : "");
        }

        return plain.ToString();
    }

    private static string WithoutComment(string text)
    {
        char quote = '\0';
        for (int at = 0; at < text.Length; at++)
        {
            char one = text[at];
            if (quote == '\0' && one == '#' && (at == 0 || char.IsWhiteSpace(text[at - 1])))
            {
                return text[..at];
            }

            quote = one == quote ? '\0'
                : quote == '\0' && one is '"' or '\'' ? one
                : quote;
        }

        return text;
    }
}
