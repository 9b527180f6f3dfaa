namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Steps of an incident of the store as the parts of serve make them, for tests that stand in for one of the parts.</summary>
internal static class Drive
{
    /// <summary>The call that is due; null when none is made.</summary>
    public static Call? Next(this Store store, string key, Channels? channels = null) =>
        store.Incidents.Find(key) is { } incident ? Plan.Next(incident, channels ?? Channels.ApiOnly, DateTimeOffset.MaxValue).Call : null;

    public static SchedulerEvent NotificationOf(this Store store, string key) => store.Table.NotificationOf(store.Incidents.Find(key)!);

    public static void Begin(this Store store, Call call) => store.Incidents.Apply(call.Key, new IncidentInput.CallStarted(call));

    public static void Accept(this Store store, Call call, string answer = "HTTP 202") =>
        store.Incidents.Apply(call.Key, new IncidentInput.CallAnswered(call, IsAccepted: true, answer));

    /// <returns>What came of it, in words.</returns>
    public static string Refuse(this Store store, Call call, string answer) =>
        store.Incidents.Apply(call.Key, new IncidentInput.CallAnswered(call, IsAccepted: false, answer)).Summary;

    public static void Fail(this Store store, Call call, string answer, TimeSpan wait) =>
        store.Incidents.Apply(call.Key, new IncidentInput.CallUnanswered(call, answer, wait));

    /// <returns>What came of it, in words.</returns>
    public static string Respond(this Store store, ResponderAction action) =>
        store.Incidents.Apply(action.Key, new IncidentInput.Responded(action)).Summary;

    /// <summary>The pages that PagerDuty should have open.</summary>
    public static List<OpenPage> Pages(this Store store) =>
        [.. store.Table.Query(IncidentFilter.Pages).Select(OpenPage.Of).OfType<OpenPage>()];

    /// <returns>True when something was given up.</returns>
    public static bool Drop(this Store store, string key, string who) =>
        !store.Incidents.Apply(key, new IncidentInput.Dropped(who)).IsNothing;

    /// <summary>Tries dead letters again as a start of serve does.</summary>
    public static void RetryDeadLetters(this Store store) => store.Incidents.Apply(
        store.Table.Query(IncidentFilter.DeadLetters).Select(incident => incident.Key), new IncidentInput.Retried());
}
