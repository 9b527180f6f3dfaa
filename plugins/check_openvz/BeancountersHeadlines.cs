using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What can be wrong with beancounters, and what on-call does first about it.</summary>
internal static class BeancountersHeadlines
{
    internal static readonly HeadlineKind Refused = new(
        OpenvzCheck.Beancounters,
        "container … was refused … after …; it holds …",
        "grep -A 23 CTID: /proc/user_beancounters; vzctl exec CTID ps aux --sort -rss: what grows?")
    {
        DoNot = "raise the limit before it is known what grows",
        Explanation = "The growth is right: `vzctl set CTID --RESOURCE BARRIER:LIMIT --save`.",
    };

    internal static readonly HeadlineKind NearlyRefused = new(
        OpenvzCheck.Beancounters, "container … holds … of … …: …", Refused.FirstStep)
    {
        DoNot = Refused.DoNot,
        Explanation = "As for a refusal, before it.",
    };

    internal static readonly HeadlineKind BeancountersMissing = new(
        OpenvzCheck.Beancounters,
        "beancounters are not known: … has no row of a container, although …",
        "head -n 30 /proc/user_beancounters as root: does this kernel keep them elsewhere?");

    internal static readonly HeadlineKind BeancountersCut = new(
        OpenvzCheck.Beancounters,
        "beancounters of … are not known: … does not hold all their rows",
        "grep -c . /proc/user_beancounters as root: a kernel's table has two dozen rows for each container");

    internal static readonly HeadlineKind BeancountersUnread = new(OpenvzCheck.Beancounters, "beancounters … …", "")
    {
        Explanation = "The headline has the reason, and the sudoers line where that is the cure.",
    };
}
