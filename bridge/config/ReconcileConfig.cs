using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The table [reconcile]: the comparison with the scheduler's own state.</summary>
/// <param name="StatusFile">Nagios' status.dat; null without it.</param>
/// <param name="Livestatus">The livestatus of Shinken, as a UNIX socket's path or HOST:PORT; null without it.</param>
/// <param name="Interval">How often; default 5 min.</param>
/// <param name="ReassertAfter">An open critical is sent again under the same key after this long; default 1 h.</param>
/// <param name="Contact">
/// The scheduler's contact that notifies the bridge. With it a problem is opened whose notification never came; without it only hosts and
/// services that have notified before are opened, because the others may be meant for other contacts.
/// </param>
/// <param name="ObjectsFile">Nagios' objects.cache, which says what the contact is notified of; null without it. Livestatus needs none.</param>
internal sealed record ReconcileConfig(
    string? StatusFile, string? Livestatus, TimeSpan Interval, TimeSpan ReassertAfter, string? Contact, string? ObjectsFile)
{
    public static ReconcileConfig Read(TomlTable root, Problems problems)
    {
        TomlTable table = root.Table("reconcile");
        Setting<string?> status = table.OptionalText("status_file").Check(problems, Config.IfGiven(Config.Absolute));
        Setting<string?> livestatus = table.OptionalText("livestatus").Check(problems, Config.IfGiven(address =>
            Config.Absolute(address) is null || IsHostAndPort(address)
                ? null
                : $"given \"{address}\"; accepted: the absolute path of a UNIX socket, or HOST:PORT"));
        if (status.IsGiven && livestatus.IsGiven)
        {
            problems.Report(livestatus.Place, "status_file is given too; accepted: one of the two");
        }

        Setting<string?> contact = table.OptionalText("contact").Check(problems, Config.IfGiven(Config.Words));
        Setting<string?> objects = table.OptionalText("objects_file").Check(problems, Config.IfGiven(Config.Absolute));
        if (status.IsGiven && contact.IsGiven != objects.IsGiven)
        {
            problems.Report(contact.IsGiven ? contact.Place : objects.Place, "contact and objects_file go together with status_file; accepted: both or neither");
        }

        return new ReconcileConfig(
            status.Value,
            livestatus.Value,
            table.DurationOr("interval", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)).Value,
            table.DurationOr("reassert_after", TimeSpan.FromHours(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)).Value,
            contact.Value,
            objects.Value);
    }

    private static bool IsHostAndPort(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text[(colon + 1)..], out int port) && port is > 0 and < 65_536;
    }
}
