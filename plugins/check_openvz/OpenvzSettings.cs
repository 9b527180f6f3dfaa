using System.Collections.Immutable;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What the options say of a node.</summary>
internal sealed record OpenvzSettings
{
    private const string UsualAsteriskSocket = "/var/run/asterisk/asterisk.ctl";
    private const string NoSocket = "none";

    internal static readonly CheckOption RootOption = new(
        "--root", "DIR", "a tree that holds proc/ and etc/, in place of this machine's (default /)");

    internal static readonly CheckOption ManifestOption = new(
        "--manifest",
        "FILE",
        "the containers that should run here, one CTID a line, # begins a comment; in place of ONBOOT in their configs");

    internal static readonly CheckOption ExpectOption = new(
        "--expect", "CTID", "one more container that should run here, by id or name; repeatable", Repeatable: true);

    internal static readonly CheckOption IgnoreOption = new(
        "--ignore", "CTID", "a container that is not judged, by id or name; repeatable", Repeatable: true);

    internal static readonly CheckOption AllowOthersOption = new(
        "--allow-others", null, "containers that run here and are not named by --manifest are no problem");

    internal static readonly CheckOption HomeOption = new(
        "--home",
        "CTID=NODE",
        "a container that should run on another node: here it is CRITICAL, unless it should run here, too; repeatable",
        Repeatable: true);

    internal static readonly CheckOption OwnerOption = new(
        "--owner", "ID", "on OpenVZ 7, this node's id as .owner files hold it (default: that of the containers that run here)");

    internal static readonly CheckOption ServiceOption = new(
        "--service",
        "NAME=PROC[|PROC]",
        "a service that every container must run, unless --container says otherwise, and its process names; repeatable, replaces "
            + "asterisk=asterisk, httpd=httpd|apache2 and postfix=master",
        Repeatable: true);

    internal static readonly CheckOption ContainerOption = new(
        "--container",
        "CTID=NAME[=PROC[|PROC]][,...]",
        "the services that one container must run in place of those, by id or name; a NAME alone is one of --service, a known one (also "
            + "prosody), else a process; CTID= alone for none; repeatable",
        Repeatable: true);

    internal static readonly CheckOption AsteriskSocketOption = new(
        "--asterisk-socket",
        "PATH",
        $"where Asterisk answers on its control socket inside the container, or none not to ask it (default: {UsualAsteriskSocket}, "
            + "asked as root where it stands)");

    internal static readonly CheckOption IgnoreBeancounterOption = new(
        "--ignore-beancounter", "NAME", "a resource that is not judged, such as physpages; repeatable", Repeatable: true);

    internal static readonly CheckOption MountOption = new(
        "--mount",
        RequiredMount.Form,
        $"a storage layer of this node: {RequiredMount.Meaning}; repeatable",
        Repeatable: true);

    internal static readonly CheckOption BootGraceOption = new(
        "--boot-grace",
        "DURATION[:STATUS]",
        "how long after the node's boot containers that do not run yet, and services that are not up yet, are STATUS "
            + $"(default {BootGrace.Usual})");

    internal static readonly CheckOption TimezoneOption = new(
        "--timezone", null, "judge time zones too (default: only when --only asks for them)");

    internal static readonly ImmutableArray<CheckOption> Declared =
    [
        ManifestOption, ExpectOption, IgnoreOption, AllowOthersOption, HomeOption, OwnerOption, ServiceOption, ContainerOption,
        AsteriskSocketOption, IgnoreBeancounterOption, MountOption, BootGraceOption, TimezoneOption, RootOption,
    ];

    /// <summary>The prefix of every path: empty for this machine.</summary>
    internal required string Root { get; init; }

    /// <summary>The file of the containers that should run; null to believe ONBOOT.</summary>
    internal required string? Manifest { get; init; }

    /// <summary>Ids or names of further ones.</summary>
    internal required IReadOnlyList<string> Expected { get; init; }

    /// <summary>Ids or names of those that are not evaluated.</summary>
    internal required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>Whether containers beside those of the manifest are no problem.</summary>
    internal required bool AllowsOthers { get; init; }

    /// <summary>The nodes where containers should run, by CTID.</summary>
    internal required IReadOnlyDictionary<string, string> Homes { get; init; }

    /// <summary>This node's id in .owner files; null to learn it.</summary>
    internal required string? Owner { get; init; }

    /// <summary>Which container must run what.</summary>
    internal required ServiceSet Services { get; init; }

    /// <summary>Where Asterisk answers; null not to ask.</summary>
    internal required string? AsteriskSocket { get; init; }

    /// <summary>Whether an option names where Asterisk answers: one that cannot be asked there is a problem.</summary>
    internal required bool NamesAsteriskSocket { get; init; }

    /// <summary>Resources that are not evaluated.</summary>
    internal required IReadOnlyList<string> IgnoredBeancounters { get; init; }

    /// <summary>The storage layers, in the order given.</summary>
    internal required IReadOnlyList<RequiredMount> Layers { get; init; }

    /// <summary>Whether time zones are evaluated.</summary>
    internal required bool JudgesTimezones { get; init; }

    /// <summary>How long after a boot containers and services may still be on their way up, and what they are until then.</summary>
    internal required (TimeSpan Length, Status Status) Grace { get; init; }

    /// <summary>The concerns to evaluate.</summary>
    internal required IReadOnlyList<Concern> Judged { get; init; }

    /// <summary>Whether any concern needs to know the containers.</summary>
    internal bool NeedsContainers =>
        Judges(OpenvzCheck.Containers) || Judges(OpenvzCheck.Services) || Judges(OpenvzCheck.Beancounters) || Judges(OpenvzCheck.Disks)
        || JudgesTimezones;

    /// <summary>Reads the options of a run.</summary>
    /// <exception cref="UsageException">A value is none; it is quoted with what is accepted.</exception>
    internal static OpenvzSettings Parse(Options options)
    {
        OpenvzSettings settings = new()
        {
            Root = Absolute(options, RootOption)?.TrimEnd('/') ?? "",
            Manifest = Absolute(options, ManifestOption),
            Expected = options.Values(ExpectOption),
            Ignored = options.Values(IgnoreOption),
            AllowsOthers = options.Value(AllowOthersOption) is not null,
            Homes = HomesOf(options.Values(HomeOption)),
            Owner = options.Value(OwnerOption),
            Services = ServiceSet.Parse(options.Values(ServiceOption), options.Values(ContainerOption)),
            AsteriskSocket = options.Value(AsteriskSocketOption) switch
            {
                null => UsualAsteriskSocket,
                NoSocket => null,
                _ => Absolute(options, AsteriskSocketOption),
            },
            NamesAsteriskSocket = options.Value(AsteriskSocketOption) is not (null or NoSocket),
            IgnoredBeancounters = options.Values(IgnoreBeancounterOption),
            Layers = RequiredMount.ParseAll(options.Values(MountOption)),
            JudgesTimezones = false,
            Grace = BootGrace.Parse(options, BootGraceOption),
            Judged = options.Concerns,
        };
        return settings with
        {
            JudgesTimezones = settings.Judges(OpenvzCheck.Timezone)
                && (options.Value(TimezoneOption) is not null || settings.IsAskedFor(OpenvzCheck.Timezone)),
        };
    }

    private static Dictionary<string, string> HomesOf(IReadOnlyList<string> texts)
    {
        Dictionary<string, string> homes = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            string[] pair = text.Split('=', 2);
            if (pair is not [{ Length: > 0 } id, { Length: > 0 } node] || !homes.TryAdd(id, node))
            {
                throw new UsageException(
                    $"{HomeOption.Name} '{text}' names no home: expected CTID=NODE, each CTID once, such as 101=node002");
            }
        }

        return homes;
    }

    internal bool Judges(Concern concern) => Judged.Contains(concern);

    /// <summary>Whether <c>--only</c> names the concern.</summary>
    internal bool IsAskedFor(Concern concern) => Judged.Count < OpenvzCheck.Facts.Concerns.Length && Judges(concern);

    private static string? Absolute(Options options, CheckOption option)
    {
        string? path = options.Value(option);
        return path is null || path.StartsWith('/')
            ? path
            : throw new UsageException($"{option.Name} '{path}' is no absolute path; accepted is one that begins with /");
    }
}
