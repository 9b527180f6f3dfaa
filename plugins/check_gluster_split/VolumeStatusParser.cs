namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>Reads <c>volume status all --xml</c>, with <c>detail</c> or without.</summary>
internal static class VolumeStatusParser
{
    /// <exception cref="GlusterException">The answer is of another form.</exception>
    internal static (IReadOnlyList<VolumeState> States, CommandEnd End) Parse(ReadOnlyMemory<byte> answer, string command)
    {
        List<VolumeState> states = [];
        List<VolumeProcess> processes = [];
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        string volume = "";
        bool inNode = false;
        CommandEnd end = GlusterXml.Walk(
            answer,
            command,
            (element, _) =>
            {
                switch (element)
                {
                    case "volume":
                        (processes, volume) = ([], "");
                        break;
                    case "node":
                        fields.Clear();
                        inNode = true;
                        break;
                    default:
                        break;
                }
            },
            (element, text) =>
            {
                switch (element)
                {
                    case "volName":
                        volume = text;
                        break;
                    case "node":
                        processes.Add(Process(fields, volume, command));
                        inNode = false;
                        break;
                    case "volume":
                        states.Add(new VolumeState(volume, processes));
                        break;
                    default:
                        if (inNode)
                        {
                            fields[element] = text;
                        }

                        break;
                }
            });
        return (states, end);
    }

    private static VolumeProcess Process(Dictionary<string, string> fields, string volume, string command)
    {
        string host = fields.GetValueOrDefault("hostname", "");
        string path = fields.GetValueOrDefault("path", "");
        int? status = GlusterXml.Number(fields.GetValueOrDefault("status", ""));
        if (volume.Length == 0 || host.Length == 0 || status is null)
        {
            throw new GlusterException($"'gluster {command}' lists a process of volume '{volume}' without its server or its state");
        }

        bool isBrick = path.StartsWith('/');
        return new VolumeProcess(isBrick ? "" : host, isBrick ? host : path, isBrick ? path : "", status == 1)
        {
            SizeTotal = Number("sizeTotal"),
            SizeFree = Number("sizeFree"),
            InodesTotal = Number("inodesTotal"),
            InodesFree = Number("inodesFree"),
        };

        long? Number(string name) => GlusterXml.LongNumber(fields.GetValueOrDefault(name, ""));
    }
}
