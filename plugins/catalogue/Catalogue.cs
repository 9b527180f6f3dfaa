using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.GlusterSplit;
using Ringfree.Monitoring.Plugins.Haproxy;
using Ringfree.Monitoring.Plugins.Openvz;
using Ringfree.Monitoring.Plugins.OverSsh;
using Ringfree.Monitoring.Plugins.SansayHa;
using Ringfree.Monitoring.Plugins.Voipmon;

namespace Ringfree.Monitoring.Plugins;

/// <summary>The facts of every check, for the generators and the README: one line a check.</summary>
public static class Catalogue
{
    /// <summary>In alphabetical order of the programs' names.</summary>
    public static IReadOnlyList<Facts> Checks { get; } =
    [
        GlusterSplitCheck.Facts,
        HaproxyCheck.Facts,
        OpenvzCheck.Facts,
        OverSshCheck.Facts,
        SansayHaCheck.Facts,
        VoipmonCheck.Facts,
    ];
}
