using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// What became of the pair since each node was last read well: a change of role, one that was undone between two runs, a restart, a
/// numeric HA field. What is found stays raised for the latch time. Only a node that was read is remembered anew, so an outage erases
/// nothing. Two active nodes are a state that is told while it lasts: what changed is compared with the pair before it, so that it ends
/// with its repair.
/// </summary>
internal sealed class ChangesEvaluation(Severities severities, ConcernReport ha)
{
    private static readonly string[] NumericFields =
        [SystemStatistics.LocalStatus, SystemStatistics.RemoteStatus, SystemStatistics.SwitchOverFlag];

    /// <summary>Raises what changed and remembers what is.</summary>
    /// <returns>The nodes that had no earlier state, whose present one is now the baseline.</returns>
    internal static IReadOnlyList<string> Evaluate(PairReading pair, Severities severities, ConcernReport ha)
    {
        ChangesEvaluation changes = new(severities, ha);
        if (pair.IsOneBox)
        {
            return [];
        }

        NodeReading[] told = [.. pair.Nodes.Where(node => node.Statistics is not null)];
        NodeReading[] known = [.. told.Where(changes.IsKnown)];
        if (pair.IsSplit)
        {
            known.ToList().ForEach(changes.RaiseReturn);
            changes.Remember(pair);
            return [.. told.Except(known).Select(node => node.Name)];
        }

        if (known.Length == 2 && changes.SwitchedOver(known[0], known[1]) is { } sentence)
        {
            ha.Raise("roles", severities[Severities.Change], SansayHeadlines.SwitchedOver, sentence);
        }
        else
        {
            foreach (NodeReading node in known.Where(changes.ChangedRole))
            {
                changes.RaiseRole(node);
            }
        }

        foreach (NodeReading node in known)
        {
            changes.RaiseReturn(node);
            changes.RaiseNumbers(node);
        }

        changes.Remember(pair);
        return [.. told.Except(known).Select(node => node.Name)];
    }

    private string? Past(NodeReading node, string key) => ha.Past.Text($"{node.Name}.{key}");

    private long? PastNumber(NodeReading node, string key) => ha.Past.Number($"{node.Name}.{key}");

    /// <summary>Known by name and address: another address is another box, whose history is not this one's.</summary>
    private bool IsKnown(NodeReading node) => Past(node, "address") == node.Node.Address && Past(node, "state") is not null;

    private bool ChangedRole(NodeReading node) => Past(node, "state") != node.Statistics!.StateText;

    /// <summary>Not the role of the last reading: the one before a split may be another.</summary>
    private bool ChangedSinceLastReading(NodeReading node) => Past(node, "seen") != node.Statistics!.StateText;

    private string LastSeen(NodeReading node) => $"last seen {Words.Moment(ha.Past.Time($"{node.Name}.at"))}";

    private string? SwitchedOver(NodeReading a, NodeReading b)
    {
        (string? Past, string Now) first = (Past(a, "state"), a.Statistics!.StateText);
        (string? Past, string Now) second = (Past(b, "state"), b.Statistics!.StateText);
        return (first, second) switch
        {
            (("active", "standby"), ("standby", "active")) => Sentence(b, a),
            (("standby", "active"), ("active", "standby")) => Sentence(a, b),
            _ => null,
        };

        string Sentence(NodeReading now, NodeReading before) =>
            $"switch-over: {now.Name} is active now and {before.Name} standby; before, {before.Name} was active ({LastSeen(before)})";
    }

    private void RaiseRole(NodeReading node)
    {
        string before = Past(node, "state")!;
        string now = node.Statistics!.StateText;
        ha.Raise(
            $"role {node.Name}",
            before == "active" || now == "active" ? severities[Severities.Change] : Status.Warning,
            SansayHeadlines.RoleChanged,
            $"{node.Name} changed from {before} ({LastSeen(node)}) to {now}");
    }

    /// <summary>The role is as it was, but the node has been in another one in between, or was restarted.</summary>
    private void RaiseReturn(NodeReading node)
    {
        SystemStatistics told = node.Statistics!;
        if (ChangedSinceLastReading(node))
        {
            return;
        }

        bool otherPast = told.EarlierStateText != (Past(node, "previous") ?? told.EarlierStateText);
        bool restarted = Fell(node.UptimeSeconds, PastNumber(node, "uptime")) || Fell(told.Number(SystemStatistics.Attempts), PastNumber(node, "attempts"));
        if (!otherPast && !restarted)
        {
            return;
        }

        string why = string.Join(" and ", (string[])[
            .. otherPast ? [$"it came from '{told.EarlierStateText}', not from '{Past(node, "previous")}'"] : Array.Empty<string>(),
            .. restarted ? [Restart(node, told)] : Array.Empty<string>(),
        ]);
        ha.Raise(
            $"return {node.Name}",
            otherPast || told.Serves ? severities[Severities.Change] : Status.Warning,
            SansayHeadlines.WentAndCame,
            $"{node.Name} is {told.StateText} as before, but was not all the time: {why} ({LastSeen(node)})");
    }

    private string Restart(NodeReading node, SystemStatistics told) => node.UptimeSeconds is { } up && Fell(up, PastNumber(node, "uptime"))
        ? $"it restarted {Words.Duration(up)} ago"
        : $"its counter {SystemStatistics.Attempts} fell from {PastNumber(node, "attempts")} to {told.Number(SystemStatistics.Attempts)}, as a restart makes it";

    private static bool Fell(long? now, long? before) => now < before;

    private void RaiseNumbers(NodeReading node)
    {
        foreach (string field in NumericFields)
        {
            if (node.Statistics!.Number(field) is { } now && PastNumber(node, field) is { } before && now != before)
            {
                ha.Raise(
                    $"{field} {node.Name}",
                    Status.Warning,
                    SansayHeadlines.NumberChanged,
                    $"{field} of {node.Name} changed from {before} to {now} (its meaning is not documented; healthy pairs show {Healthy(field)})");
            }
        }
    }

    /// <summary>
    /// What real devices show when all is well. Source: a row of a real device in a public client, and that client's tests.
    /// </summary>
    internal static long Healthy(string field) => field == SystemStatistics.SwitchOverFlag ? 3 : 0;

    /// <summary>By option, a numeric field that is not what healthy devices show is judged without a change.</summary>
    internal static void EvaluateNumbers(PairReading pair, Severities severities, ConcernReport ha)
    {
        if (severities[Severities.Flags] == Status.Ok)
        {
            return;
        }

        foreach (NodeReading node in pair.Nodes.Where(node => node.Statistics is not null))
        {
            foreach (string field in NumericFields)
            {
                if (node.Statistics!.Number(field) is { } now && now != Healthy(field))
                {
                    ha.Problem(
                        severities[Severities.Flags],
                        SansayHeadlines.Number.About($"{field} {node.Name}"),
                        $"{field} of {node.Name} is {now}; healthy pairs show {Healthy(field)}");
                }
            }
        }
    }

    private void Remember(PairReading pair)
    {
        if (pair.Nodes.All(node => node.Statistics is null))
        {
            return;
        }

        foreach (NodeReading node in pair.Nodes)
        {
            if (node.Statistics is { } told)
            {
                Remember(node, told, pair.IsSplit);
            }
            else
            {
                ha.RememberAsBefore(key => key.StartsWith($"{node.Name}.", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>In a split the role and the numeric HA fields of before it stay the baseline; without one there is none yet.</summary>
    private void Remember(NodeReading node, SystemStatistics told, bool isSplit)
    {
        string[] baseline = [.. NumericFields.Append("state").Append("at").Select(key => $"{node.Name}.{key}")];
        ha.Remember($"{node.Name}.address", node.Node.Address);
        ha.Remember($"{node.Name}.seen", told.StateText);
        ha.Remember($"{node.Name}.previous", told.EarlierStateText);
        RememberNumber($"{node.Name}.attempts", told.Number(SystemStatistics.Attempts));
        RememberNumber($"{node.Name}.uptime", node.UptimeSeconds);
        if (!isSplit)
        {
            ha.Remember($"{node.Name}.state", told.StateText);
            ha.Remember($"{node.Name}.at", ha.Now);
            NumericFields.ToList().ForEach(field => RememberNumber($"{node.Name}.{field}", told.Number(field)));
        }
        else if (IsKnown(node))
        {
            ha.RememberAsBefore(baseline.Contains);
        }
    }

    private void RememberNumber(string key, long? now)
    {
        if ((now ?? ha.Past.Number(key)) is { } number)
        {
            ha.Remember(key, number);
        }
    }
}
