using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Judges the storage layers of a node: there, of the right kind and server, writable, answering, and no other site's among them.
/// </summary>
internal static class MountsJudge
{
    internal static void Judge(Judgement judgement)
    {
        IReadOnlyList<StorageLayer> layers = judgement.Options.Layers;
        if (layers.Count == 0)
        {
            const string Cure = "storage layers not watched: none is named; cure: --mount PATH=TYPE[,SOURCE] for each";
            if (NodeOptions.IsAskedFor(judgement.Run.Options, OpenvzCheck.Mounts))
            {
                judgement.Add(Status.Unknown, Cure, OpenvzCheck.Mounts, firstStep: "");
            }
            else
            {
                judgement.Note(Cure);
            }

            return;
        }

        if (judgement.Reading.Mounts is not { } table)
        {
            judgement.Add(Status.Unknown, $"mounts cannot be seen: {judgement.Options.Root}/proc/mounts cannot be read", OpenvzCheck.Mounts);
            return;
        }

        int unanswered = layers.Where((layer, index) => !Answers(judgement.Reading.Layers[index]) && table.ContainsKey(judgement.Options.Root + layer.Path)).Count();
        Metric metric = judgement.Measure(OpenvzCheck.MountsUnanswered, unanswered, 0, layers.Count);
        for (int index = 0; index < layers.Count; index++)
        {
            JudgeLayer(judgement, table, layers[index], judgement.Reading.Layers[index], metric.Status);
        }

        JudgeOtherSites(judgement, table, layers);
        judgement.Well($"{Words.Count(layers.Count, "storage layer")} mounted and answering", OpenvzCheck.Mounts);
    }

    private static bool Answers(Answer answer) => MountStatus.Parse(answer) is not null;

    private static void JudgeLayer(Judgement judgement, IReadOnlyDictionary<string, Mount> table, StorageLayer layer, Answer answer, Status unansweredStatus)
    {
        void Add(Status status, string sentence) => judgement.Add(status, sentence, OpenvzCheck.Mounts);
        if (!table.TryGetValue(judgement.Options.Root + layer.Path, out Mount? mount))
        {
            Add(Status.Critical, $"{layer.Path} is not mounted; it should be {Wanted(layer)}");
            return;
        }

        bool isRightType = mount.Type == layer.Type || (layer.Type == "nfs" && mount.Type == "nfs4");
        if (!isRightType)
        {
            Add(Status.Critical, $"{layer.Path} is {mount.Type} of {mount.Source}, but should be {Wanted(layer)}");
        }
        else
        {
            JudgeSource(judgement, layer, mount);
        }

        if (mount.IsReadOnly)
        {
            Add(Status.Critical, $"{layer.Path} ({mount.Source}) is mounted read-only: containers on it cannot write");
        }

        if (!Answers(answer))
        {
            Add(WithoutAnswer(answer, unansweredStatus), $"{layer.Path} ({mount.Type} of {mount.Source}) {Trouble(answer)}");
        }
    }

    private static Status WithoutAnswer(Answer answer, Status unansweredStatus) =>
        answer.Outcome is Outcome.Failed && answer.Reason.Contains("cure:", StringComparison.Ordinal) ? Status.Unknown : unansweredStatus;

    private static string Trouble(Answer answer) => answer.Outcome switch
    {
        Outcome.Silent => $"does not answer: {answer.Reason}; whoever touches it hangs",
        Outcome.Busy => $"does not answer since {Words.Moment(answer.HangsSince)}; whoever touches it hangs",
        Outcome.Failed when answer.Reason.Contains("cure:", StringComparison.Ordinal) => $"was not asked whether it answers: {answer.Reason}",
        _ => $"is broken: {answer.Reason}",
    };

    private static void JudgeSource(Judgement judgement, StorageLayer layer, Mount mount)
    {
        if (layer.Volume is null)
        {
            return;
        }

        void Add(Status status, string sentence, string? firstStep = null) =>
            judgement.Add(status, sentence, OpenvzCheck.Mounts, firstStep: firstStep);

        int colon = mount.Source.LastIndexOf(':');
        string server = colon < 0 ? "" : mount.Source[..colon];
        string volume = mount.Source[(colon + 1)..];
        if (volume.TrimStart('/') != layer.Volume.TrimStart('/'))
        {
            Add(Status.Critical, $"{layer.Path} holds {mount.Source}, another layer than {Wanted(layer)}: containers would run on the "
                + "wrong site's files");
        }
        else
        {
            ServerNames names = new(judgement, mount, server);
            string preferred = layer.Servers[0].Name;
            int place = names.PlaceIn(layer.Servers);
            if (place > 0)
            {
                string spoken = layer.Servers[place].Name == server ? server : $"{layer.Servers[place].Name} ({server})";
                Add(Status.Warning, $"{layer.Path} is served by the alternate server {spoken}, not by {preferred}");
            }
            else if (place < 0 && names.MayBe(layer.Servers) is { } example)
            {
                string how = ServerNames.IsAddress(server) ? "by address" : "by name";
                Add(
                    Status.Unknown,
                    $"whether {layer.Path} is served by {preferred} is not known: /proc/mounts names its server {how}, {server}; cure: "
                        + $"name both in --mount, such as {example}",
                    "");
            }
            else if (place < 0)
            {
                Add(Status.Critical, $"{layer.Path} is served by a server that nobody named, {server}, not by {preferred}");
            }
        }
    }

    /// <summary>Where a node has <c>/vz/dc-atl</c>, a mounted <c>/vz/dc-dal</c> is the layer of another site.</summary>
    private static void JudgeOtherSites(Judgement judgement, IReadOnlyDictionary<string, Mount> table, IReadOnlyList<StorageLayer> layers)
    {
        string root = judgement.Options.Root;
        foreach (Mount mount in table.Values.OrderBy(mount => mount.Path, StringComparer.Ordinal))
        {
            string path = mount.Path.StartsWith(root, StringComparison.Ordinal) ? mount.Path[root.Length..] : mount.Path;
            StorageLayer? sibling = layers.FirstOrDefault(layer => Stem(layer.Path) is { } stem && path.StartsWith(stem, StringComparison.Ordinal) && path.LastIndexOf('/') < stem.Length);
            if (sibling is not null && !layers.Any(layer => layer.Path == path))
            {
                judgement.Add(Status.Critical, $"{path} ({mount.Type} of {mount.Source}) is mounted here beside {sibling.Path}: another site's layer on this node", OpenvzCheck.Mounts);
            }
        }
    }

    private static string? Stem(string path)
    {
        int hyphen = path.LastIndexOf('-');
        return hyphen > path.LastIndexOf('/') ? path[..(hyphen + 1)] : null;
    }

    private static string Wanted(StorageLayer layer)
    {
        string servers = string.Join(" or ", layer.Servers.Select(server => server.Name));
        return layer.Volume is null ? layer.Type : $"{layer.Type} of {servers}:{layer.Volume}";
    }
}
