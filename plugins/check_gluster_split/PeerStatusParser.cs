namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>Reads <c>peer status --xml</c>. This server is not in it.</summary>
internal static class PeerStatusParser
{
    /// <exception cref="GlusterException">The answer is of another form.</exception>
    internal static (IReadOnlyList<Peer> Peers, CommandEnd End) Parse(ReadOnlyMemory<byte> answer, string command)
    {
        List<Peer> peers = [];
        List<string> names = [];
        string id = "";
        int? connected = null;
        int? state = null;
        string stateText = "";
        CommandEnd end = GlusterXml.Walk(
            answer,
            command,
            (element, _) =>
            {
                if (element == "peer")
                {
                    (names, id, connected, state, stateText) = ([], "", null, null, "");
                }
            },
            (element, text) =>
            {
                switch (element)
                {
                    case "uuid":
                        id = text;
                        break;
                    case "hostname" when text.Length > 0 && !names.Contains(text):
                        names.Add(text);
                        break;
                    case "connected":
                        connected = GlusterXml.Number(text);
                        break;
                    case "state":
                        state = GlusterXml.Number(text);
                        break;
                    case "stateStr":
                        stateText = text;
                        break;
                    case "peer":
                        peers.Add(names.Count > 0 && connected is { } known
                            ? new Peer(id, names, known == 1, state, stateText)
                            : throw new GlusterException($"'gluster {command}' describes peer '{id}' without a name or whether it is connected"));
                        break;
                    default:
                        break;
                }
            });
        return (peers, end);
    }
}
