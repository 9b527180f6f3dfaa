using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What was read, or why it was not.</summary>
/// <typeparam name="T">What is read.</typeparam>
/// <param name="Value">Null when it could not be read.</param>
/// <param name="Error">Null when it was read.</param>
internal readonly record struct Read<T>(T? Value, ProbeError? Error)
    where T : class
{
    internal static Read<T> Of(T value) => new(value, null);

    internal static Read<T> Failed(ProbeError error) => new(null, error);
}
