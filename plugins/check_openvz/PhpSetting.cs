using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>The zone that one PHP of a container means: a web server's, that of the command line, or a pool of PHP-FPM.</summary>
/// <param name="Php">Which, for people, in words that are ours: "PHP", "PHP (cli)".</param>
/// <param name="Where">What sets it: "php.ini", "a file in php.d".</param>
/// <param name="Zone">The name of the zone, as it stands there.</param>
/// <param name="Modified">When the file that sets it was last written, or a link to it made; seconds since 1970.</param>
internal sealed record PhpSetting(string Php, string Where, string Zone, long Modified);

/// <summary>A file of PHP's settings.</summary>
/// <param name="Path">Its path inside the container.</param>
/// <param name="Zone">What its last line for a zone says; empty for a line that takes the zone back, null without a line.</param>
/// <param name="Modified">When it was last written; seconds since 1970.</param>
internal sealed record PhpFile(string Path, string? Zone, long Modified);

/// <summary>
/// Which files set the zone of which PHP. Each reads one php.ini and then the files of its scan folder, in the order of their names: the
/// last line counts. Red Hat's kin have one folder for all, and php-cli.ini in place of php.ini where that stands; Debian has a folder for
/// each version and kind of PHP. A pool of PHP-FPM may set it again. Source: main/php_ini.c of PHP, php_init_config.
/// </summary>
internal static class PhpSettings
{
    /// <summary>The text without which a line sets no zone.</summary>
    internal const string Key = "date.timezone";

    private const string Ini = "php.ini";

    private static readonly string[] Kinds = ["cli", "fpm", "cgi", "apache2", "embed"];

    /// <summary>Where PHP's settings stand in a container.</summary>
    internal static readonly string[] Patterns =
    [
        "/etc/php.ini", "/etc/php-*.ini", "/etc/php.d/*.ini", "/etc/php-fpm.d/*.conf", "/etc/php5/*/php.ini", "/etc/php5/*/conf.d/*.ini",
        "/etc/php5/fpm/pool.d/*.conf", "/etc/php/*/*/php.ini", "/etc/php/*/*/conf.d/*.ini", "/etc/php/*/fpm/pool.d/*.conf",
    ];

    /// <summary>Reads the lines of a file that hold <see cref="Key"/>: <c>date.timezone = "America/New_York" ; a comment</c>.</summary>
    /// <returns>The zone; empty for a line without one, null without a line.</returns>
    internal static string? ZoneOf(ReadOnlySpan<byte> lines)
    {
        string? zone = null;
        foreach (string line in Encoding.UTF8.GetString(lines).Split('\n'))
        {
            string[] parts = line.Split('=', 2);
            if (parts.Length == 2 && parts[0].Trim() is Key or $"php_value[{Key}]" or $"php_admin_value[{Key}]")
            {
                zone = parts[1].Split(';')[0].Trim().Trim('"', '\'');
            }
        }

        return zone;
    }

    /// <summary>The zone of every PHP that some file sets one for.</summary>
    /// <param name="files">All files of a container that were found.</param>
    internal static IReadOnlyList<PhpSetting> Of(IReadOnlyList<PhpFile> files)
    {
        List<PhpSetting> settings = [];
        foreach (PhpFile pool in files.Where(IsPool).Where(pool => pool.Zone is { Length: > 0 }))
        {
            settings.Add(new PhpSetting("PHP (fpm)", "a pool of PHP-FPM", pool.Zone!, pool.Modified));
        }

        foreach (string folder in files.Where(file => !IsPool(file)).Select(FolderOf).Distinct())
        {
            PhpFile[] own = [.. files.Where(file => !IsPool(file) && FolderOf(file) == folder)];
            PhpFile[] scanned = [.. own.Where(IsScanned).OrderBy(file => file.Path, StringComparer.Ordinal)];
            PhpFile[] bases = [.. own.Where(file => !IsScanned(file))];
            foreach (PhpFile? first in bases.Length == 0 ? new PhpFile?[1] : bases)
            {
                if (scanned.Prepend(first).LastOrDefault(file => file?.Zone is not null) is { Zone.Length: > 0 } last)
                {
                    string where = last == first ? NameOf(last.Path) : $"a file in {(folder == "/etc" ? "php.d" : "conf.d")}";
                    settings.Add(new PhpSetting(PhpOf(folder, first), where, last.Zone, last.Modified));
                }
            }
        }

        return settings;
    }

    private static bool IsPool(PhpFile file) => file.Path.EndsWith(".conf", StringComparison.Ordinal);

    private static bool IsScanned(PhpFile file) =>
        file.Path.StartsWith("/etc/php.d/", StringComparison.Ordinal) || file.Path.Contains("/conf.d/", StringComparison.Ordinal);

    /// <summary>The folder of the php.ini that a file belongs to.</summary>
    private static string FolderOf(PhpFile file)
    {
        string folder = file.Path[..file.Path.LastIndexOf('/')];
        return IsScanned(file) ? folder[..folder.LastIndexOf('/')] : folder;
    }

    private static string NameOf(string path) =>
        path[(path.LastIndexOf('/') + 1)..] is "php-cli.ini" or "php-fpm-fcgi.ini" ? path["/etc/".Length..] : Ini;

    /// <summary>Names of folders are the container's own: only those that PHP itself gives are printed.</summary>
    private static string PhpOf(string folder, PhpFile? first)
    {
        string kind = first?.Path.StartsWith("/etc/php-cli", StringComparison.Ordinal) == true ? "cli"
            : first?.Path.StartsWith("/etc/php-fpm", StringComparison.Ordinal) == true ? "fpm"
            : folder[(folder.LastIndexOf('/') + 1)..];
        return Kinds.Contains(kind) ? $"PHP ({kind})" : "PHP";
    }
}
