using CsCheck;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Livestatus on a UNIX socket, as its documentation describes it: no Shinken can be installed beside the tests.</summary>
public sealed class LivestatusTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Hosts_and_services_are_asked_for_and_read()
    {
        using var double_ = new LivestatusDouble(
            folder.PathOf("live"),
            LivestatusDouble.Good("""[["node001",1,1,true,0,0,0,1,2,1794453000,1794452000.5,"PING CRITICAL",["pagerduty","admin"]]]"""),
            LivestatusDouble.Good("""
                [["web1","Disk",2,1,1,0,0,0,1,1,1794453001,1794452001,"disk is full",["pagerduty"],0,0,[],[],1794452900,5.0,1],
                 ["web1","Load",1,0,1,0,0,1,1,0,0,1794452001,"load is high",["admin"],0,0,
                  ["STEP","INCIDENT"],["x","pool/load"],1794452900,5.0,1],
                 ["node001","NRPE",3,1,1,0,0,0,1,0,0,1794452001,"",["pagerduty"],1,0,["INCIDENT"],[],1794452900,5.0,1]]
                """));
        SchedulerState state = await Read();
        Assert.Equal(
            [
                new SchedulerObject("node001", "", "DOWN", true, false, false, 2, 1_794_453_000, 1_794_452_000, "PING CRITICAL", true),
                new SchedulerObject("web1", "Disk", "CRITICAL", true, false, false, 1, 1_794_453_001, 1_794_452_001, "disk is full", true),
                new SchedulerObject("web1", "Load", "WARNING", false, false, true, 0, 0, 1_794_452_001, "load is high", false)
                {
                    Incident = "pool/load",
                },
                new SchedulerObject("node001", "NRPE", "UNKNOWN", true, true, false, 0, 0, 1_794_452_001, "", true),
            ],
            state.Objects);
        const string Asked =
            "state state_type has_been_checked acknowledged scheduled_downtime_depth is_flapping notifications_enabled current_notification_number last_notification last_state_change plugin_output contacts";
        const string Form = "OutputFormat: json\nResponseHeader: fixed16\nKeepAlive: off\n\n";
        const string Host = "host_state host_scheduled_downtime_depth custom_variable_names custom_variable_values last_check "
            + "check_interval active_checks_enabled";
        Assert.Equal(
            [$"GET hosts\nColumns: name {Asked}\n{Form}", $"GET services\nColumns: host_name description {Asked} {Host}\n{Form}"],
            double_.Queries);
    }

    [Theory]
    [InlineData("404          10\nno table\n\n", "answered 404")]
    [InlineData("200   999999999\n[]", "answered with a wrong length")]
    [InlineData("200          10\n[]", "end of the stream")]
    [InlineData("200           4\n[[1,", "Expected")]
    [InlineData("200           3\n[1]", "does not have the 13 columns asked for")]
    [InlineData("200           4\n[[]]", "does not have the 13 columns asked for")]
    [InlineData("200           2\n{}", "did not answer with a list")]
    [InlineData("", "end of the stream")]
    public async Task What_is_no_answer_is_an_error_that_names_the_socket(string answer, string complaint)
    {
        using var double_ = new LivestatusDouble(folder.PathOf("live"), answer);
        IOException refused = await Assert.ThrowsAsync<IOException>(Read);
        Assert.Contains("livestatus", refused.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_an_error() =>
        Assert.StartsWith($"livestatus at {folder.PathOf("live")}: ", (await Assert.ThrowsAsync<IOException>(Read)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_rows_are_a_state_or_an_error() => Gen.OneOf(((string[])["0", "1", "-5", "1e300", "1.5", "true", "null", "\"\"", "\"pagerduty\"", "[\"pagerduty\"]", "[1]", "{}"]).Select(Gen.Const).ToArray()).Array[17, 22].Array[0, 4].Sample(
        rows =>
        {
            string text = $"[{string.Join(',', rows.Select(row => $"[{string.Join(',', row)}]"))}]";
            using var double_ = new LivestatusDouble(folder.PathOf("live"), LivestatusDouble.Good("[]"), LivestatusDouble.Good(text));
            try
            {
                Assert.Equal(rows.Length, Read().GetAwaiter().GetResult().Objects.Count);
                Assert.All(rows, row => Assert.Equal(21, row.Length));
            }
            catch (IOException)
            {
                Assert.Contains(rows, row => row.Length != 21);
            }
        },
        iter: 300,
        threads: 1);

    private Task<SchedulerState> Read() => new Livestatus(folder.PathOf("live"), "pagerduty", TimeProvider.System).ReadAsync(StateQuestion.Of((_, _) => true), CancellationToken.None);
}
