namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Which hosts and services notify our contact, from Nagios' objects.cache: blocks of <c>define kind {</c> with a key and a value on each line,
/// everything inherited already.
/// </summary>
internal sealed class ContactObjects
{
    private readonly HashSet<(string Host, string Service)> ours = [];

    /// <summary>Reads the file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="contact">The contact's name.</param>
    /// <param name="isWanted">Whether a host and service (empty for the host itself) will be asked for.</param>
    public static ContactObjects Parse(Stream stream, string contact, Func<string, string, bool> isWanted)
    {
        var groups = new HashSet<string>(StringComparer.Ordinal);
        var byGroup = new List<(string Host, string Service, string[] Groups)>();
        var objects = new ContactObjects();
        var blocks = new BlockReader(stream);
        while (blocks.Read())
        {
            switch (blocks.Kind)
            {
                case "define contactgroup" when Names(blocks, "members"u8).Contains(contact, StringComparer.Ordinal):
                    groups.Add(blocks.Text("contactgroup_name"u8));
                    break;
                case "define host" or "define service":
                    string host = blocks.Text("host_name"u8);
                    string service = blocks.Text("service_description"u8);
                    if (!isWanted(host, service))
                    {
                        break;
                    }

                    if (Names(blocks, "contacts"u8).Contains(contact, StringComparer.Ordinal))
                    {
                        objects.ours.Add((host, service));
                    }

                    byGroup.Add((host, service, Names(blocks, "contact_groups"u8)));
                    break;
            }
        }

        // A group may come after what names it.
        objects.ours.UnionWith(byGroup.Where(one => one.Groups.Any(groups.Contains)).Select(one => (one.Host, one.Service)));
        return objects;
    }

    public bool Holds(string host, string service) => ours.Contains((host, service));

    private static string[] Names(BlockReader block, ReadOnlySpan<byte> key) =>
        block.Text(key).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
