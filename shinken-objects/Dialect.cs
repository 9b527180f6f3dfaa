namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>Whose object files are written. Nagios 4 stops at directives that only Shinken knows.</summary>
internal enum Dialect
{
    /// <summary>Shinken 2.4.</summary>
    Shinken,

    /// <summary>Nagios 4, the subset that both read.</summary>
    Nagios,
}
