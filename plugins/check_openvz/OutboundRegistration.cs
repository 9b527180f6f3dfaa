using System.Globalization;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>One registration of an Asterisk with a provider: its trunk to the session border controller.</summary>
/// <param name="Name">USER@HOST:PORT, or the name of the section in pjsip.conf; as far as the console prints it.</param>
/// <param name="State">The console's word: "Registered", "Request Sent", "Rejected".</param>
internal sealed record OutboundRegistration(string Name, string State)
{
    private const string Well = "Registered";
    private const int LongestName = 64;

    private static readonly string[] PjsipStates = [Well, "Unregistered", "Rejected"];

    /// <summary>Whether the provider knows the Asterisk.</summary>
    internal bool IsRegistered => State == Well;

    /// <summary>
    /// Reads the answer to <c>sip show registry</c>. Columns are cut at their width, and the host column was 30 wide before 1.8 and is 39
    /// now, so each begins where its title does:
    /// <code>
    /// Host                                    dnsmgr Username       Refresh State                Reg.Time
    /// sbc1.example:5060                       N      acme               105 Registered           Mon, 30 Nov 2026 14:20:01
    /// 1 SIP registrations.
    /// </code>
    /// Source: channels/chan_sip.c, sip_show_registry, of 1.8 to 16.
    /// </summary>
    /// <returns>Null when the lines hold no such table, or rows and total differ.</returns>
    internal static IReadOnlyList<OutboundRegistration>? ParseSip(IReadOnlyList<string> lines)
    {
        int head = Find(lines, line => line.StartsWith("Host ", StringComparison.Ordinal)
            && line.Contains("Reg.Time", StringComparison.Ordinal));
        int end = Find(lines, line => line.EndsWith(" SIP registrations.", StringComparison.Ordinal));
        if (head < 0 || end < head)
        {
            return null;
        }

        string titles = lines[head];
        int manager = titles.IndexOf("dnsmgr", StringComparison.Ordinal);
        int user = titles.IndexOf("Username", StringComparison.Ordinal);
        int refresh = titles.IndexOf("Refresh", StringComparison.Ordinal);
        int state = titles.IndexOf("State", StringComparison.Ordinal);
        int time = titles.IndexOf("Reg.Time", StringComparison.Ordinal);
        List<OutboundRegistration> found = [];
        foreach (string row in lines.Skip(head + 1).Take(end - head - 1).Where(row => row.Length > state))
        {
            string host = row[..(manager < 0 ? user : manager)].Trim();
            string name = row[user..Math.Min(refresh, user + 12)].Trim();
            found.Add(new OutboundRegistration(Cut($"{name}@{host}"), row[state..Math.Min(time, row.Length)].Trim()));
        }

        return Whole(found, lines[end].Split(' ')[0]);
    }

    /// <summary>
    /// Reads the answer to <c>pjsip show registrations</c>: name and URI fill one column and are cut, the name of the authentication is as
    /// long as it likes, and the state is the last word before when it expires:
    /// <code>
    ///  &lt;Registration/ServerURI..............................&gt;  &lt;Auth....................&gt;  &lt;Status.......&gt;
    /// ==========================================================================================
    ///
    ///  acme/sip:sbc1.example:5060                              acme                        Registered        (exp. 105s)
    ///
    /// Objects found: 1
    /// </code>
    /// Source: res/res_pjsip_outbound_registration.c, cli_print_body, of 13, 16 and the newest; none is <c>No objects found.</c>
    /// </summary>
    /// <returns>Null when the lines hold no such table, or rows and total differ.</returns>
    internal static IReadOnlyList<OutboundRegistration>? ParsePjsip(IReadOnlyList<string> lines)
    {
        const string Total = "Objects found: ";
        if (lines.Contains("No objects found."))
        {
            return [];
        }

        int head = Find(lines, line => line.StartsWith(" <Registration/ServerURI", StringComparison.Ordinal));
        int end = Find(lines, line => line.StartsWith(Total, StringComparison.Ordinal));
        if (head < 0 || end < head)
        {
            return null;
        }

        List<OutboundRegistration> found = [];
        foreach (string row in lines.Skip(head + 1).Take(end - head - 1))
        {
            string[] words = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && Array.FindLast(words, PjsipStates.Contains) is { } state)
            {
                found.Add(new OutboundRegistration(Cut(words[0].Split('/')[0]), state));
            }
        }

        return Whole(found, lines[end][Total.Length..]);
    }

    private static List<OutboundRegistration>? Whole(List<OutboundRegistration> found, string total) =>
        total.Trim() == found.Count.ToString(CultureInfo.InvariantCulture) ? found : null;

    private static int Find(IReadOnlyList<string> lines, Predicate<string> wanted)
    {
        for (int index = 0; index < lines.Count; index++)
        {
            if (wanted(lines[index]))
            {
                return index;
            }
        }

        return -1;
    }

    private static string Cut(string name) => name.Length <= LongestName ? name : name[..LongestName];
}
