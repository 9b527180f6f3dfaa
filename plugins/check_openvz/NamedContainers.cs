using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Finds the containers that a manifest or an option names by id or name, and keeps why one of them names none, or several.
/// </summary>
/// <param name="reading">The node.</param>
internal sealed class NamedContainers(NodeReading reading)
{
    private readonly List<(HeadlineKind Kind, string Sentence)> doubts = [];

    /// <summary>One reason for each kind: the first of each, and how many more there are.</summary>
    internal IReadOnlyList<UnknownReason> Doubts =>
    [
        .. doubts.GroupBy(doubt => doubt.Kind).Select(kind => new UnknownReason(
            kind.Key, kind.First().Sentence + (kind.Count() == 1 ? "" : $" (and {Words.Count(kind.Count() - 1, "more such name")})"))),
    ];

    /// <summary>What the names of two configs do to whoever uses them.</summary>
    /// <returns>A note for each name that several configs have as NAME.</returns>
    internal static IEnumerable<string> Twice(NodeReading reading) =>
        reading.Configs.Values.Where(config => config.HasOwnName).GroupBy(config => config.Name).Where(name => name.Count() > 1)
            .OrderBy(name => name.Key, StringComparer.Ordinal)
            .Select(name => (name.Key, Ids: Sentences.Some([.. name.Select(config => config.Id).Order(ContainerId.InOrder)])))
            .Select(name => $"the configs of {name.Ids} have one NAME, '{name.Key}': tell them apart by CTID");

    /// <summary>The container that is meant.</summary>
    /// <param name="text">An id or a name.</param>
    /// <param name="where">Who says so: "the manifest '/etc/here' has 'acme'".</param>
    /// <returns>
    /// Its id; those that run, else all, where several may be meant; none where the name means nothing.
    /// </returns>
    internal IReadOnlyList<string> Of(string text, string where)
    {
        if (reading.Configs.ContainsKey(text) || reading.DanglingConfigs.ContainsKey(text))
        {
            return [text];
        }

        IReadOnlyList<string> called = reading.Called(text);
        if (called.Count == 1 || (called.Count == 0 && ContainerId.IsOne(text)))
        {
            return called.Count == 1 ? called : [text];
        }

        if (called.Count > 1)
        {
            doubts.Add((
                ContainersHeadlines.NameTwice,
                $"{where}, which is the name of {Sentences.Some(called)}: which of them should run is not known; cure: write its CTID"));
            string[] running = [.. called.Where(id => reading.Scan!.Containers.GetValueOrDefault(id) is { Init: > 0 })];
            return running.Length > 0 ? running : called;
        }

        if (reading.ConfigError is { } error)
        {
            doubts.Add((
                ContainersHeadlines.ExpectedUnread,
                $"{where}, a name, and which container has it is not known: {error.Subject} cannot be read: {Sentences.Why(error)}"));
            return [];
        }

        doubts.Add((
            ContainersHeadlines.NameUnknown,
            $"{where}, which is no container of this node; accepted is one CTID or known name a line, # begins a comment"));
        return [];
    }
}
