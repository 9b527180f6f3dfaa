using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// Who is told, how, and who is told together. Nagios has no notification ways: there a contact with several ways is several contacts.
/// </summary>
internal static class Contacts
{
    internal static string Text(EstateModel estate, ObjectNames names, Dialect dialect) => string.Concat(estate.Contacts.Select(contact => dialect == Dialect.Shinken
        ? ObjectText.Define(
            "contact",
            ("contact_name", names.Contact(contact)),
            ("alias", contact.Alias),
            ("notificationways", string.Join(',', contact.Ways.Select(names.Way))),
            ("can_submit_commands", "0"))
        : string.Concat(contact.Ways.Select(way => ObjectText.Define(
            "contact",
            [
                ("contact_name", names.Contact(contact, way)),
                ("alias", contact.Alias),
                ("host_notifications_enabled", "1"),
                ("service_notifications_enabled", "1"),
                .. WayDirectives(way, names),
                ("can_submit_commands", "0"),
            ])))));

    /// <summary>Shinken's own objects for the ways.</summary>
    internal static string WayText(EstateModel estate, ObjectNames names) => string.Concat(estate.Ways.Select(way => ObjectText.Define(
        "notificationway",
        [("notificationway_name", names.Way(way)), .. WayDirectives(way, names)])));

    internal static string GroupText(EstateModel estate, ObjectNames names, Dialect dialect) => string.Concat(estate.ContactGroups.Select(group => ObjectText.Define(
        "contactgroup",
        ("contactgroup_name", names.ContactGroup(group.Name)),
        ("alias", group.Alias),
        ("members", string.Join(',', dialect == Dialect.Shinken
            ? group.Contacts.Select(names.Contact)
            : group.Contacts.SelectMany(contact => contact.Ways.Select(way => names.Contact(contact, way))))))));

    private static IEnumerable<(string Directive, string? Value)> WayDirectives(NotificationWay way, ObjectNames names) =>
    [
        ("host_notification_period", names.Period(way.Period)),
        ("service_notification_period", names.Period(way.Period)),
        ("host_notification_options", Options(way.Hosts)),
        ("service_notification_options", Options(way.Services)),
        ("host_notification_commands", names.Notify(way.Route)),
        ("service_notification_commands", names.Notify(way.Route)),
    ];

    private static string Options(IReadOnlyList<string> states) =>
        states.Count == 0 ? "n" : string.Join(',', states.Select(state => state[..1]).Concat(["r", "f", "s"]));
}
