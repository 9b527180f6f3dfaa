using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// What earlier runs knew of the containers: names are needed when the configs cannot be read, process 1 tells a restart.
/// </summary>
/// <param name="Names">By id; empty for one that has none.</param>
/// <param name="Inits">By id, the node's pids of its processes 1 at the last run; those that did not run are left out.</param>
/// <param name="Awaited">By id, when it last ran: those whose start was waited for at the last run.</param>
/// <param name="At">The moment of the last run that judged containers; null before the first.</param>
internal sealed record RememberedNode(
    IReadOnlyDictionary<string, string> Names,
    IReadOnlyDictionary<string, string[]> Inits,
    IReadOnlyDictionary<string, DateTimeOffset> Awaited,
    DateTimeOffset? At)
{
    internal static readonly RememberedNode Nothing =
        new(new Dictionary<string, string>(), new Dictionary<string, string[]>(), new Dictionary<string, DateTimeOffset>(), null);

    private const string Name = "name ";
    private const string Init = "init ";
    private const string Await = "awaited ";
    private const int MostInits = 50;

    /// <summary>What the concerns that are judged remember.</summary>
    internal static RememberedNode Of(CheckRun run, OpenvzSettings settings)
    {
        Dictionary<string, string> names = [];
        Dictionary<string, string[]> inits = [];
        Dictionary<string, DateTimeOffset> awaited = [];
        DateTimeOffset? at = null;
        foreach (Concern concern in settings.Judged.Where(concern => concern == OpenvzCheck.Containers || concern == OpenvzCheck.Services))
        {
            Past past = run.PastOf(concern);
            at = concern == OpenvzCheck.Containers ? past.At : at;
            foreach ((string key, string text) in past.Values)
            {
                if (key.StartsWith(Name, StringComparison.Ordinal))
                {
                    names[key[Name.Length..]] = text;
                }
                else if (key.StartsWith(Init, StringComparison.Ordinal))
                {
                    inits[key[Init.Length..]] = text.Split(' ');
                }
                else if (key.StartsWith(Await, StringComparison.Ordinal) && past.Time(key) is { } ran)
                {
                    awaited[key[Await.Length..]] = ran;
                }
            }
        }

        return new RememberedNode(names, inits, awaited, at);
    }

    /// <summary>Has the next run know every name that is known now, and those of containers that are expected and not here.</summary>
    internal static void RememberNames(ConcernReport concern, NodeReading reading)
    {
        bool areAllRead = reading is { ConfigError: null, DanglingConfigs.Count: 0 };
        HashSet<string> expected = [.. reading.Expected?.Ids ?? []];
        foreach ((string id, string name) in reading.Remembered.Names)
        {
            if (!areAllRead || expected.Contains(id))
            {
                concern.Remember(Name + id, name);
            }
        }

        foreach (ContainerConfig config in reading.Configs.Values)
        {
            concern.Remember(Name + config.Id, config.Name ?? "");
        }
    }

    /// <summary>Has the next run know which processes 1 each running container has.</summary>
    internal static void RememberInits(ConcernReport concern, NodeReading reading)
    {
        foreach (ContainerProcesses container in reading.Scan!.Containers.Values.Where(container => container.Init > 0))
        {
            concern.Remember(Init + container.Id, string.Join(' ', container.Inits.Take(MostInits)));
        }
    }

    /// <summary>When a container last ran, as far as earlier runs know.</summary>
    internal DateTimeOffset? RanAt(string id) => Awaited.TryGetValue(id, out DateTimeOffset ran) ? ran : At;

    /// <summary>Has the next run know when a container last ran whose start is waited for.</summary>
    internal void RememberAwaited(ConcernReport concern, string id)
    {
        if (RanAt(id) is { } ran)
        {
            concern.Remember(Await + id, ran);
        }
    }
}
