using System.Collections.Immutable;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What the options say of a HAProxy and its certificates.</summary>
internal sealed record HaproxySettings
{
    internal static readonly CheckOption SocketOption = new(
        "--socket",
        "ADDRESS",
        "stats socket: an absolute path, HOST:PORT or [IPV6]:PORT; or the stats page, http[s]://HOST[:PORT]/PATH; repeatable (default: the "
            + "first of HAProxy's usual paths that exists)",
        Repeatable: true);

    internal static readonly CheckOption CredentialsOption = new(
        "--credentials",
        "FILE",
        "file of mode 0600 with USER:PASSWORD of the stats page");

    internal static readonly CheckOption AuthoritiesOption = new(
        "--ca",
        "FILE",
        "PEM file of authorities that clients have: for a stats page over HTTPS, and so that certificates of theirs need no CA bundle");

    internal static readonly CheckOption BundleOption = new(
        "--bundle",
        "FILE|DIR",
        "bundle of key, certificate and CA bundle, or a folder of them; repeatable",
        Repeatable: true);

    internal static readonly CheckOption EndpointOption = new(
        "--endpoint",
        "HOST:PORT[/SNI]",
        "where HAProxy serves a certificate, to compare with the bundles; repeatable",
        Repeatable: true);

    internal static readonly CheckOption ExpectHostOption = new(
        "--expect-host",
        "NAME",
        "host name that a certificate must cover; repeatable",
        Repeatable: true);

    internal static readonly CheckOption MinimumServersOption = new(
        "--min-servers",
        "[PROXY=]WARN,CRIT",
        "fewer usable servers alert: counts, or percent of the configured; PROXY a name or pattern, with /active or /backup for those "
            + "alone; repeatable (default: some down warn, none usable is critical)",
        Repeatable: true);

    internal static readonly CheckOption ConfigOption = new(
        "--config",
        "FILE|DIR",
        "configuration of HAProxy, in the order of its -f; repeatable: root tests with 'haproxy -c' whether HAProxy would start with it",
        Repeatable: true);

    internal static readonly CheckOption BootGraceOption = new(
        "--boot-grace",
        "DURATION[:STATUS]",
        "how long after the node's boot a HAProxy that does not run yet in its container is STATUS "
            + $"(default {Plugin.BootGrace.Usual})");

    internal static readonly CheckOption IgnoreOption = new(
        "--ignore",
        "PROXY[/SERVER]",
        "judge no proxy or server of this name or pattern; repeatable",
        Repeatable: true);

    internal static readonly ImmutableArray<CheckOption> Declared =
    [
        SocketOption, CredentialsOption, AuthoritiesOption, MinimumServersOption, IgnoreOption, BundleOption, EndpointOption,
        ExpectHostOption, ConfigOption, BootGraceOption,
    ];

    /// <summary>Where statistics are asked; empty for the first of the usual sockets that exists.</summary>
    internal required IReadOnlyList<StatsSource> Sources { get; init; }

    /// <summary>The file with USER:PASSWORD of the stats page; null when it needs none.</summary>
    internal required string? CredentialsFile { get; init; }

    /// <summary>A PEM file of authorities; null for the system's.</summary>
    internal required string? AuthorityFile { get; init; }

    /// <summary>How many usable servers backends need.</summary>
    internal required MinimumServersSet MinimumServers { get; init; }

    /// <summary>What is not evaluated.</summary>
    internal required IgnoreList Ignored { get; init; }

    /// <summary>Absolute paths of files and folders.</summary>
    internal required IReadOnlyList<string> Bundles { get; init; }

    /// <summary>Where certificates are served.</summary>
    internal required IReadOnlyList<Endpoint> Endpoints { get; init; }

    /// <summary>Host names that a certificate must cover.</summary>
    internal required IReadOnlyList<string> ExpectedHosts { get; init; }

    /// <summary>The configurations to test, as HAProxy is given them.</summary>
    internal required IReadOnlyList<string> Configurations { get; init; }

    /// <summary>How long after the node's boot HAProxy may not run yet in its container, and what it is until then.</summary>
    internal required (TimeSpan Length, Status Status) BootGrace { get; init; }

    /// <summary>The time that the run may take.</summary>
    internal required TimeSpan Timeout { get; init; }

    /// <summary>The concerns to evaluate.</summary>
    internal required IReadOnlyList<Concern> Judged { get; init; }

    /// <summary>Whether any concern needs HAProxy's statistics.</summary>
    internal bool NeedsStatistics => Judges(HaproxyCheck.Proxies) || Judges(HaproxyCheck.Traffic) || Judges(HaproxyCheck.Process);

    /// <summary>Whether any certificate is named.</summary>
    internal bool NamesCertificates => Bundles.Count + Endpoints.Count > 0;

    /// <exception cref="UsageException">An option's value is none of the accepted ones.</exception>
    internal static HaproxySettings Parse(Options options)
    {
        HaproxySettings settings = new()
        {
            Sources = [.. options.Values(SocketOption).Select(StatsSource.Parse)],
            MinimumServers = new MinimumServersSet(options.Values(MinimumServersOption)),
            Ignored = new IgnoreList(options.Values(IgnoreOption)),
            Endpoints = [.. options.Values(EndpointOption).Select(Endpoint.Parse)],
            Bundles = Absolute(options, BundleOption),
            Configurations = Absolute(options, ConfigOption),
            CredentialsFile = Absolute(options, CredentialsOption) is [.., var credentials] ? credentials : null,
            AuthorityFile = Absolute(options, AuthoritiesOption) is [.., var authorities] ? authorities : null,
            ExpectedHosts = options.Values(ExpectHostOption),
            BootGrace = Plugin.BootGrace.Parse(options, BootGraceOption),
            Timeout = options.Timeout,
            Judged = options.Concerns,
        };
        if (settings.Configurations.FirstOrDefault(static path => !Configuration.IsPlain(path)) is { } odd)
        {
            throw new UsageException($"--config '{odd}' is not accepted; accepted are letters, digits and /._-:[]");
        }

        return settings.ExpectedHosts.FirstOrDefault(host => !Endpoint.IsHostName(host)) is { } noHost
            ? throw new UsageException($"--expect-host '{noHost}' is no host name; accepted are letters, digits, hyphens and dots, such as "
                + "pbx.example.com")
            : settings;
    }

    internal bool Judges(Concern concern) => Judged.Contains(concern);

    private static IReadOnlyList<string> Absolute(Options options, CheckOption option) =>
        options.Values(option).FirstOrDefault(path => !path.StartsWith('/')) is { } relative
            ? throw new UsageException($"{option.Name} '{relative}' is not accepted; accepted is an absolute path")
            : options.Values(option);
}
