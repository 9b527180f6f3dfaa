namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Which hosts and services notify our contact, from Nagios' objects.cache: blocks of <c>define kind {</c> with a key and a value on each line,
/// everything inherited already.
/// </summary>
internal sealed class ContactObjects
{
    private readonly HashSet<(string Host, string Service)> ours = [];

    /// <summary>Reads the file.</summary>
    public static ContactObjects Parse(TextReader reader, string contact)
    {
        var definitions = new List<(string Kind, Dictionary<string, string> Values)>();
        Dictionary<string, string>? open = null;
        var kind = "";
        while (reader.ReadLine() is { } line)
        {
            string text = line.Trim();
            if (open is null)
            {
                if (text.StartsWith("define ", StringComparison.Ordinal) && text.EndsWith('{'))
                {
                    kind = text["define ".Length..^1].Trim();
                    open = new Dictionary<string, string>(StringComparer.Ordinal);
                }
            }
            else if (text == "}")
            {
                definitions.Add((kind, open));
                open = null;
            }
            else
            {
                string[] parts = text.Split([' ', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                if (parts.Length == 2)
                {
                    open[parts[0]] = parts[1];
                }
            }
        }

        HashSet<string> groups = [.. definitions.Where(one => one.Kind == "contactgroup" && Names(one.Values, "members").Contains(contact, StringComparer.Ordinal))
            .Select(one => one.Values.GetValueOrDefault("contactgroup_name", ""))];
        var objects = new ContactObjects();
        foreach ((string _, Dictionary<string, string> values) in definitions.Where(one => one.Kind is "host" or "service"))
        {
            if (Names(values, "contacts").Contains(contact, StringComparer.Ordinal) || Names(values, "contact_groups").Any(groups.Contains))
            {
                objects.ours.Add((values.GetValueOrDefault("host_name", ""), values.GetValueOrDefault("service_description", "")));
            }
        }

        return objects;
    }

    public bool Holds(string host, string service) => ours.Contains((host, service));

    private static string[] Names(Dictionary<string, string> values, string key) =>
        values.GetValueOrDefault(key, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
