using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Evaluates the storage layers of a node: there, of the right kind and server, writable, answering, and no other site's among them.
/// </summary>
internal sealed class MountsEvaluation
{
    private readonly OpenvzSettings settings;
    private readonly NodeReading reading;
    private readonly ConcernReport concern;

    private MountsEvaluation(OpenvzSettings settings, NodeReading reading, ConcernReport concern)
    {
        this.settings = settings;
        this.reading = reading;
        this.concern = concern;
    }

    internal static void Evaluate(OpenvzSettings settings, NodeReading reading, ReportBuilder report)
    {
        const string Cure = "storage layers not watched: none is named; cure: --mount PATH=TYPE[,SOURCE] for each";
        if (settings.Layers.Count == 0 && !settings.IsAskedFor(OpenvzCheck.Mounts))
        {
            report.Note(Cure);
            return;
        }

        ConcernReport concern = report.For(OpenvzCheck.Mounts);
        if (settings.Layers.Count == 0)
        {
            concern.Problem(Status.Unknown, MountsHeadlines.NoLayer, Cure);
        }
        else if (reading.Mounts is not { } table)
        {
            concern.Problem(
                Status.Unknown, MountsHeadlines.MountsUnread, $"mounts cannot be seen: {settings.Root}/proc/mounts cannot be read");
        }
        else
        {
            new MountsEvaluation(settings, reading, concern).Evaluate(table);
        }
    }

    private void Evaluate(IReadOnlyDictionary<string, Mount> table)
    {
        IReadOnlyList<RequiredMount> layers = settings.Layers;
        int unanswered = layers.Where((layer, index) => reading.Layers[index] is not null && table.ContainsKey(settings.Root + layer.Path))
            .Count();
        Metric metric = concern.Record(OpenvzCheck.MountsUnresponsive, unanswered, maximum: layers.Count);
        for (int index = 0; index < layers.Count; index++)
        {
            EvaluateLayer(table, layers[index], reading.Layers[index], metric.Status);
        }

        EvaluateOtherSites(table, layers);
        string summary = $"{Words.Count(layers.Count, "storage layer")} mounted and answering";
        concern.Ok(summary);
        concern.Summary(summary);
    }

    private void EvaluateLayer(
        IReadOnlyDictionary<string, Mount> table, RequiredMount layer, ProbeError? error, Status unansweredStatus)
    {
        if (!table.TryGetValue(settings.Root + layer.Path, out Mount? mount))
        {
            concern.Problem(
                Status.Critical,
                MountsHeadlines.NotMounted.With("PATH", layer.Path),
                $"{layer.Path} is not mounted; it should be {layer.Wanted}");
            return;
        }

        if (!layer.IsTypeOf(mount))
        {
            concern.Problem(
                Status.Critical,
                MountsHeadlines.WrongType.With("PATH", layer.Path),
                $"{layer.Path} is {mount.Type} of {mount.Source}, but should be {layer.Wanted}");
        }
        else
        {
            EvaluateSource(layer, mount);
        }

        if (mount.IsReadOnly && !layer.MayBeReadOnly)
        {
            concern.Problem(
                Status.Critical,
                MountsHeadlines.MountReadOnly.With("PATH", layer.Path),
                $"{layer.Path} ({mount.Source}) is mounted read-only: containers on it cannot write");
        }

        EvaluateOptions(layer, mount);
        if (error is not null)
        {
            concern.Problem(
                error.Kind == ProbeErrorKind.NotAsked ? Status.Unknown : unansweredStatus,
                (error.Kind == ProbeErrorKind.NotAsked ? MountsHeadlines.MountNotAsked
                    : error.IsUnresponsive ? MountsHeadlines.MountSilent
                    : MountsHeadlines.MountBroken).With("PATH", layer.Path),
                $"{layer.Path} ({mount.Type} of {mount.Source}) {Describe(error)}");
        }
    }

    /// <summary>A layer that should be written to and is read-only is told as such.</summary>
    private void EvaluateOptions(RequiredMount layer, Mount mount)
    {
        if (layer.OptionsLackedBy(mount).Any(option => option != "rw" || !mount.IsReadOnly))
        {
            concern.Problem(
                Status.Warning,
                MountsHeadlines.MountOptions.With("PATH", layer.Path),
                $"{layer.Path} ({mount.Type} of {mount.Source}) is mounted {layer.Difference(mount)}");
        }
    }

    private static string Describe(ProbeError error) => error.Kind switch
    {
        ProbeErrorKind.Unresponsive => $"does not answer: {error.Detail}; whoever touches it hangs",
        ProbeErrorKind.StillUnresponsive => $"does not answer since {Words.Moment(error.Since)}; whoever touches it hangs",
        ProbeErrorKind.NotAsked => $"was not asked whether it answers: {error.Detail}",
        _ => $"is broken: {error.Detail}",
    };

    private void EvaluateSource(RequiredMount layer, Mount mount)
    {
        if (layer.Volume is null)
        {
            return;
        }

        if (!layer.IsVolumeOf(mount))
        {
            concern.Problem(
                Status.Critical,
                MountsHeadlines.WrongLayer.About(layer.Path),
                $"{layer.Path} holds {mount.Source}, another layer than {layer.Wanted}: containers would run on the wrong site's files");
            return;
        }

        string server = ServerNames.ServerOf(mount);
        ServerNames names = new(mount, reading.Hosts);
        string preferred = layer.Servers[0].Name;
        int place = names.PlaceIn(layer.Servers);
        if (place > 0)
        {
            string spoken = layer.Servers[place].Name == server ? server : $"{layer.Servers[place].Name} ({server})";
            concern.Problem(
                Status.Warning,
                MountsHeadlines.AlternateServer.About(layer.Path),
                $"{layer.Path} is served by the alternate server {spoken}, not by {preferred}");
        }
        else if (place < 0 && names.MayBe(layer.Servers) is { } example)
        {
            string how = ServerNames.IsAddress(server) ? "by address" : "by name";
            concern.Problem(
                Status.Unknown,
                MountsHeadlines.ServerUnknown.About(layer.Path),
                $"whether {layer.Path} is served by {preferred} is not known: /proc/mounts names its server {how}, {server}; cure: name "
                    + $"both in --mount, such as {example}");
        }
        else if (place < 0)
        {
            concern.Problem(
                Status.Critical,
                MountsHeadlines.UnknownServer.With("PATH", layer.Path),
                $"{layer.Path} is served by a server that nobody named, {server}, not by {preferred}");
        }
    }

    /// <summary>Where a node has <c>/vz/dc-atl</c>, a mounted <c>/vz/dc-dal</c> is the layer of another site.</summary>
    private void EvaluateOtherSites(IReadOnlyDictionary<string, Mount> table, IReadOnlyList<RequiredMount> layers)
    {
        string root = settings.Root;
        foreach (Mount mount in table.Values.OrderBy(mount => mount.Path, StringComparer.Ordinal))
        {
            string path = mount.Path.StartsWith(root, StringComparison.Ordinal) ? mount.Path[root.Length..] : mount.Path;
            RequiredMount? sibling = layers.FirstOrDefault(layer => Stem(layer.Path) is { } stem
                && path.StartsWith(stem, StringComparison.Ordinal) && path.LastIndexOf('/') < stem.Length);
            if (sibling is not null && !layers.Any(layer => layer.Path == path))
            {
                concern.Problem(
                    Status.Critical,
                    MountsHeadlines.OtherSite.About(path),
                    $"{path} ({mount.Type} of {mount.Source}) is mounted here beside {sibling.Path}: another site's layer on this node");
            }
        }
    }

    private static string? Stem(string path)
    {
        int hyphen = path.LastIndexOf('-');
        return hyphen > path.LastIndexOf('/') ? path[..(hyphen + 1)] : null;
    }
}
