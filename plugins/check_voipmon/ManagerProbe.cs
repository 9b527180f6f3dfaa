using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Asks the sniffer's manager: one command a connection, raw text until it closes. Two line ends close a command; after one alone the
/// manager waits half a second for more. Source: voipmonitor/sniffer, manager.cpp, and a measurement.
/// </summary>
internal static class ManagerProbe
{
    private const string End = "\r\n\r\n";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan PatienceForMore = TimeSpan.FromSeconds(2);

    internal static ManagerReading Read(IWorld world, SocketAddress address, bool wantsSensors)
    {
        Answer answer = world.Ask(Command(address, "sniffer_stat", Patience));
        string where = address.ToString();
        if (answer.Outcome != Outcome.Answered)
        {
            ProbeError error = ProbeError.Of($"the manager on {where}", answer);
            bool isDenied = error.Kind == ProbeErrorKind.Denied;
            return new ManagerReading(where, isDenied ? error with { Caller = new Caller(world.UserName) } : error);
        }

        string text = Encoding.UTF8.GetString(answer.Bytes.Span);
        if (text.Trim().Length == 0)
        {
            return new ManagerReading(where, new ProbeError($"the manager on {where}", ProbeErrorKind.Closed, ""));
        }

        try
        {
            SnifferStat stat = SnifferStat.Parse(text);
            return new ManagerReading(where, null)
            {
                Stat = stat,
                ActiveCalls = Text(world, address, "totalcalls") is { } calls && long.TryParse(calls.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : null,
                ConnectedSensors = wantsSensors && Text(world, address, "list_active_clients") is { } clients ? ActiveClients.Parse(clients) : null,
            };
        }
        catch (ManagerException exception)
        {
            return new ManagerReading(where, new ProbeError($"the manager on {where}", ProbeErrorKind.Malformed, exception.Message));
        }
    }

    private static SocketQuestion Command(SocketAddress address, string command, TimeSpan patience) => new(address, command + End) { Limit = patience };

    private static string? Text(IWorld world, SocketAddress address, string command) =>
        world.Ask(Command(address, command, PatienceForMore)) is { Outcome: Outcome.Answered } answer ? Encoding.UTF8.GetString(answer.Bytes.Span) : null;
}
