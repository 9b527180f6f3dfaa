using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class ConfigTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_defaults_are_those_of_the_documentation()
    {
        var problems = new Problems();
        Config? config = Config.Load(folder.Write("c.toml", "[pagerduty]\nrouting_key_file = \"/etc/ringfree/key\""), problems);
        Assert.Equal("", problems.ToString());
        Assert.NotNull(config);
        Assert.Equal(
            ("shinken", Environment.MachineName,
                new ApiConfig(new Uri("https://events.pagerduty.com"), "/etc/ringfree/key", 100, UpdatesUrgency: false),
                "/var/spool/ringfree-pagerduty", "/var/lib/ringfree-pagerduty/incidents.db", IncidentPolicy.Default),
            (config.Scheduler, config.Name, config.Api, config.SpoolPath, config.StorePath, config.Policy));
        Assert.Equal("/etc/ringfree/monitoring/steps.toml", config.StepsPath);
        Assert.Equal((null, null, null), (config.Listen, config.Email, config.Watch));
        Assert.Equal(
            ("", "PagerDuty path heartbeat", TimeSpan.FromMinutes(15), false),
            (config.Heartbeat.Host, config.Heartbeat.Service, config.Heartbeat.MissingAfter, config.Heartbeat.IsDemanded));
        Assert.Equal(
            (25, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)),
            (config.Policy.StormThreshold, config.Policy.StormWindow, config.Policy.ReopenAfter));
    }

    [Fact]
    public void The_config_in_the_readme_is_good_and_holds_the_defaults()
    {
        string readme = File.ReadAllText(Repository.PathOf("bridge", "README.md"));
        string toml = readme.Split("```toml\n")[1].Split("```")[0];
        var problems = new Problems();
        Config? shown = Config.Load(folder.Write("readme.toml", toml), problems);
        Config? shortest = Config.Load(
            folder.Write("short.toml", $"[pagerduty]\nrouting_key_file = \"{shown?.Api?.RoutingKeyFile}\""), problems);
        Assert.Equal("", problems.ToString());
        Assert.Equal(shortest, shown);
    }

    [Theory]
    [InlineData("https://events.eu.pagerduty.com", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://events.pagerduty.com", false)]
    [InlineData("http://localhost.example.com", false)]
    [InlineData("https://user:pw@events.pagerduty.com", false)]
    [InlineData("https://events.pagerduty.com/v2/enqueue", false)]
    [InlineData("ftp://127.0.0.1", false)]
    [InlineData("", false)]
    public void Plain_http_is_for_loopback_only(string endpoint, bool isAccepted)
    {
        var problems = new Problems();
        Config.Load(folder.Write("c.toml", $"[pagerduty]\nendpoint = \"{endpoint}\"\nrouting_key_file = \"/k\""), problems);
        Assert.Equal(
            isAccepted
                ? ""
                : $"{folder.PathOf("c.toml")}:2: pagerduty.endpoint: given \"{endpoint}\"; "
                    + "accepted: https://HOST[:PORT], or http:// with a loopback address",
            problems.ToString());
    }

    [Fact]
    public void A_mistake_elsewhere_does_not_keep_notify_from_its_spool()
    {
        var problems = new Problems();
        string file = folder.Write("c.toml", "sheduler = 1\n[spool]\npath = \"/s\"");
        Assert.Equal("/s", Config.LoadSpoolPath(file, problems));
        Assert.False(problems.Any);
    }

    [Theory]
    [InlineData(Sample.Key, true)]
    [InlineData("  " + Sample.Key + "\n", true)]
    [InlineData("0123456789", false)]
    [InlineData(Sample.Key + "0", false)]
    [InlineData("R0utingKey0123456789abcdef-BCDEF", false)]
    [InlineData("", false)]
    public void A_routing_key_is_32_letters_and_digits(string content, bool isAccepted)
    {
        string file = folder.Write("key", content);
        var problems = new Problems();
        Assert.Equal(isAccepted, Secret.RoutingKey(file, problems) is not null);
        Assert.Equal(isAccepted ? "" : $"{file}:1: does not hold a routing key; accepted: 32 letters and digits", problems.ToString());
    }

    [Fact]
    public void A_routing_key_file_that_others_may_read_or_that_is_a_link_is_refused()
    {
        string open = folder.Write("open", Sample.Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        string link = folder.PathOf("link");
        File.CreateSymbolicLink(link, folder.Write("key", Sample.Key));
        var problems = new Problems();
        Assert.Null(Secret.RoutingKey(open, problems));
        Assert.Null(Secret.RoutingKey(link, problems));
        Assert.Null(Secret.RoutingKey(folder.Root, problems));
        Assert.Null(Secret.RoutingKey(folder.PathOf("none"), problems));
        Snapshot.Match(problems.ToString().Replace(folder.Root, "FOLDER", StringComparison.Ordinal), "routing-key-files");
    }
}
