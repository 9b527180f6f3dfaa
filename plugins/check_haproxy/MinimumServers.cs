using System.IO.Enumeration;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Which servers of a backend count.</summary>
internal enum CountedServers
{
    /// <summary>Active and backup servers together.</summary>
    All,

    /// <summary>Active servers only.</summary>
    Active,

    /// <summary>Backup servers only.</summary>
    Backup,
}

/// <summary>The least number of usable servers: a count, or a share of those that are configured.</summary>
/// <param name="Number">0 or more; 0 is never missed.</param>
/// <param name="IsPercent">Whether the number is a percentage, up to 100.</param>
internal readonly record struct LeastServers(int Number, bool IsPercent)
{
    internal static LeastServers? Parse(string text)
    {
        bool isPercent = text.EndsWith('%');
        bool isNumber = ushort.TryParse(isPercent ? text[..^1] : text, System.Globalization.NumberStyles.None, null, out ushort number);
        return isNumber && (!isPercent || number <= 100) ? new LeastServers(number, isPercent) : null;
    }

    /// <summary>Without a configured server every share above zero is missed.</summary>
    internal bool IsMissed(int usable, int configured) =>
        IsPercent ? Number > 0 && (configured == 0 || usable * 100L < (long)Number * configured) : usable < Number;

    internal string Spoken => IsPercent ? $"{Number} %" : Number.ToString();
}

/// <summary>One <c>--min-servers</c>: how many usable servers the matching backends need.</summary>
/// <param name="Pattern">A proxy's name, or a pattern with * and ?.</param>
/// <param name="Counted">Which servers count.</param>
/// <param name="Warning">Fewer usable servers are WARNING.</param>
/// <param name="Critical">Fewer usable servers are CRITICAL.</param>
internal sealed record MinimumServers(string Pattern, CountedServers Counted, LeastServers Warning, LeastServers Critical)
{
    internal const string Everything = "*";

    private const string AcceptedForms =
        "WARN,CRIT or PROXY=WARN,CRIT, with /active or /backup behind PROXY for those alone, each limit a count or a percentage of the "
            + "configured servers, such as 2,1 or pbx=50%,1 or web*/backup=1,0";

    internal bool NamesOneProxy => !Pattern.AsSpan().ContainsAny('*', '?');

    /// <exception cref="UsageException">The text is none of the forms.</exception>
    internal static MinimumServers Parse(string text)
    {
        int equals = text.LastIndexOf('=');
        string proxy = equals < 0 ? Everything : text[..equals];
        string[] limits = text[(equals + 1)..].Split(',');
        int slash = proxy.IndexOf('/', StringComparison.Ordinal);
        CountedServers? counted = slash < 0 ? CountedServers.All : proxy[slash..] switch
        {
            "/active" => CountedServers.Active,
            "/backup" => CountedServers.Backup,
            _ => null,
        };
        proxy = slash < 0 ? proxy : proxy[..slash];
        LeastServers? warning = limits.Length == 2 ? LeastServers.Parse(limits[0]) : null;
        LeastServers? critical = limits.Length == 2 ? LeastServers.Parse(limits[1]) : null;
        if (counted is null || warning is null || critical is null || (equals >= 0 && proxy.Length == 0 && slash < 0))
        {
            throw new UsageException($"--min-servers '{text}' is no quorum; accepted is {AcceptedForms}");
        }

        if (warning.Value.IsPercent == critical.Value.IsPercent && warning.Value.Number < critical.Value.Number)
        {
            throw new UsageException($"--min-servers '{text}' is no quorum: it warns below {warning.Value.Spoken} usable servers, which is "
                + $"later than its critical {critical.Value.Spoken}");
        }

        return new MinimumServers(proxy.Length == 0 ? Everything : proxy, counted.Value, warning.Value, critical.Value);
    }

    internal bool Matches(string proxy) => FileSystemName.MatchesSimpleExpression(Pattern, proxy, ignoreCase: false);

    internal Status StatusOf(int usable, int configured) =>
        Critical.IsMissed(usable, configured) ? Status.Critical
        : Warning.IsMissed(usable, configured) ? Status.Warning
        : Status.Ok;

    /// <summary>The limit that was missed, else the first that could be: "at least 2 active", "at least 50 %".</summary>
    internal string Demand(int usable, int configured)
    {
        LeastServers least = Critical.IsMissed(usable, configured) ? Critical : Warning;
        return $"at least {least.Spoken}{Kind}";
    }

    /// <summary>" active", " backup" or nothing.</summary>
    internal string Kind => Counted switch
    {
        CountedServers.Active => " active",
        CountedServers.Backup => " backup",
        _ => "",
    };
}

/// <summary>
/// Every <c>--min-servers</c> of a run. For each proxy its own name wins over a pattern, a pattern over <c>*</c>, and then the last given.
/// </summary>
internal sealed class MinimumServersSet
{
    private readonly List<MinimumServers> bySpecificity;

    /// <param name="given">The values of <c>--min-servers</c>, in their order.</param>
    /// <exception cref="UsageException">One is none.</exception>
    internal MinimumServersSet(IEnumerable<string> given) =>
        bySpecificity =
        [
            .. given.Select(MinimumServers.Parse).Reverse()
                .OrderBy(minimum => minimum.NamesOneProxy ? 0 : minimum.Pattern == MinimumServers.Everything ? 2 : 1),
        ];

    /// <summary>Those that matched no backend; what names nothing must not pass for well.</summary>
    /// <param name="used">What <see cref="For"/> met.</param>
    internal IEnumerable<MinimumServers> Except(IReadOnlySet<MinimumServers> used) =>
        bySpecificity.Where(minimum => !used.Contains(minimum) && minimum.Pattern != MinimumServers.Everything);

    /// <summary>What a proxy needs.</summary>
    /// <param name="proxy">Its name.</param>
    /// <param name="counted">Of which servers.</param>
    /// <param name="used">Takes everything that matches.</param>
    /// <returns>The most specific that matches; null when none does.</returns>
    internal MinimumServers? For(string proxy, CountedServers counted, ISet<MinimumServers> used)
    {
        MinimumServers? found = null;
        foreach (MinimumServers minimum in bySpecificity)
        {
            if (minimum.Counted == counted && minimum.Matches(proxy))
            {
                used.Add(minimum);
                found ??= minimum;
            }
        }

        return found;
    }
}
