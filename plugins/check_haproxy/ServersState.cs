using System.Text;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Who took a server out of rotation.</summary>
internal enum SetAsideBy
{
    /// <summary>HAProxy did not tell.</summary>
    Untold,

    /// <summary>Somebody, at run time: the stats socket, the stats page, an agent.</summary>
    Operator,

    /// <summary>haproxy.cfg: <c>disabled</c>, or weight 0.</summary>
    Configuration,

    /// <summary>Its name does not resolve.</summary>
    Resolution,

    /// <summary>It follows another server (<c>track</c>), which is judged itself.</summary>
    Tracked,
}

/// <summary>
/// The answer to <c>show servers state</c>, which tells apart who set a server aside; <c>show stat</c> does not. Source: HAProxy management
/// guide, 9.3 (<c>srv_admin_state</c> is a mask, <c>srv_uweight</c> the weight now, <c>srv_iweight</c> that of haproxy.cfg).
/// </summary>
internal sealed class ServersState
{
    internal const string Command = "show servers state";

    private const int ForcedMaintenance = 0x01, InheritedMaintenance = 0x02, ConfiguredMaintenance = 0x04, ForcedDrain = 0x08, InheritedDrain = 0x10;
    private const int ResolutionMaintenance = 0x20;

    private readonly Dictionary<(string Proxy, string Server), SetAsideBy> by = [];

    /// <summary>Reads the answer.</summary>
    /// <returns>Null when it is an error, of another form, or cut: then nobody is blamed.</returns>
    internal static ServersState? Parse(ReadOnlySpan<byte> answer)
    {
        string[] lines = Encoding.UTF8.GetString(answer).Split('\n');
        int end = Array.IndexOf(lines, "");
        if (end < 2 || lines[0] != "1" || !lines[1].StartsWith("# ", StringComparison.Ordinal))
        {
            return null;
        }

        string[] columns = lines[1][2..].Split(' ');
        int proxy = Array.IndexOf(columns, "be_name"), server = Array.IndexOf(columns, "srv_name"), admin = Array.IndexOf(columns, "srv_admin_state");
        int weight = Array.IndexOf(columns, "srv_uweight"), configuredWeight = Array.IndexOf(columns, "srv_iweight");
        if (new[] { proxy, server, admin, weight, configuredWeight }.Min() < 0)
        {
            return null;
        }

        ServersState state = new();
        foreach (string line in lines[2..end])
        {
            string[] fields = line.Split(' ');
            if (fields.Length < columns.Length || !int.TryParse(fields[admin], out int mask))
            {
                return null;
            }

            state.by[(fields[proxy], fields[server])] = Judge(mask, isWeightless: fields[weight] == "0", isConfiguredWeightless: fields[configuredWeight] == "0");
        }

        return state;
    }

    /// <summary>Who set the server aside; what nobody did is <see cref="SetAsideBy.Untold"/>.</summary>
    internal SetAsideBy By(ProxyRow server) => by.GetValueOrDefault((server.Proxy, server.Name));

    /// <summary>
    /// A server that haproxy.cfg disables carries the operator's bit too, and one with weight 0 there that of a forced drain.
    /// </summary>
    private static SetAsideBy Judge(int mask, bool isWeightless, bool isConfiguredWeightless) => mask switch
    {
        _ when (mask & ConfiguredMaintenance) != 0 => SetAsideBy.Configuration,
        _ when (mask & ForcedMaintenance) != 0 => SetAsideBy.Operator,
        _ when (mask & ResolutionMaintenance) != 0 => SetAsideBy.Resolution,
        _ when (mask & (InheritedMaintenance | InheritedDrain)) != 0 => SetAsideBy.Tracked,
        _ when isConfiguredWeightless => SetAsideBy.Configuration,
        _ when isWeightless || (mask & ForcedDrain) != 0 => SetAsideBy.Operator,
        _ => SetAsideBy.Untold,
    };
}
