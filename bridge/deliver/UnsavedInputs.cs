using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What calls came to while the store could not be written. What is stored and these inputs together are the incident, so that nothing is
/// called twice; they are saved in their order when the store can be written again.
/// </summary>
internal sealed class UnsavedInputs(Store store, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, List<IncidentInput>> inputs = new(StringComparer.Ordinal);

    public bool Holds(string key) => inputs.ContainsKey(key);

    public void Add(string key, IncidentInput input) => inputs.AddOrUpdate(key, _ => [input], (_, known) => [.. known, input]);

    /// <summary>Saves what waits for an incident.</summary>
    /// <param name="key">The incident.</param>
    /// <param name="refusal">Why it is not saved.</param>
    /// <returns>False when the store still cannot be written.</returns>
    public bool TrySave(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? refusal)
    {
        refusal = null;
        if (!inputs.TryGetValue(key, out List<IncidentInput>? waiting))
        {
            return true;
        }

        try
        {
            store.Table.InTransaction(() => waiting.ConvertAll(input => store.Incidents.Apply(key, input)));
            inputs.TryRemove(key, out _);
            return true;
        }
        catch (SqliteException failure) when (!Database.IsDamage(failure))
        {
            refusal = failure.Message;
            return false;
        }
    }

    /// <summary>The incident with what is not saved.</summary>
    public Incident? On(Incident? stored) => stored is null || !inputs.TryGetValue(stored.Key, out List<IncidentInput>? waiting) ? stored
        : waiting.Aggregate(stored, (incident, input) =>
            Transitions.Step(incident, input, store.Fleet.Value.For([], time.GetUtcNow())).Incident!);
}
