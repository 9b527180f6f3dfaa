using System.Globalization;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// The answer to <c>list_active_clients</c>: the remote sensors that are connected now. Told on the UNIX socket and on managers without AES
/// only; elsewhere the answer is <c>need aes!</c>.
/// </summary>
internal static class ActiveClients
{
    private const string Label = "\"sensor_id\":";

    /// <summary>Numbers of the connected sensors; null when this manager does not tell.</summary>
    internal static IReadOnlySet<long>? Parse(string answer)
    {
        string text = answer.Trim();
        if (!text.StartsWith("{\"count\":", StringComparison.Ordinal) || !text.EndsWith('}'))
        {
            return null;
        }

        HashSet<long> connected = [];
        for (int at = text.IndexOf(Label, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Label, at + 1, StringComparison.Ordinal))
        {
            string rest = text[(at + Label.Length)..].TrimStart(' ', '"');
            int end = 0;
            while (end < rest.Length && char.IsAsciiDigit(rest[end]))
            {
                end++;
            }

            if (long.TryParse(rest.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out long sensor))
            {
                connected.Add(sensor);
            }
        }

        return connected;
    }
}
