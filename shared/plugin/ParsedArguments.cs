namespace Ringfree.Monitoring.Plugin;

/// <summary>Option names with their values; a switch that was given has none.</summary>
internal sealed record ParsedArguments(
    IReadOnlyDictionary<string, IReadOnlyList<string>> Found, int Verbosity, string? Error, string? Argument)
{
    internal static readonly ParsedArguments None = new(new Dictionary<string, IReadOnlyList<string>>(), 0, null, null);

    internal bool Has(string name) => Found.ContainsKey(name);

    internal IReadOnlyList<string> All(string name) => Found.GetValueOrDefault(name, []);

    internal string? Last(string name) => All(name) is { Count: > 0 } values ? values[^1] : null;

    internal void ThrowError(OptionsFile? place)
    {
        if (Error is { } message)
        {
            throw new UsageException($"{(place is null ? "" : place.PlaceOf(message) + ": ")}{message}");
        }
    }
}
