using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>Who is told, and the group of them all.</summary>
internal static class Contacts
{
    internal static string Text(EstateModel estate, ObjectNames names) => string.Concat(estate.Contacts.Select(contact => ObjectText.Define(
        "contact",
        ("contact_name", names.Contact(contact)),
        ("alias", contact.Alias),
        ("host_notifications_enabled", "1"),
        ("service_notifications_enabled", "1"),
        ("host_notification_period", names.Always),
        ("service_notification_period", names.Always),
        ("host_notification_options", "d,r,f,s"),
        ("service_notification_options", "w,u,c,r,f,s"),
        ("host_notification_commands", names.Notify(contact.Route)),
        ("service_notification_commands", names.Notify(contact.Route)),
        ("can_submit_commands", "0"))));

    internal static string GroupText(EstateModel estate, ObjectNames names) => ObjectText.Define(
        "contactgroup",
        ("contactgroup_name", names.OnCall),
        ("alias", "On call"),
        ("members", string.Join(',', estate.Contacts.Select(names.Contact))));
}
