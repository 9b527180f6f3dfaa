using System.Text;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Why a server is drained or in maintenance.</summary>
internal enum MaintenanceCause
{
    /// <summary>HAProxy did not tell.</summary>
    Untold,

    /// <summary>An operator, at run time: the stats socket, the stats page, an agent.</summary>
    Operator,

    /// <summary>haproxy.cfg: <c>disabled</c>, or weight 0.</summary>
    Configuration,

    /// <summary>Its name does not resolve.</summary>
    Resolution,

    /// <summary>It follows another server (<c>track</c>), which is evaluated itself.</summary>
    Tracked,
}

/// <summary>
/// The answer to <c>show servers state</c>, which says why servers are drained or in maintenance; <c>show stat</c> does not. Source:
/// HAProxy management guide, 9.3 (<c>srv_admin_state</c> is a mask, <c>srv_uweight</c> the weight now, <c>srv_iweight</c> that of
/// haproxy.cfg).
/// </summary>
internal sealed class ServersState
{
    internal const string Command = "show servers state";

    private const int ForcedMaintenance = 0x01, InheritedMaintenance = 0x02, ConfiguredMaintenance = 0x04, ResolutionMaintenance = 0x20;
    private const int ForcedDrain = 0x08, InheritedDrain = 0x10;

    private readonly Dictionary<(string Proxy, string Server), MaintenanceCause> causes = [];
    private readonly Dictionary<(string Proxy, string Server), string> names = [];

    /// <summary>Reads the answer.</summary>
    /// <returns>Null when it is an error, of another form, or cut: then no cause is known.</returns>
    internal static ServersState? Parse(ReadOnlySpan<byte> answer)
    {
        string[] lines = Encoding.UTF8.GetString(answer).Split('\n');
        int end = Array.IndexOf(lines, "");
        if (end < 2 || lines[0] != "1" || !lines[1].StartsWith("# ", StringComparison.Ordinal))
        {
            return null;
        }

        string[] columns = lines[1][2..].Split(' ');
        int proxy = Array.IndexOf(columns, "be_name"), server = Array.IndexOf(columns, "srv_name");
        int admin = Array.IndexOf(columns, "srv_admin_state");
        int weight = Array.IndexOf(columns, "srv_uweight"), configuredWeight = Array.IndexOf(columns, "srv_iweight");
        int name = Array.IndexOf(columns, "srv_fqdn"), record = Array.IndexOf(columns, "srvrecord");
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

            bool isWeightless = fields[weight] == "0", isConfiguredWeightless = fields[configuredWeight] == "0";
            state.causes[(fields[proxy], fields[server])] = Read(mask, isWeightless, isConfiguredWeightless);
            string of = Told(fields, record) is { Length: > 0 } service ? service : Told(fields, name);
            if (of.Length > 0 || (name >= 0 && record < 0))
            {
                state.names[(fields[proxy], fields[server])] = of;
            }
        }

        return state;
    }

    /// <summary>Why the server is drained or in maintenance; where that is not known, <see cref="MaintenanceCause.Untold"/>.</summary>
    internal MaintenanceCause CauseOf(ProxyRow server) => causes.GetValueOrDefault((server.Proxy, server.Name));

    /// <summary>
    /// The name that its address comes from: of an SRV record where it has one, else its host name. The servers of a server-template share
    /// it. Empty for a slot of an SRV record that it does not fill, where HAProxy (before 2.0) does not tell the record; null when HAProxy
    /// does not tell.
    /// </summary>
    internal string? NameOf(ProxyRow server) => names.GetValueOrDefault((server.Proxy, server.Name));

    private static string Told(string[] fields, int column) => column < 0 || fields[column] == "-" ? "" : fields[column];

    /// <summary>
    /// A server that haproxy.cfg disables carries the operator's bit too, and one with weight 0 there that of a forced drain.
    /// </summary>
    private static MaintenanceCause Read(int mask, bool isWeightless, bool isConfiguredWeightless) => mask switch
    {
        _ when (mask & ConfiguredMaintenance) != 0 => MaintenanceCause.Configuration,
        _ when (mask & ForcedMaintenance) != 0 => MaintenanceCause.Operator,
        _ when (mask & ResolutionMaintenance) != 0 => MaintenanceCause.Resolution,
        _ when (mask & (InheritedMaintenance | InheritedDrain)) != 0 => MaintenanceCause.Tracked,
        _ when isConfiguredWeightless => MaintenanceCause.Configuration,
        _ when isWeightless || (mask & ForcedDrain) != 0 => MaintenanceCause.Operator,
        _ => MaintenanceCause.Untold,
    };
}
