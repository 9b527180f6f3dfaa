using System.Net;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Addresses that no host of a real estate has: those that reach nobody, everybody or only the machine itself, and those that documents
/// use. An example or a lab (<c>site.example = true</c>) may have loopback and documentation addresses.
/// </summary>
internal static class ReservedAddresses
{
    private const string Loopback = "a loopback address";
    private const string Documentation = "an address for documentation";

    private static readonly (IPNetwork Network, string Kind, string Source)[] Kinds =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "an unspecified address", "RFC 1122"),
        (IPNetwork.Parse("127.0.0.0/8"), Loopback, "RFC 1122"),
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local address", "RFC 3927"),
        (IPNetwork.Parse("192.0.2.0/24"), Documentation, "RFC 5737"),
        (IPNetwork.Parse("198.51.100.0/24"), Documentation, "RFC 5737"),
        (IPNetwork.Parse("203.0.113.0/24"), Documentation, "RFC 5737"),
        (IPNetwork.Parse("224.0.0.0/4"), "a multicast address", "RFC 5771"),
        (IPNetwork.Parse("255.255.255.255/32"), "the broadcast address", "RFC 919"),
        (IPNetwork.Parse("240.0.0.0/4"), "a reserved address", "RFC 1112"),
        (IPNetwork.Parse("::/128"), "the unspecified address", "RFC 4291"),
        (IPNetwork.Parse("::1/128"), Loopback, "RFC 4291"),
        (IPNetwork.Parse("fe80::/10"), "a link-local address", "RFC 4291"),
        (IPNetwork.Parse("ff00::/8"), "a multicast address", "RFC 4291"),
        (IPNetwork.Parse("2001:db8::/32"), Documentation, "RFC 3849"),
        (IPNetwork.Parse("3fff::/20"), Documentation, "RFC 9637"),
    ];

    private static readonly (string Domain, string Kind)[] Domains =
    [
        ("localhost", "a loopback name"),
        ("example", "a name for documentation"),
        ("example.com", "a name for documentation"),
        ("example.net", "a name for documentation"),
        ("example.org", "a name for documentation"),
        ("invalid", "a name that never exists"),
    ];

    /// <summary>Null for an address or name that a host can have, else the complaint.</summary>
    /// <param name="text">A sound IP address or DNS name.</param>
    /// <param name="isExample">Whether the estate is an example or a lab.</param>
    internal static string? Complaint(string text, bool isExample)
    {
        (string kind, string source) = IPAddress.TryParse(text, out IPAddress? address) ? OfAddress(address) : OfName(text);
        bool isPlaceholder = kind is Loopback or Documentation || source == NamesSource;
        return kind.Length == 0 || (isExample && isPlaceholder) ? null
            : $"given {TomlText.Quoted(text)}, {kind} ({source}); accepted: an address or a DNS name of this one machine"
                + (isPlaceholder ? "; an example or a lab says so with site.example = true" : "");
    }

    private const string NamesSource = "RFC 6761";

    private static (string Kind, string Source) OfAddress(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        (IPNetwork _, string? kind, string? source) = Array.Find(Kinds, known => known.Network.Contains(plain));
        return (kind ?? "", source ?? "");
    }

    private static (string Kind, string Source) OfName(string name) =>
        (Array.Find(Domains, known => name.Equals(known.Domain, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith($".{known.Domain}", StringComparison.OrdinalIgnoreCase)).Kind ?? "", NamesSource);
}
