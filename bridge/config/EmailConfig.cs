using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The table [email]: PagerDuty's e-mail integration, and the mail of last resort.</summary>
/// <param name="To">The integration's address.</param>
/// <param name="From">The sender.</param>
/// <param name="Server">The mail server's name, which its certificate must have.</param>
/// <param name="Port">Default 587 with STARTTLS, 465 with TLS from the start.</param>
/// <param name="UsesTlsFromStart">False (default) for STARTTLS, which is demanded, never only tried.</param>
/// <param name="Username">For AUTH; null without it.</param>
/// <param name="PasswordFile">The file of the password; null without AUTH.</param>
/// <param name="FallbackAfter">Problems are mailed after this long without the API; default 5 min.</param>
/// <param name="MailsPerMinute">The most mails in any 60 s, 1 to 60, default 30.</param>
/// <param name="LastResortTo">Who gets the mail of last resort when PagerDuty stays out of reach; null for nobody.</param>
/// <param name="LastResortAfter">After this long; default 15 min.</param>
internal sealed record EmailConfig(
    string To, string From, string Server, int Port, bool UsesTlsFromStart, string? Username, string? PasswordFile, TimeSpan FallbackAfter,
    int MailsPerMinute, string? LastResortTo, TimeSpan LastResortAfter)
{
    private const int PortOfStartTls = 587;
    private const int PortOfTls = 465;

    private static readonly string[] Securities = ["starttls", "tls"];

    public static EmailConfig? Read(TomlTable root, Problems problems)
    {
        if (root.OptionalTable("email") is not { } table)
        {
            return null;
        }

        string to = table.Text("to").Check(problems, Address).Value;
        string from = table.Text("from").Check(problems, Address).Value;
        string server = table.Text("server").Check(problems, Config.Words).Value;
        bool isTls = table.Choice("security", Securities, "starttls").Value == "tls";
        Setting<string?> username = table.OptionalText("username");
        Setting<string?> password = table.OptionalText("password_file").Check(problems, Config.IfGiven(Secret.Complaint));
        Setting<string?> lastResort = table.OptionalText("last_resort_to").Check(problems, Config.IfGiven(Address));
        if (username.IsGiven != password.IsGiven)
        {
            problems.Report(username.IsGiven ? username.Place : password.Place, "username and password_file go together; accepted: both or neither");
        }

        return new EmailConfig(
            to,
            from,
            server,
            (int)table.IntegerOr("port", isTls ? PortOfTls : PortOfStartTls, 1, 65_535).Value,
            isTls,
            username.Value,
            password.Value,
            table.DurationOr("fallback_after", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)).Value,

            // PagerDuty takes 60 a minute of one integration and then drops without a word.
            (int)table.IntegerOr("mails_per_minute", 30, 1, 60).Value,
            lastResort.Value,
            table.DurationOr("last_resort_after", TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)).Value);
    }

    private static string? Address(string text) =>
        text.Count(character => character == '@') == 1 && text[0] != '@' && text[^1] != '@' && !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
            ? null
            : $"given \"{text}\"; accepted: one mail address, such as oncall@example.com";
}
