using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Settings in the shell syntax of /etc/vz/vz.conf and of container configs: <c>KEY="value"</c>, with <c>$VEID</c> in values. Nothing else
/// of the shell is obeyed.
/// </summary>
internal sealed class ShellSettings
{
    private readonly Dictionary<string, string> values = [];

    /// <summary>Reads a file that the shell reads: the last of two lines with one key counts.</summary>
    internal static ShellSettings Parse(ReadOnlySpan<byte> text) => Parse(text, static (values, key, value) => values[key] = value);

    /// <summary>
    /// Reads a file that vzctl reads: the first of two lines with one key counts, the other is "duplicate, ignored". Source: vzctl,
    /// src/lib/config.c, ERR_DUP.
    /// </summary>
    internal static ShellSettings ParseConfig(ReadOnlySpan<byte> text) =>
        Parse(text, static (values, key, value) => values.TryAdd(key, value));

    private static ShellSettings Parse(ReadOnlySpan<byte> text, Action<Dictionary<string, string>, string, string> add)
    {
        ShellSettings settings = new();
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            string setting = line.Trim();
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && setting[0] != '#')
            {
                add(settings.values, setting[..equals].TrimEnd(), Unquoted(setting[(equals + 1)..].TrimStart()));
            }
        }

        return settings;
    }

    /// <summary>Whether the file has no setting at all.</summary>
    internal bool IsEmpty => values.Count == 0;

    /// <summary>A setting's value with <c>$VEID</c> replaced; null when it is not set or empty.</summary>
    internal string? Value(string key, string id = "") =>
        values.GetValueOrDefault(key) is { Length: > 0 } value
            ? value.Replace("${VEID}", id, StringComparison.Ordinal).Replace("$VEID", id, StringComparison.Ordinal)
            : null;

    private static string Unquoted(string text)
    {
        if (text.Length > 0 && text[0] is '"' or '\'')
        {
            int end = text.IndexOf(text[0], 1);
            return end < 0 ? text[1..] : text[1..end];
        }

        int comment = text.IndexOf(" #", StringComparison.Ordinal);
        return (comment < 0 ? text : text[..comment]).TrimEnd();
    }
}

/// <summary>What the node knows of one container from its config.</summary>
/// <param name="Id">The number of OpenVZ 6, or the UUID of OpenVZ 7.</param>
/// <param name="Name">Its name, else its host name; null when it has neither.</param>
/// <param name="StartsOnBoot">ONBOOT is yes or auto, and DISABLED is not yes.</param>
/// <param name="Root">Where its files appear while it is mounted.</param>
/// <param name="Private">Where its files are kept.</param>
internal sealed record ContainerConfig(string Id, string? Name, bool StartsOnBoot, string Root, string Private)
{
    internal const string Folder = "/etc/vz/conf";

    /// <summary>Whether it has no setting at all: the file was cut, mostly by a loss of power.</summary>
    internal bool IsEmpty { get; private init; }

    /// <summary>Whether its id is a UUID.</summary>
    internal bool IsOfVersion7 => ContainerId.IsOfVersion7(Id);

    /// <summary>
    /// Reads a config; null for files that are none of a container, by the rule of vzlist: <c>ve-basic.conf</c>, <c>101.conf.destroyed</c>,
    /// <c>0.conf</c>.
    /// </summary>
    internal static ContainerConfig? Parse(string path, ReadOnlySpan<byte> text, ShellSettings node)
    {
        const string Extension = ".conf";
        string file = path[(path.LastIndexOf('/') + 1)..];
        string id = file.EndsWith(Extension, StringComparison.Ordinal) ? file[..^Extension.Length] : "";
        if (!ContainerId.IsOne(id))
        {
            return null;
        }

        ShellSettings own = ShellSettings.ParseConfig(text);
        string Setting(string key, string otherwise) => own.Value(key, id) ?? node.Value(key, id) ?? otherwise;
        return new ContainerConfig(
            id,
            own.Value("NAME") ?? own.Value("HOSTNAME"),
            own.Value("ONBOOT") is "yes" or "auto" && own.Value("DISABLED") is not "yes",
            Setting("VE_ROOT", $"/vz/root/{id}"),
            Setting("VE_PRIVATE", $"/vz/private/{id}"))
        {
            IsEmpty = own.IsEmpty,
        };
    }
}

/// <summary>Ids of containers: numbers on OpenVZ 6, UUIDs on OpenVZ 7; 0 is the node itself.</summary>
internal static class ContainerId
{
    private const int UuidLength = 36;

    internal static bool IsOne(string text) =>
        text.Length is > 0 and <= 10 && text.All(char.IsAsciiDigit) ? text.Trim('0').Length > 0
        : IsOfVersion7(text) && text.All(c => char.IsAsciiHexDigit(c) || c == '-');

    /// <summary>Whether an id is a UUID.</summary>
    internal static bool IsOfVersion7(string id) => id.Length == UuidLength;

    /// <summary>Numbers by value, then UUIDs by letters.</summary>
    internal static int Compare(string one, string other) =>
        long.TryParse(one, out long first) && long.TryParse(other, out long second) ? first.CompareTo(second)
        : one.Length != other.Length ? one.Length.CompareTo(other.Length)
        : string.CompareOrdinal(one, other);
}
