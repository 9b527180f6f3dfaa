using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Settings in the shell syntax of /etc/vz/vz.conf: <c>KEY="value"</c>, with <c>$VEID</c> in values. Nothing else of the shell is obeyed.
/// </summary>
internal sealed class ShellSettings
{
    private readonly Dictionary<string, string> values = [];

    /// <summary>Reads a file: the last of two lines with one key counts.</summary>
    internal static ShellSettings Parse(ReadOnlySpan<byte> text)
    {
        ShellSettings settings = new();
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            string setting = line.Trim();
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && setting[0] != '#')
            {
                settings.values[setting[..equals].TrimEnd()] = Unquoted(setting[(equals + 1)..].TrimStart());
            }
        }

        return settings;
    }

    /// <summary>A setting's value with <c>$VEID</c> replaced; null when it is not set or empty.</summary>
    internal string? Value(string key, string id = "") => WithId(values.GetValueOrDefault(key), id);

    /// <summary>A value with <c>$VEID</c> replaced; null for an empty one.</summary>
    internal static string? WithId(string? value, string id) => value is { Length: > 0 }
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

    /// <summary>Whether its config has a NAME, so that it is not known by its host name.</summary>
    internal bool HasOwnName { get; private init; }

    /// <summary>
    /// Whether ONBOOT says neither yes nor no: vz then starts at boot what ran before it. Source: vzctl, etc/init.d/vz-redhat.in.
    /// </summary>
    internal bool IsBootUnset { get; init; }

    /// <summary>The line of ONBOOT that vzctl passes over, as it stands in the file; null when it reads it, or there is none.</summary>
    internal string? UnreadOnBoot { get; private init; }

    /// <summary>Whether its id is a UUID.</summary>
    internal bool IsOfVersion7 => ContainerId.IsOfVersion7(Id);

    /// <summary>
    /// Whose config a file is; null for files that are none of a container, by the rule of vzlist: <c>ve-basic.conf</c>,
    /// <c>101.conf.destroyed</c>, <c>0.conf</c>.
    /// </summary>
    internal static string? IdOf(string path)
    {
        const string Extension = ".conf";
        string file = path[(path.LastIndexOf('/') + 1)..];
        string id = file.EndsWith(Extension, StringComparison.Ordinal) ? file[..^Extension.Length] : "";
        return ContainerId.IsOne(id) ? id : null;
    }

    /// <summary>Reads a config; null for files that are none of a container.</summary>
    internal static ContainerConfig? Parse(string path, ReadOnlySpan<byte> text, ShellSettings node)
    {
        if (IdOf(path) is not { } id)
        {
            return null;
        }

        VzctlSettings own = VzctlSettings.Parse(text, ContainerId.IsOfVersion7(id));
        string Setting(string key, string otherwise) => own.Value(key, id) ?? node.Value(key, id) ?? otherwise;
        string? name = own.Value("NAME");
        string? onBoot = own.OneOf("ONBOOT", "yes", "no", "auto");
        bool isDisabled = own.OneOf("DISABLED", "yes", "no") is "yes";
        return new ContainerConfig(
            id,
            name ?? own.Value("HOSTNAME"),
            onBoot is "yes" or "auto" && !isDisabled,
            Setting("VE_ROOT", $"/vz/root/{id}"),
            Setting("VE_PRIVATE", $"/vz/private/{id}"))
        {
            IsEmpty = own.IsEmpty,
            HasOwnName = name is not null,
            IsBootUnset = onBoot is null && !isDisabled,
            UnreadOnBoot = onBoot is null && !isDisabled && own.Line("ONBOOT") is { } line && !IsBlank(line) ? line : null,
        };
    }

    private static bool IsBlank(string line) =>
        line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"', '\'', ' ', '\t').Length == 0;
}

/// <summary>Ids of containers: numbers on OpenVZ 6, UUIDs on OpenVZ 7; 0 is the node itself.</summary>
internal static class ContainerId
{
    private const int UuidLength = 36;

    /// <summary>Numbers by value, then UUIDs by letters.</summary>
    internal static readonly Comparer<string> InOrder = Comparer<string>.Create(Compare);

    internal static bool IsOne(string text) =>
        text.Length is > 0 and <= 10 && text.All(char.IsAsciiDigit) ? text.Trim('0').Length > 0
        : IsOfVersion7(text) && text.All(c => char.IsAsciiHexDigit(c) || c == '-');

    /// <summary>Whether an id is a UUID.</summary>
    internal static bool IsOfVersion7(string id) => id.Length == UuidLength;

    private static int Compare(string one, string other) =>
        long.TryParse(one, out long first) && long.TryParse(other, out long second) ? first.CompareTo(second)
        : one.Length != other.Length ? one.Length.CompareTo(other.Length)
        : string.CompareOrdinal(one, other);
}
