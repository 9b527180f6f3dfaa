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
        Assert.Equal(isHeld, ContactObjects.Parse(new StringReader(Objects), "pagerduty").Holds(host, service));

    [Theory]
    [InlineData("problem_has_been_acknowledged=1")]
    [InlineData("scheduled_downtime_depth=1")]
    [InlineData("is_flapping=1")]
    [InlineData("notifications_enabled=0")]
    public void What_is_silenced_is_seen(string line)
    {
        Assert.False(Service("notifications_enabled=1").IsSilenced);
        Assert.True(Service(line, "notifications_enabled=1"[..(line.StartsWith("notifications", StringComparison.Ordinal) ? 0 : ^0)]).IsSilenced);
    }

    [Theory]
    [InlineData("")]
    [InlineData("info {\n\tcreated=1\n\t}\n")]
    [InlineData(StatusHead + "servicestatus {\n\thost_name=web1\n")]
    public void A_file_that_is_none_or_was_cut_is_refused(string text) =>
        Assert.Equal("status.dat is not a status file of Nagios, or was cut short", Assert.Throws<IOException>(() => StatusFile.Parse(new StringReader(text), "status.dat")).Message);

    [Fact]
    public void Any_text_is_a_state_or_refused() => Gen.OneOf(
        Gen.String[Gen.Char["info{}=\t\n0189programstuhvcelk_- "], 0, 300],
        Gen.Const("servicestatus {\n\thost_name=web1\n\tservice_description=Disk\n\tcurrent_state=99999999999999999999\n\tlast_state_change=9000000000000000000\n\tlast_notification=-5\n\t}\n"),
        Gen.Const("define host {\nhost_name a\n}\n")).Array[0, 6].Sample(parts =>
        {
            string text = string.Concat(parts);
            Assert.False(ContactObjects.Parse(new StringReader(text), "pagerduty").Holds("a", ""));
            try
            {
                Assert.All(StatusFile.Parse(new StringReader(StatusHead + text), "status.dat").Objects, one => Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(one.LastChange), DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue));
            }
            catch (IOException)
            {
                // refused
            }
        });

    private static SchedulerObject Service(params string[] lines) => Assert.Single(StatusFile.Parse(
        new StringReader($"{StatusHead}servicestatus {{\n\thost_name=web1\n\tservice_description=Disk\n\tcurrent_state=2\n\tstate_type=1\n\thas_been_checked=1\n\t{string.Join("\n\t", lines)}\n\t}}\n"),
        "status.dat").Objects);
}
