using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Secrets that systemd passes (<c>credential:NAME</c>), by the published program.</summary>
[Trait("Kind", "published binary")]
public sealed class CredentialTests : IDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead;

    private readonly TestFolder credentials = new();
    private readonly int port = Ports.Free();
    private readonly int watchPort = Ports.Free();

    public CredentialTests()
    {
        credentials.Write("rest", "rest-token\n", ReadOnly);
        credentials.Write("webhooks", "new-secret\nold-secret\n", ReadOnly);
        credentials.Write("heartbeat", "heartbeat-token\n", ReadOnly);
    }

    private Dictionary<string, string> Passed => new(StringComparer.Ordinal) { ["CREDENTIALS_DIRECTORY"] = credentials.Root };

    public void Dispose() => credentials.Dispose();

    [Fact]
    public async Task Serve_uses_what_systemd_passes()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        var beats = new ConcurrentQueue<string>();
        await using WebApplication watch = await HttpServer.StartAsync(new IPEndPoint(IPAddress.Loopback, watchPort), 1_000, call =>
        {
            beats.Enqueue(call.Header("Authorization"));
            return HttpAnswer.Plain(200, "");
        });
        using PublishedBridge bridge = Bridge(sandbox);
        Assert.Equal("", Check(bridge, Passed));
        _ = await bridge.ServeAsync(Passed);
        await PublishedBridge.Until(() => !beats.IsEmpty, "a heartbeat");
        Assert.Equal("Bearer heartbeat-token", beats.First());

        bridge.Notify("PROBLEM", "CRITICAL");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page");
        using var pagerDuty = new WebhookSubscription(new Uri($"http://127.0.0.1:{port}/webhooks/pagerduty"), "old-secret");
        Assert.Equal(202, await pagerDuty.SendAsync(WebhookSubscription.Body(sandbox.Incidents[0], "acknowledge", "Ann", isPerson: true), "1"));

        // The incident's key stands on its alert alone, so that the webhook is looked up with the token.
        await PublishedBridge.Until(() => (string?)bridge.List()[0]!["acknowledged_by"] == "Ann", "the acknowledgement");
    }

    [Fact]
    public void A_mail_goes_out_with_the_password_that_systemd_passes()
    {
        using var mail = new MailServer();
        credentials.Write("mail", MailServer.Password, ReadOnly);
        using var bridge = new PublishedBridge(null, toml: mail.Toml(passwordFile: "credential:mail"));
        Dictionary<string, string> environment = Passed;
        environment["SSL_CERT_FILE"] = mail.CertificateFile;
        ProcessResult sent = ProcessRun.Run(PublishedBridge.Program, ["--config", bridge.ConfigFile, "send-test"], environment);
        Assert.Equal((0, ""), (sent.ExitCode, sent.Error));
        Assert.Equal(2, mail.Mails.Count);
    }

    [Fact]
    public void Outside_the_unit_each_is_named()
    {
        using PublishedBridge bridge = Bridge(null);
        const string Expected = "systemd passes no credentials to this process; accepted: LoadCredential= in the unit, or an absolute path";
        string all = string.Concat(((string[])["heartbeat", "rest", "webhooks"]).Select(name => $"credential:{name}:1: {Expected}\n"));
        Assert.Equal(
            string.Concat(((string[])["rest", "webhooks", "heartbeat"]).Select(name => $"not checked: credential:{name}: systemd passes it only to the unit\n")),
            Check(bridge, new Dictionary<string, string>(StringComparer.Ordinal)));
        ProcessResult serve = bridge.Run("serve");
        Assert.Equal((2, all), (serve.ExitCode, serve.Error));
    }

    [Fact]
    public void One_that_is_not_passed_is_named()
    {
        File.Delete(credentials.PathOf("rest"));
        using PublishedBridge bridge = Bridge(null);
        Assert.Equal(
            $"credential:rest:1: cannot open {credentials.PathOf("rest")}: No such file or directory; accepted: a regular file, not a link, that this user may read\n",
            Check(bridge, Passed));
    }

    /// <summary>systemd writes 0400; with a user of the unit's own that is an access control list, which shows as 0440.</summary>
    [Theory]
    [InlineData("400", true)]
    [InlineData("440", true)]
    [InlineData("404", false)]
    [InlineData("444", false)]
    [InlineData("402", false)]
    public void One_may_be_read_by_its_owner_and_group_and_by_nobody_else(string mode, bool isAccepted)
    {
        using PublishedBridge bridge = Bridge(null);
        File.SetUnixFileMode(credentials.PathOf("rest"), (UnixFileMode)Convert.ToInt32(mode, 8));
        Assert.Equal(
            isAccepted
                ? ""
                : $"credential:rest:1: has mode {mode}; accepted: no permission for others (chmod o= {credentials.PathOf("rest")})\n",
            Check(bridge, Passed));
    }

    [Theory]
    [InlineData("credential:")]
    [InlineData("credential:../key")]
    [InlineData("credential:a/b")]
    public void A_name_leads_out_of_the_folder_never(string path)
    {
        using var bridge = new PublishedBridge(new Uri("http://127.0.0.1:1"), toml: $"[acknowledgements]\ntoken_file = \"{path}\"");
        ProcessResult check = ProcessRun.Run(PublishedBridge.Program, ["--config", bridge.ConfigFile, "check-config"], Passed);
        Assert.Equal((2, ""), (check.ExitCode, check.Output));
        Assert.EndsWith("accepted: an absolute path, or credential:NAME for one that systemd passes\n", check.Error, StringComparison.Ordinal);
    }

    /// <summary>What check-config says of the credentials; the folders of a test are no installation.</summary>
    private static string Check(PublishedBridge bridge, Dictionary<string, string> environment)
    {
        ProcessResult check = ProcessRun.Run(PublishedBridge.Program, ["--config", bridge.ConfigFile, "check-config"], environment);
        return string.Concat($"{check.Output}{check.Error}".Split('\n').Where(line => line.Contains("credential:", StringComparison.Ordinal)).Select(line => line + "\n"));
    }

    private PublishedBridge Bridge(PagerDutySandbox? sandbox)
    {
        string endpoint = sandbox?.Endpoint.GetLeftPart(UriPartial.Authority) ?? "http://127.0.0.1:1";
        return new PublishedBridge(
            new Uri(endpoint),
            toml:
            $"""
            [listen]
            address = "127.0.0.1:{port}"
            [heartbeat]
            send_to = "http://127.0.0.1:{watchPort}/heartbeat"
            send_token_file = "credential:heartbeat"
            send_every = "1s"
            [acknowledgements]
            rest_endpoint = "{endpoint}"
            token_file = "credential:rest"
            interval = "1h"
            webhook_secrets_file = "credential:webhooks"
            """);
    }
}
