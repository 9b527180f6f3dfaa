namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>The one period that everything is checked and told in.</summary>
internal static class TimePeriods
{
    internal static string Text(ObjectNames names) => ObjectText.Define(
        "timeperiod",
        ("timeperiod_name", names.Always),
        ("alias", "Always"),
        ("sunday", "00:00-24:00"),
        ("monday", "00:00-24:00"),
        ("tuesday", "00:00-24:00"),
        ("wednesday", "00:00-24:00"),
        ("thursday", "00:00-24:00"),
        ("friday", "00:00-24:00"),
        ("saturday", "00:00-24:00"));
}
