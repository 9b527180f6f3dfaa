using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// Watches a pair of Sansay SBCs through both nodes' own management addresses: who is active, what changed, and how full the licence is.
/// </summary>
public sealed class SansayHaCheck : ICheck
{
    internal static readonly Concern Ha = new(
        "ha",
        "exactly one node is active, the other stands by, and neither changed",
        "open both nodes' web GUIs by their own addresses and compare their HA states; place a test call; when the change is "
            + "understood, run this check with --acknowledge");

    internal static readonly Concern Load = new(
        "load",
        "sessions, calls per second and CPU stay below their limits",
        "in the active node's GUI, see which trunk holds the sessions; a loop or an attack shows as many short calls of one trunk");

    internal static readonly MetricFacts NodesActive = new("nodes_active", Unit.Count, "nodes that say they are active", Ha);
    internal static readonly MetricFacts NodesReachable = new("nodes_reachable", Unit.Count, "nodes that told their state", Ha);

    internal static readonly MetricFacts SessionUse = new("session_use", Unit.Percent, "sessions of the active node against the licence", Load)
    {
        Warning = Plugin.Range.Parse("80"),
        Critical = Plugin.Range.Parse("90"),
    };

    internal static readonly MetricFacts Sessions = new("sessions", Unit.Count, "sessions of the active node (sum_active_session)", Load);
    internal static readonly MetricFacts SessionLimit = new("session_limit", Unit.Count, "sessions that the licence allows (max_session_allowed)", Load);
    internal static readonly MetricFacts SessionLimitHits = new("session_limit_hits", Unit.Count, "what the device counts as max_session_exceed", Load);

    internal static readonly MetricFacts CallsPerSecondUse = new("cps_use", Unit.Percent, "calls per second of the active node against the licence", Load)
    {
        IsSample = true,
        Warning = Plugin.Range.Parse("80"),
        Critical = Plugin.Range.Parse("90"),
    };

    internal static readonly MetricFacts CallsPerSecond = new("cps", Unit.Count, "calls per second of the active node (current_cps)", Load);
    internal static readonly MetricFacts CallsPerSecondLimit = new("cps_limit", Unit.Count, "calls per second that the licence allows (max_cps_allowed)", Load);
    internal static readonly MetricFacts CallsPerSecondLimitHits = new("cps_limit_hits", Unit.Count, "what the device counts as max_cps_exceed", Load);

    internal static readonly MetricFacts CpuIdle = new("cpu_idle", Unit.Percent, "idle CPU of the busier node (cpu_idle_percent)", Load)
    {
        IsSample = true,
        Warning = Plugin.Range.Parse("20:"),
        Critical = Plugin.Range.Parse("10:"),
    };

    internal static readonly MetricFacts Attempts = new("attempts", Unit.Counter, "call attempts of the active node since it started (sum_attempt_session)", Load);

    internal static readonly MetricFacts AttemptSilence = new(
        "attempt_silence", Unit.Seconds, "time in hours that are not quiet without a call attempt at the active node", Load)
    {
        Warning = Plugin.Range.Parse("900"),
        Critical = Plugin.Range.Parse("1800"),
    };

    private static readonly CheckOption NodeOption = new(
        "--node", "NAME=HOST[:PORT]", "a node by its own management address, port 8888 by default; needed twice", Repeatable: true);

    private static readonly CheckOption CredentialsOption = new("--credentials", "FILE", $"user and password of the API: {CredentialsForm}");
    private static readonly CheckOption AuthorityOption = new("--ca", "FILE", "trust certificates of this authority, PEM (default: the system's store)");

    private static readonly CheckOption PinOption = new(
        "--pin", "[NODE=]SHA256", "trust the certificate with this SHA-256 fingerprint and no other, repeatable; without NODE for both nodes", Repeatable: true);

    private static readonly CheckOption OldTlsOption = new(
        "--old-tls", null, "speak TLS 1.0 and 1.1 too, for a device that knows nothing newer; needs --pin for both nodes");

    private static readonly CheckOption ApiOption = new("--api", "API", "rest, soap, or auto: REST, and SOAP where it answers 404 (default auto)");
    private static readonly CheckOption ExpectOption = new("--expect", "NODE=STATE", "the role that a node is to have: active, standby or standalone; repeatable", Repeatable: true);
    private static readonly CheckOption SeverityOption = new("--severity", "CASE=STATUS", $"how grave a case is, repeatable (default {Severities.Forms})", Repeatable: true);

    private static readonly CheckOption QuietHoursOption = new(
        "--quiet-hours",
        "SPAN",
        "when no calls are expected, in the time zone of --zone, else UTC: [DAYS/]HH:MM-HH:MM or none, repeatable (default "
            + $"{QuietHours.DefaultWords})",
        Repeatable: true);

    private static readonly CheckOption AcknowledgeOption = new(
        "--acknowledge", null, "drop the changes that are held or that this run sees first: they are known and well")
    {
        IsSaidByHand = true,
    };

    private const string CredentialsForm = "USER:PASSWORD in its first line; mode 0600";

    /// <inheritdoc/>
    public static Facts Facts { get; } = new()
    {
        Name = "check_sansay_ha",
        Purpose = "watches both nodes of a Sansay SBC pair: roles, every change of them, and sessions against the licence.",
        Concerns = [Ha, Load],
        Metrics =
        [
            NodesActive, NodesReachable, SessionUse, Sessions, SessionLimit, SessionLimitHits, CallsPerSecondUse, CallsPerSecond, CallsPerSecondLimit,
            CallsPerSecondLimitHits, CpuIdle, Attempts, AttemptSilence,
        ],
        MainMetric = SessionUse,
        Options = [NodeOption, CredentialsOption, AuthorityOption, PinOption, OldTlsOption, ApiOption, ExpectOption, SeverityOption, QuietHoursOption, AcknowledgeOption],
        Deadline = TimeSpan.FromSeconds(30),
        Remembers = true,
        Latch = TimeSpan.FromHours(1),
        RootIsNeededFor = "",
    };

    /// <inheritdoc/>
    public static Report Run(CheckRun run)
    {
        Options options = run.Options;
        IReadOnlyList<SansayNode> nodes = SansayNode.ParsePair(options.Values(NodeOption));
        Severities severities = new(options.Values(SeverityOption));
        IReadOnlyDictionary<string, string> expected = ExpectedRoles.Parse(options.Values(ExpectOption), nodes);
        string credentials = options.Value(CredentialsOption)
            ?? throw new UsageException("--credentials is missing; needed is a FILE with " + CredentialsForm);
        if (options.Value(AuthorityOption) is { } authority && run.World.Look(authority).Kind != PathKind.File)
        {
            throw new UsageException($"--ca '{authority}' is no file that can be read; accepted is a PEM file of authorities");
        }

        NodeTrust trust = new(options.Value(AuthorityOption), options.Values(PinOption), options.Value(OldTlsOption) is not null, nodes);
        PairReading pair = new PairProbe(run.World, credentials, trust, ApiChoice.Parse(options.Value(ApiOption))).Read(nodes);
        QuietHours quiet = new(options.Values(QuietHoursOption));
        return Evaluate(pair, severities, expected, quiet, run.BeginReport());
    }

    private static Report Evaluate(
        PairReading pair, Severities severities, IReadOnlyDictionary<string, string> expected, QuietHours quiet, ReportBuilder report)
    {
        if (report.Options.Value(AcknowledgeOption) is not null)
        {
            report.Options.Concerns.ToList().ForEach(concern => report.For(concern).AcknowledgeChanges());
        }

        string baseline = report.Options.Judges(Ha) ? EvaluateHa(pair, severities, expected, report) : "";
        if (report.Options.Judges(Load))
        {
            LoadEvaluation.Evaluate(pair, severities, quiet, report);
        }

        if (pair.Second is not null)
        {
            report.Note($"read twice: at first {string.Join(", ", pair.First.Select(node => node.Words))}");
        }

        if (report.Options.Verbosity >= 2)
        {
            pair.Nodes.Select(Trace).ToList().ForEach(report.Trace);
        }

        Report built = report.Build();
        return built with { AllWell = built.AllWell + baseline };
    }

    /// <summary>Evaluates the pair, and returns what is to be said of nodes that had no earlier state.</summary>
    private static string EvaluateHa(
        PairReading pair, Severities severities, IReadOnlyDictionary<string, string> expected, ReportBuilder report)
    {
        ConcernReport ha = report.For(Ha);
        RolesEvaluation.Evaluate(pair, severities, ha);
        ExpectedRoles.Evaluate(pair, expected, severities, ha);
        ChangesEvaluation.EvaluateNumbers(pair, severities, ha);
        IReadOnlyList<string> unknownBefore = ChangesEvaluation.Evaluate(pair, severities, ha);
        int read = pair.Nodes.Count(node => node.Statistics is not null);
        ha.Measure(NodesActive, read == 0 ? null : pair.Nodes.Count(node => node.Statistics?.State == HaState.Active), maximum: 2);
        ha.Measure(NodesReachable, read, maximum: 2);
        ha.Summary(string.Join(", ", pair.Nodes.Select(node => node.Words)));
        return unknownBefore.Count == 0 ? ""
            : $"; no earlier state of {string.Join(" and ", unknownBefore)}, baseline "
                + (report.Options.WritesMemory ? "recorded" : "not recorded");
    }

    private static string Trace(NodeReading node) => node.Statistics is { } told
        ? $"{node.Name} ({node.Node.Address}, {node.Api.ToString().ToLowerInvariant()}, up {(node.UptimeSeconds is { } up ? Words.Duration(up) : "not told")}): {told.Describe()}"
        : $"{node.Name} ({node.Node.Address}): {NodeErrorEvaluation.Of(node).Words}";
}
