namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Reads <c>volume info --xml</c>. A brick is mixed content: its name as text, and from 3.5 on again as an element, with its server's UUID.
/// </summary>
internal static class VolumeInfoParser
{
    /// <exception cref="GlusterException">The answer is of another form.</exception>
    internal static (IReadOnlyList<Volume> Volumes, CommandEnd End) Parse(ReadOnlyMemory<byte> answer, string command)
    {
        List<Volume> volumes = [];
        Draft draft = new();
        CommandEnd end = GlusterXml.Walk(
            answer,
            command,
            (element, _) =>
            {
                if (element == "volume")
                {
                    draft = new Draft();
                }
                else if (element == "brick")
                {
                    draft.InBrick = true;
                }
            },
            (element, text) =>
            {
                if (element == "volume")
                {
                    volumes.Add(draft.Finish(command));
                }
                else
                {
                    draft.Take(element, text);
                }
            });
        return (volumes, end);
    }

    private sealed class Draft
    {
        private readonly List<Brick> bricks = [];
        private readonly Dictionary<string, string> options = new(StringComparer.Ordinal);
        private string name = "";
        private string optionName = "";
        private string? hostId;
        private bool isArbiter;
        private bool isTiered;
        private int? status;
        private int? replicas;
        private int disperse;
        private int redundancy;

        internal bool InBrick { get; set; }

        internal void Take(string element, string text)
        {
            switch (element)
            {
                case "name" when optionName.Length == 0 && name.Length == 0:
                    name = text;
                    break;
                case "name" when !InBrick:
                    optionName = text;
                    break;
                case "value":
                    options[optionName] = text;
                    break;
                case "typeStr":
                    isTiered = text.Contains("Tier", StringComparison.Ordinal);
                    break;
                case "status":
                    status = GlusterXml.Number(text);
                    break;
                case "replicaCount":
                    replicas = GlusterXml.Number(text);
                    break;
                case "disperseCount":
                    disperse = GlusterXml.Number(text) ?? 0;
                    break;
                case "redundancyCount":
                    redundancy = GlusterXml.Number(text) ?? 0;
                    break;
                case "hostUuid" when InBrick:
                    hostId = text.Length > 0 ? text : null;
                    break;
                case "isArbiter" when InBrick:
                    isArbiter = text == "1";
                    break;
                case "brick":
                    AddBrick(text.Trim());
                    break;
                default:
                    break;
            }
        }

        internal Volume Finish(string command)
        {
            if (name.Length == 0 || bricks.Count == 0 || status is not (>= 0 and <= 2) || replicas is null)
            {
                throw new GlusterException($"'gluster {command}' describes volume '{name}' without its state, its replica count or its bricks");
            }

            return new Volume
            {
                Name = name,
                Status = (VolumeStatus)status,
                Bricks = bricks,
                ReplicaCount = Math.Max(1, replicas.Value),
                DisperseCount = disperse,
                RedundancyCount = redundancy,
                IsTiered = isTiered,
                Options = options,
            };
        }

        private void AddBrick(string text)
        {
            int colon = text.IndexOf(":/", StringComparison.Ordinal);
            bricks.Add(colon > 0
                ? new Brick(text[..colon], text[(colon + 1)..], hostId, isArbiter)
                : throw new GlusterException($"volume '{name}' has a brick that is not HOST:/PATH: '{text}'"));
            hostId = null;
            isArbiter = false;
            InBrick = false;
        }
    }
}
