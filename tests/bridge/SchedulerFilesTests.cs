using System.Text;
using CsCheck;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The files in which Nagios tells its state and its objects.</summary>
public sealed class SchedulerFilesTests
{
    private const string StatusHead = "info {\n\tcreated=1794453120\n\t}\nprogramstatus {\n\tenable_notifications=1\n\t}\n";

    private const string Objects =
        """
        define contactgroup {
        	contactgroup_name	ringfree-pages
        	members	admin, pagerduty
        	}
        define contactgroup {
        	contactgroup_name	others
        	members	pagerduty2
        	}
        define host {
        	host_name	node001
        	contact_groups	ringfree-pages
        	}
        define host {
        	host_name	node002
        	contact_groups	others
        	}
        define service {
        	host_name	node002
        	service_description	HAProxy proxies
        	contacts	pagerduty,admin
        	}
        define service {
        	host_name	node002
        	service_description	Load
        	}
        """;

    [Theory]
    [InlineData("node001", "", true)]
    [InlineData("node002", "", false)]
    [InlineData("node002", "HAProxy proxies", true)]
    [InlineData("node002", "Load", false)]
    [InlineData("node003", "", false)]
    public void A_contact_holds_what_names_it_or_one_of_its_groups(string host, string service, bool isHeld) =>
        Assert.Equal(isHeld, Contacts(Objects).Holds(host, service));

    [Theory]
    [InlineData("last_check=1794449000", "check_interval=5.000000", "active_checks_enabled=1", 1)]
    [InlineData("last_check=1794449000", "check_interval=60.000000", "active_checks_enabled=1", 0)]
    [InlineData("last_check=1794449000", "check_interval=5.000000", "active_checks_enabled=0", 0)]
    [InlineData("last_check=1794451500", "check_interval=5.000000", "active_checks_enabled=1", 0)]
    [InlineData("last_check=0", "check_interval=5.000000", "active_checks_enabled=1", 0)]
    public void Behind_a_problem_that_is_acknowledged_services_without_a_new_result_are_counted(
        string last, string interval, string active, int count)
    {
        var since = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal)
        {
            ["web1"] = DateTimeOffset.FromUnixTimeSeconds(1_794_450_000),
        };
        SchedulerState state = StatusFile.Parse(
            new MemoryStream(Encoding.UTF8.GetBytes(StatusHead + BlockOf(last, interval, active))),
            "status.dat",
            new StateQuestion((_, _) => false, since));
        Assert.Equal(count, state.Unwatched.GetValueOrDefault("web1"));
    }

    [Theory]
    [InlineData("problem_has_been_acknowledged=1")]
    [InlineData("scheduled_downtime_depth=1")]
    [InlineData("notifications_enabled=0")]
    public void What_is_silenced_is_seen(string line)
    {
        Assert.False(Service("notifications_enabled=1").IsSilenced);
        Assert.True(Service(line, "notifications_enabled=1"[..(line.StartsWith("notifications", StringComparison.Ordinal) ? 0 : ^0)]).IsSilenced);
    }

    [Fact]
    public void Flapping_is_seen_and_is_not_silence()
    {
        SchedulerObject service = Service("notifications_enabled=1", "current_notification_number=1", "is_flapping=1");
        Assert.Equal((false, true, false), (service.IsSilenced, service.IsFlapping, service.IsNotifiedProblem));
        Assert.True(Service("notifications_enabled=1", "current_notification_number=1", "is_flapping=0").IsNotifiedProblem);
    }

    [Theory]
    [InlineData("current_state=0", false)]
    [InlineData("current_state=1", true)]
    [InlineData("scheduled_downtime_depth=1", true)]
    public void A_host_silences_its_services_wherever_it_stands(string line, bool isSilenced)
    {
        var host = $"hoststatus {{\n\thost_name=web1\n\t{line}\n\t}}\n";
        string service = BlockOf("notifications_enabled=1");
        foreach (string text in new[] { host + service, service + host })
        {
            Assert.Equal(isSilenced, Status(StatusHead + text).Objects.Single(one => one.Service == "Disk").IsSilenced);
        }
    }

    [Fact]
    public void What_is_good_is_counted_and_kept_when_it_is_wanted()
    {
        string all = StatusHead + string.Concat(Enumerable.Range(0, 100).Select(i => BlockOf("current_state=0", $"host_name=node{i}")))
            + BlockOf("notifications_enabled=1", "current_notification_number=3", "host_name=bad", "plugin_output=é|disk is full = 3 %");
        SchedulerState state = Status(all, (host, service) => (host, service) is ("node7", "Disk"));
        Assert.Equal(101, state.Seen);
        Assert.Equal(
            [("node7", "OK", ""), ("bad", "CRITICAL", "é|disk is full = 3 %")],
            state.Objects.Select(one => (one.Host, one.State, one.Output)));
    }

    [Fact]
    public void Long_lines_and_long_blocks_cost_no_memory_and_hide_nothing()
    {
        string big = new('x', 3 * BlockReader.MaxLine);
        string many = string.Join("\n\t", Enumerable.Repeat($"long_plugin_output={new string('y', BlockReader.MaxLine - 100)}", 20));
        SchedulerState state = Status(
            StatusHead + BlockOf($"plugin_output={big}", "last_notification=5") + BlockOf("last_notification=6", many, "host_name=web2")
            + BlockOf("host_name=web3"));
        Assert.Equal([("web1", 5L), ("web2", 6L), ("web3", 0L)], state.Objects.Select(one => (one.Host, one.LastNotification)));
        Assert.Equal(new string('x', SchedulerStateBuilder.MaxOutput), state.Objects[0].Output);
    }

    [Fact]
    public void More_problems_than_are_kept_are_said()
    {
        var state = new SchedulerStateBuilder(StateQuestion.Of((_, _) => false));
        var bad = new SchedulerObject("web1", "Disk", "CRITICAL", true, false, false, 1, 1, 1, "", null);
        for (var i = 0; i < SchedulerStateBuilder.MaxKept; i++)
        {
            Assert.True(state.Wants(bad));
            state.Add(bad);
        }

        Assert.Equal(
            "the scheduler's state holds more than 100000 problems: they are not compared", Assert.Throws<IOException>(() => state.Add(bad)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("info {\n\tcreated=1\n\t}\n")]
    [InlineData(StatusHead + "servicestatus {\n\thost_name=web1\n")]
    public void A_file_that_is_none_or_was_cut_is_refused(string text) =>
        Assert.Equal("status.dat is not a status file of Nagios, or was cut short", Assert.Throws<IOException>(() => Status(text)).Message);

    [Fact]
    public void Any_text_is_a_state_or_refused() => Gen.OneOf(
        Gen.String[Gen.Char["info{}=\t\n0189programstuhvcelk_- "], 0, 300],
        Gen.Const("servicestatus {\n\thost_name=web1\n\tservice_description=Disk\n\tcurrent_state=99999999999999999999\n\tlast_state_change=9000000000000000000\n\tlast_notification=-5\n\t}\n"),
        Gen.Const("define host {\nhost_name a\n}\n")).Array[0, 6].Sample(parts =>
        {
            string text = string.Concat(parts);
            Assert.False(Contacts(text).Holds("a", ""));
            try
            {
                Assert.All(Status(StatusHead + text).Objects, one => Assert.InRange(one.LastChange, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
            }
            catch (IOException)
            {
                // refused
            }
        });

    private static SchedulerObject Service(params string[] lines) => Assert.Single(Status(StatusHead + BlockOf(lines)).Objects);

    private static string BlockOf(params string[] lines) =>
        "servicestatus {\n\thost_name=web1\n\tservice_description=Disk\n\tcurrent_state=2\n\tstate_type=1\n\thas_been_checked=1\n\t"
        + $"{string.Join("\n\t", lines)}\n\t}}\n";

    private static SchedulerState Status(string text, Func<string, string, bool>? isWanted = null) =>
        StatusFile.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text)), "status.dat", StateQuestion.Of(isWanted ?? ((_, _) => true)));

    private static ContactObjects Contacts(string text) =>
        ContactObjects.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text)), "pagerduty", (_, _) => true);
}
