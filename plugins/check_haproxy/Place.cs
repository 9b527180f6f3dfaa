using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Where a HAProxy runs: on this machine, or in an OpenVZ container whose files this node sees below /vz/root.</summary>
/// <param name="Container">The container's id or name; null for this machine.</param>
internal sealed record Place(string? Container)
{
    internal static readonly Place Here = new(Container: null);

    private const string Roots = "/vz/root/";

    /// <summary>The folder in which the container's paths begin; null for this machine.</summary>
    internal string? Root => Container is null ? null : Roots + Container;

    /// <summary>" in container 101", or nothing.</summary>
    internal string Spoken => Container is null ? "" : $" in container {Container}";

    /// <summary>The place of a path: /vz/root/101/run/haproxy.sock lies in container 101.</summary>
    internal static Place Of(string? path)
    {
        if (path is null || !path.StartsWith(Roots, StringComparison.Ordinal))
        {
            return Here;
        }

        string container = path[Roots.Length..].Split('/', 2)[0];
        bool isName = container.Length > 0 && container[0] is not ('.' or '-')
            && container.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        return isName && path.Length > Roots.Length + container.Length ? new Place(container) : Here;
    }

    /// <summary>The place of several paths: this machine, the one container that they all lie in, or "CTID" for several.</summary>
    internal static Place OfAll(IEnumerable<string> paths)
    {
        Place[] places = [.. paths.Select(Of).Distinct()];
        return places.Length == 0 || places.Contains(Here) ? Here : places.Length == 1 ? places[0] : new Place("CTID");
    }

    /// <summary>The path as this machine sees it, of one that stands in a configuration there.</summary>
    internal string Seen(string path) => Root + path;

    /// <summary>The path as it stands in a configuration there, of one that this machine sees.</summary>
    internal string Inside(string path) => path[(Root?.Length ?? 0)..];

    /// <summary>A command as it is given on this machine.</summary>
    internal string Command(string command) => Container is null ? command : $"vzctl exec {Container} {command}";

    /// <summary>A kind whose commands are given on this machine, where they are meant for this place.</summary>
    internal HeadlineKind In(HeadlineKind kind) => Container is null ? kind : kind with
    {
        FirstStep = kind.FirstStep
            .Replace("service haproxy", Command("service haproxy"), StringComparison.Ordinal)
            .Replace("haproxy -c", Command("haproxy -c"), StringComparison.Ordinal)
            .Replace(" /var/log/", $" {Root}/var/log/", StringComparison.Ordinal)
            .Replace(" /etc/haproxy/haproxy.cfg:", $" {Root}/etc/haproxy/haproxy.cfg:", StringComparison.Ordinal)
            .Replace("CTID", Container, StringComparison.Ordinal),
    };
}
