using System.Text.RegularExpressions;
using CsCheck;
using MimeKit;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The e-mail channel: the grammar of its subjects in process, the published program against a real mail server.</summary>
public sealed class MailTests
{
    [Fact]
    public void PagerDuty_s_rules_find_the_same_key_in_every_problem_and_its_end() => Gen.Select(Gen.Byte.Array[1, 60], Gen.Byte.Array[0, 60], Gen.Byte[1, 255].Array[0, 400]).Sample(
        (host, service, output) =>
        {
            var macros = new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["NOTIFICATIONTYPE"] = "PROBLEM"u8.ToArray(),
                ["HOSTNAME"] = host,
                ["SERVICEDESC"] = service,
                ["SERVICEOUTPUT"] = output,
                ["HOSTOUTPUT"] = output,
            };
            var @event = new SchedulerEvent("id", new Moment(1, 1, Sample.Boot), macros);
            string key = DedupKey.Of(@event);
            foreach ((CallAction action, string rule) in new[] { (CallAction.Trigger, MailGrammar.TriggerPattern), (CallAction.Resolve, MailGrammar.ResolvePattern) })
            {
                string subject = MailGrammar.Subject(
                    Sample.Call(key, action), @event, Page.Summary(@event));
                Assert.DoesNotContain(subject, char.IsControl);
                Assert.Matches(rule, subject);
                Assert.DoesNotMatch(action == CallAction.Trigger ? MailGrammar.ResolvePattern : MailGrammar.TriggerPattern, subject);
                Assert.Equal(key, KeyOf(subject));
            }
        },
        iter: 2_000);

    private static string KeyOf(string subject)
    {
#pragma warning disable MA0023 // PagerDuty takes the one group, which has no name
        return Regex.Match(subject, MailGrammar.KeyPattern, RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;
#pragma warning restore MA0023
    }

    [Fact]
    public async Task With_mail_alone_problems_open_and_close_by_it()
    {
        using var mail = new MailServer();
        using var bridge = new PublishedBridge(null, toml: mail.Toml());
        _ = await bridge.ServeAsync(mail.Environment);
        bridge.Notify("PROBLEM", "CRITICAL", more: ("SERVICEOUTPUT", "HAPROXY CRITICAL - no server for émile"));
        await PublishedBridge.Until(() => mail.Mails.Count == 1, "a mail");
        MimeMessage problem = mail.Mails[0];
        Assert.Equal("PROBLEM CRITICAL [host=web1;service=HAProxy proxies] web1 / HAProxy proxies is CRITICAL: no server for émile", problem.Subject);
        Assert.Equal(("ringfree@example.pagerduty.com", "text/plain"), (problem.To.ToString(), problem.Body!.ContentType.MimeType));
        Assert.Contains("output: HAPROXY CRITICAL - no server for émile", problem.TextBody, StringComparison.Ordinal);

        bridge.Notify("ACKNOWLEDGEMENT", "CRITICAL");
        bridge.Notify("RECOVERY", "OK");
        await PublishedBridge.Until(() => mail.Mails.Count == 2, "its end");
        Assert.Equal("RESOLVED [host=web1;service=HAProxy proxies] web1 / HAProxy proxies", mail.Mails[1].Subject);
        await bridge.UntilDelivered();
        Assert.Contains("mail is the only channel", bridge.Run("status").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_that_is_not_verified_gets_nothing_and_no_password_shows()
    {
        using var mail = new MailServer();
        using var bridge = new PublishedBridge(null, toml: mail.Toml());
        _ = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL");
        await PublishedBridge.Until(() => bridge.List() is [{ } incident] && incident["last_answer"] is not null, "a refusal");
        Assert.Contains("mail by 127.0.0.1", (string?)bridge.List()[0]!["last_answer"], StringComparison.Ordinal);
        Assert.Empty(mail.Mails);
        Assert.DoesNotContain("mail-password", bridge.Logged + bridge.Run("list").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_API_stays_away_the_mail_pages_and_then_a_person_is_told()
    {
        using var mail = new MailServer();
        using var bridge = new PublishedBridge(
            new Uri("http://127.0.0.1:1"),
            toml: mail.Toml("fallback_after = \"2s\"\nlast_resort_to = \"ann@ringfree.example\"\nlast_resort_after = \"10s\"") + $"\n[pages]\nsteps = \"FOLDER/steps.toml\"\n");
        bridge.Folder.Write("steps.toml", StepsTests.Text);
        _ = await bridge.ServeAsync(mail.Environment);
        bridge.Notify("PROBLEM", "CRITICAL", more: ("_SERVICESTEP", "nrpe-redhat"));
        await PublishedBridge.Until(() => mail.Mails.Count == 2, "two mails", TimeSpan.FromSeconds(60));
        Assert.StartsWith("PROBLEM CRITICAL [host=web1;service=HAProxy proxies]", mail.Mails[0].Subject, StringComparison.Ordinal);
        Assert.Equal(("ann@ringfree.example", "1 problem may have paged nobody: PagerDuty is out of reach"), (mail.Mails[1].To.ToString(), mail.Mails[1].Subject));
        Assert.Contains("first_step: from the Shinken host: check_nrpe -H {address}", mail.Mails[0].TextBody, StringComparison.Ordinal);
        Assert.Contains("no proof that PagerDuty has it", mail.Mails[1].TextBody, StringComparison.Ordinal);
        Assert.Contains("    meaning: the NRPE agent of web1 does not answer\n", mail.Mails[1].TextBody, StringComparison.Ordinal);
        Assert.Equal("api?+mail", (string?)bridge.List()[0]!["channel"]); // the API was called and never answered: it may have it
        ProcessResult test = ProcessRun.Run(PublishedBridge.Program, ["--config", bridge.ConfigFile, "send-test"], mail.Environment);
        Assert.Equal(1, test.ExitCode);
        Assert.Contains("api: trigger: no answer: Connection refused", test.Output, StringComparison.Ordinal);
        Assert.Contains("mail: trigger: handed to 127.0.0.1", test.Output, StringComparison.Ordinal);
    }
}
