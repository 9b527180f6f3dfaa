using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What can be wrong with time zones, and what on-call does first about it.</summary>
internal static class TimezoneHeadlines
{
    internal static readonly HeadlineKind ZoneDrift = new(
        OpenvzCheck.Timezone,
        "container …: PHP… means …, but …",
        "vzctl exec CTID ls -l /etc/localtime; vzctl exec CTID grep -r ^date.timezone /etc/php.ini /etc/php.d; set one to the other, then "
            + "vzctl exec CTID service httpd reload")
    {
        Explanation = "Voicemail and call records are stamped with both.",
    };

    internal static readonly HeadlineKind ZoneUnknown = new(
        OpenvzCheck.Timezone,
        "container …: … names a time zone that this node does not know",
        "vzctl exec CTID grep -r ^date.timezone /etc/php.ini /etc/php.d: is the name spelled as in /usr/share/zoneinfo?");

    internal static readonly HeadlineKind ZoneStale = new(
        OpenvzCheck.Timezone,
        "container … may still mean its old time zone: … was changed …, its web server has the settings of …",
        "vzctl exec CTID service httpd reload (Debian: service apache2 reload)")
    {
        Explanation = "PHP reads its settings when the web server starts or reloads. A file that was written without another zone in it "
            + "counts only until the check has seen both.",
    };

    internal static readonly HeadlineKind ManyZonesStale = new(
        OpenvzCheck.Timezone,
        "… containers may still mean their old time zones, because their web servers were not reloaded: …",
        "for i in CTID ...; do vzctl exec $i service httpd reload; done")
    {
        Explanation = ZoneStale.Explanation,
    };

    internal static readonly HeadlineKind NoZoneSet = new(
        OpenvzCheck.Timezone, "no container sets a time zone for PHP (date.timezone), so that there is none to compare with its "
            + "system's", "")
    {
        Explanation = "Set `date.timezone` in the php.ini of each container; where that is not meant, leave the concern out of the estate.",
    };

    internal static readonly HeadlineKind ZoneUnread = new(
        OpenvzCheck.Timezone,
        "the time zone of container … is not known: …",
        "vzctl exec CTID du -a --max-depth=1 /etc: what fills it with files?")
    {
        Explanation = "Only this container is not judged: what one holds never uses up the time of the others.",
    };

    internal static readonly HeadlineKind ManyZones = new(
        OpenvzCheck.Timezone, "… containers have a PHP in another time zone than their system: …", ZoneDrift.FirstStep)
    {
        Explanation = ZoneDrift.Explanation,
    };

    internal static readonly HeadlineKind ZonesUnknown = new(OpenvzCheck.Timezone, "time zones are not known: …", "")
    {
        Explanation = "The headline has the cure.",
    };
}
