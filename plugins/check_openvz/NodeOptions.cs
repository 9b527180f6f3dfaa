using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What the options of a run ask of a node.</summary>
/// <param name="Root">The prefix of every path: empty for this machine.</param>
/// <param name="Manifest">The file of the containers that should run; null to believe ONBOOT.</param>
/// <param name="Expected">Ids or names of further ones.</param>
/// <param name="Ignored">Ids or names of those that are not judged.</param>
/// <param name="Owner">This node's id in .owner files; null to learn it.</param>
/// <param name="Services">Which container must run what.</param>
/// <param name="AsteriskSocket">Where Asterisk must answer; null not to ask.</param>
/// <param name="IgnoredBeancounters">Resources that are not judged.</param>
/// <param name="Layers">The storage layers, in the order given.</param>
/// <param name="JudgesTimezones">Whether time zones are judged.</param>
/// <param name="Grace">How long after a boot containers and services may still be on their way up, and what they are until then.</param>
internal sealed record NodeOptions(
    string Root,
    string? Manifest,
    IReadOnlyList<string> Expected,
    IReadOnlyList<string> Ignored,
    string? Owner,
    ServiceSet Services,
    string? AsteriskSocket,
    IReadOnlyList<string> IgnoredBeancounters,
    IReadOnlyList<StorageLayer> Layers,
    bool JudgesTimezones,
    (TimeSpan Length, Status Status) Grace)
{
    /// <summary>Reads the options of a run.</summary>
    /// <exception cref="UsageException">A value is none; it is quoted with what is accepted.</exception>
    internal static NodeOptions Parse(Options options) => new(
        Absolute(options, OpenvzCheck.RootOption)?.TrimEnd('/') ?? "",
        Absolute(options, OpenvzCheck.ManifestOption),
        options.Values(OpenvzCheck.ExpectOption),
        options.Values(OpenvzCheck.IgnoreOption),
        options.Value(OpenvzCheck.OwnerOption),
        ServiceSet.Parse(options.Values(OpenvzCheck.ServiceOption), options.Values(OpenvzCheck.ContainerOption)),
        Absolute(options, OpenvzCheck.AsteriskSocketOption),
        options.Values(OpenvzCheck.IgnoreBeancounterOption),
        StorageLayer.ParseAll(options.Values(OpenvzCheck.MountOption)),
        options.Judges(OpenvzCheck.Timezone)
            && (options.Value(OpenvzCheck.TimezoneOption) is not null || IsAskedFor(options, OpenvzCheck.Timezone)),
        BootGrace.Parse(options, OpenvzCheck.BootGraceOption));

    /// <summary>Whether <c>--only</c> names the concern.</summary>
    internal static bool IsAskedFor(Options options, Concern concern) =>
        options.Concerns.Count < OpenvzCheck.Facts.Concerns.Length && options.Judges(concern);

    private static string? Absolute(Options options, CheckOption option)
    {
        string? path = options.Value(option);
        return path is null || path.StartsWith('/') ? path : throw new UsageException($"{option.Name} '{path}' is no absolute path; accepted is one that begins with /");
    }
}
