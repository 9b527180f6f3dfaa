using System.Globalization;
using System.Text;
using System.Text.Json;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verbs maintenance start, stop and list.</summary>
internal static class MaintenanceVerbs
{
    /// <summary>The longest window: a forgotten one must end.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>How far ahead a window may be planned.</summary>
    public static readonly TimeSpan FarthestStart = TimeSpan.FromDays(90);

    /// <summary>How long list shows a window that has ended.</summary>
    public static readonly TimeSpan Recently = TimeSpan.FromDays(1);

    private const string StartVerb = "maintenance start";
    private const string StopVerb = "maintenance stop";
    private const int MostNamed = 20;

    private static readonly TimeSpan SourcePatience = TimeSpan.FromSeconds(5);
    private static readonly string[] Columns = ["ID", "STATE", "HOST", "SERVICE", "SINCE", "UNTIL", "BY", "REASON"];

    public static int Start(string configFile, MaintenanceScope scope, string duration, string? at, string reason)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateTimeOffset? since = at is null ? null : MomentText.Parse(at, now);
        TimeSpan span = DurationText.Parse(duration) ?? TimeSpan.Zero;
        string? complaint = span <= TimeSpan.Zero || span > Longest
                ? $"given --for {duration}; accepted: {DurationText.Accepted}, at most {Longest.Days}d"
            : at is not null && since is null ? $"given --at {at}; accepted: {MomentText.Accepted}"
            : since <= now || since > now + FarthestStart
                ? $"given --at {at}, which is {Words.Moment(since.Value)}; accepted: a moment to come, "
                    + $"at most {FarthestStart.Days} days ahead (now it is {Words.Moment(now)})"
            : string.IsNullOrWhiteSpace(reason) ? "given an empty --reason; accepted: a sentence for those who look later"
            : scope.Complaint();
        if (complaint is not null)
        {
            return Fail(StartVerb, complaint, ExitCode.Usage);
        }

        var problems = new Problems();
        IReadOnlyList<EstateHostName>? estate = scope.EstateFile is { } file ? EstateHosts.Load(file, problems) : null;
        List<ObjectDefinition> objects = [];
        try
        {
            objects = scope.ObjectsFolder is { } folder ? ObjectFiles.ReadFolder(folder) : [];
        }
        catch (IOException unreadable)
        {
            return Fail(StartVerb, $"--objects: {unreadable.Message}", ExitCode.Usage);
        }

        if (problems.Any)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        return CommandContext.WithStore(StartVerb, configFile, (config, store) =>
        {
            KnownNames known = Known(config, store, scope, estate, objects);
            string hosts = scope.Resolve(estate, known, out string? unknown);
            if (unknown is not null)
            {
                return Fail(StartVerb, unknown);
            }

            MaintenanceWindow window = store.Maintenance.Start(
                hosts, string.Join(',', scope.Services), span, reason.Trim(), CommandContext.Who(), since);
            store.Table.Record(null, "maintenance", $"{window.Id} of {window.Scope} started by {window.StartedBy}: {window.Reason}");
            new MaintenanceFile(config.SpoolPath).TryWrite(store.Maintenance);
            StandardStreams.Output(Started(window, known, store));
            return ExitCode.Done;
        });
    }

    public static int Stop(string configFile, long? id, bool isAll) => id is not null && isAll
        ? Fail(StopVerb, $"given {id} and --all; accepted: one of the two", ExitCode.Usage)
        : CommandContext.WithStore(StopVerb, configFile, (config, store) =>
    {
        if (id is null && !isAll)
        {
            List<MaintenanceWindow> windows = store.Maintenance.Recent(TimeSpan.Zero);
            StandardStreams.Output(windows.Count > 0 ? Listed(windows) : "");
            return windows.Count == 0
                ? Fail(StopVerb, "no window is open or planned")
                : Fail(StopVerb, "nothing was ended: give the ID of one window, or --all", ExitCode.Usage);
        }

        int count = store.Maintenance.Stop(id, CommandContext.Who());
        new MaintenanceFile(config.SpoolPath).TryWrite(store.Maintenance);
        store.Incidents.Apply(store.Table.Query(IncidentFilter.Suppressed).Select(incident => incident.Key), new IncidentInput.Tick());
        if (count == 0)
        {
            return Fail(StopVerb, id is null ? "no window is open or planned" : $"no window {id} is open or planned");
        }

        store.Table.Record(null, "maintenance", $"{(id is null ? "all" : $"{id}")} ended by {CommandContext.Who()}");
        StandardStreams.Output($"{Count(count, "window")} ended; what is still bad pages now\n");
        return ExitCode.Done;
    });

    public static int List(string configFile, bool asJson) => CommandContext.WithStore("maintenance list", configFile, asJson, (_, store) =>
    {
        List<MaintenanceWindow> windows = store.Maintenance.Recent(Recently);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        StandardStreams.Output(asJson
            ? JsonSerializer.Serialize(
                [.. windows.Select(window => MaintenanceJson.Of(window, now))], PeopleJson.Readable.IReadOnlyListMaintenanceJson) + "\n"
            : Listed(windows));
        return ExitCode.Done;
    });

    /// <summary>One line for each window that ends soon: the reminder that list prints below its table.</summary>
    public static string Reminders(Store store)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return string.Concat(store.Maintenance.Open().Where(window => window.IsEnding(now)).Select(window =>
            $"maintenance {window.Id} of {window.Scope} ends in {Words.Duration(window.Until - now)}: what is still bad pages then\n"));
    }

    private static string Listed(IEnumerable<MaintenanceWindow> windows)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return Table.Text(Columns, windows.Select(window => new[]
        {
            window.Id.ToString(CultureInfo.InvariantCulture), State(window, now),
            window.Host.Length > 0 ? window.Host.Replace(",", ", ", StringComparison.Ordinal) : "(everything)", window.Service,
            Words.Moment(window.Since), Words.Moment(window.Until), window.StartedBy, window.Reason,
        }));
    }

    private static string State(MaintenanceWindow window, DateTimeOffset now) => window.State(now) switch
    {
        "open" when window.IsEnding(now) => $"open, ends in {Words.Duration(window.Until - now)}",
        var state => window.EndedBy is { } who ? $"{state} by {who}" : state,
    };

    private static KnownNames Known(
        Config config, Store store, MaintenanceScope scope, IReadOnlyList<EstateHostName>? estate, IReadOnlyList<ObjectDefinition> objects)
    {
        var known = KnownNames.Of(store);
        if (estate is not null)
        {
            known.AddWhole("the estate", estate.Select(host => (host.Name, "")));
        }

        if (scope.ObjectsFolder is { } folder)
        {
            known.AddObjects(folder, objects);
        }

        if (SchedulerSource.Of(config.Reconcile, TimeProvider.System) is { } source)
        {
            string name = config.Reconcile.StatusFile ?? $"livestatus at {config.Reconcile.Livestatus}";
            try
            {
                using var patience = new CancellationTokenSource(SourcePatience, TimeProvider.System);
                var names = new List<(string, string)>();
                bool Note(string host, string service)
                {
                    names.Add((host, service));
                    return false;
                }

                // The problems that were notified are kept without a question.
                SchedulerState state = source.ReadAsync(StateQuestion.Of(Note), patience.Token).GetAwaiter().GetResult();
                known.AddWhole(name, names.Concat(state.Objects.Select(one => (one.Host, one.Service))));
            }
            catch (Exception silent) when (silent is IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                string why = silent is OperationCanceledException
                    ? $"it does not answer within {SourcePatience.TotalSeconds} s"
                    : silent.Message;
                StandardStreams.Error($"pagerduty-bridge {StartVerb}: names are checked without {name}: {Words.Safe(why)}\n");
            }
        }

        return known;
    }

    private static string Started(MaintenanceWindow window, KnownNames known, Store store)
    {
        var text = new StringBuilder();
        string from = window.IsPlanned ? $"from {Words.Moment(window.Since)} " : "";
        text.AppendLine(
            $"maintenance {window.Id} of {window.Scope} {from}until {Words.Moment(window.Until)}: "
            + "new problems page nobody, and page then if they are still bad");
        string[] hosts = [.. known.Hosts.Where(host => window.Host.Length == 0 || NamePatterns.Match(window.Host, host))];
        int services = hosts.Sum(host => known.ServicesOf(host).Count(service => window.Covers(host, service)));
        string more = NamePatterns.IsPattern(window.Host) ? ", and every other host that fits" : "";
        text.AppendLine($"it covers {Count(hosts.Length, "known host")} and {Count(services, "known service")}{Named(hosts)}{more}");
        IReadOnlyList<string> open = store.Table.Select(
            IncidentFilter.Unsettled,
            incident =>
                incident is { Kind: IncidentKind.Scheduler, IsBad: true }
                    && incident.Members.Any(member => window.Covers(member.Host, member.Service))
                ? $"{Describe.Name(incident)} {Words.Safe(incident.State)}" : null);
        text.AppendLine(open.Count == 0 ? "none of their incidents is open now"
            : $"{Count(open.Count, "incident")} "
                + $"{(open.Count == 1 ? "is open already and stays" : "are open already and stay")} so{Named(open)}");
        return text.ToString();
    }

    private static string Named(IReadOnlyCollection<string> names) =>
        names.Count == 0
            ? ""
            : $": {string.Join(", ", names.Take(MostNamed).Select(Words.Safe))}"
                + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");

    private static string Count(int count, string one) => $"{count} {(count == 1 ? one : one + "s")}";

    private static int Fail(string verb, string sentence, int code = ExitCode.Failed)
    {
        StandardStreams.Error($"pagerduty-bridge {verb}: {sentence}\n");
        return code;
    }
}
