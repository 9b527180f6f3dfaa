using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Voipmon;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

public class ParserTests
{
    private static string Sample(string name) => File.ReadAllText(Repository.PathOf("tests", "check_voipmon", "samples", name));

    [Fact]
    public void The_answer_of_a_real_sniffer()
    {
        SnifferStat stat = SnifferStat.Parse(Sample("sniffer_stat_incall.txt"));
        Assert.Equal(("2026.04.0", 67L, 0L, false, false, "", ""), (stat.Version, stat.UptimeSeconds, stat.DropPeriods, stat.IsInitializing, stat.IsMemoryFull, stat.TerminatingError, stat.DiskState));
        StatusLine line = stat.Line!;
        Assert.Equal((12L, 0L, 0L, 0.0, 0.0, 0.4, 80 * 1024.0 * 1024), (line.Calls, line.QueueFiles, line.QueuedQueries, line.HeapUsed, line.HeapTrash, line.ReaderCpu, line.ResidentBytes));
        Assert.Equal((new Rate(0, NeverMoved: true), new Rate(6, NeverMoved: false)), (line.Sip!.Value, line.Packets!.Value));
        Assert.Null(line.Drops);
    }

    [Fact]
    public void Every_status_line_of_a_real_sniffer_is_read()
    {
        string[] lines = [.. Sample("status_lines.txt").Split('\n').Where(line => line.Contains("calls[", StringComparison.Ordinal)).Select(line => line[line.IndexOf("calls[", StringComparison.Ordinal)..])];
        Assert.InRange(lines.Length, 25, 1000);
        StatusLine[] parsed = [.. lines.Select(StatusLine.Parse)];
        Assert.All(parsed, line => Assert.NotNull(line.Calls));
        Assert.All(parsed, line => Assert.Equal("", line.Remark));
        Assert.All(parsed, line => Assert.NotNull(line.ResidentBytes));
        Assert.Equal([0, 1, 2], parsed.Select(line => line.QueueFiles).Distinct().Order());
        Assert.Equal(lines.Count(line => line.Contains("PS[", StringComparison.Ordinal)), parsed.Count(line => line.Sip is not null));
        Assert.Equal(lines.Count(line => line.Contains("drop[I-lo:1]", StringComparison.Ordinal)), parsed.Count(line => line.Drops == "I-lo:1"));
        Assert.Contains(parsed, line => line.Sip == new Rate(25, NeverMoved: false));
    }

    /// <summary>As the sniffer's own source of 2014 and 2015 prints it (pcap_queue.cpp).</summary>
    [Theory]
    [InlineData("4|(39|41)|13540|13583", 41, 13540, 13583)]
    [InlineData("-|(-|-)|-|120", 0, 0, 120)]
    public void A_line_of_2015(string rates, long sip, long rtp, long all)
    {
        StatusLine line = StatusLine.Parse(
            $"calls[315][355] C|S|R|T/PS[{rates}] SQLq[C:2 M:0 R:0 Cl:0] heap[85.0% / 90.0% / 0.0%] comp[53.0%] [25.7Mb/s] "
            + "t0CPU[5.2%] t1CPU[2.3%] t2CPU[3.1%] tacCPU[0.1%] RSS/VSZ[322|1089]MB");
        Assert.Equal((sip, rtp, all), (line.Sip!.Value.PerSecond, line.Rtp!.Value.PerSecond, line.Packets!.Value.PerSecond));
        Assert.Equal(rates.StartsWith('-'), line.Sip.Value.NeverMoved);
        Assert.Equal((315, 85, 90, 5.2, 2), (line.Calls, line.HeapUsed, line.HeapTrash, line.ReaderCpu, line.QueuedQueries));
        Assert.Equal("", line.Remark);
    }

    [Fact]
    public void A_client_of_a_real_server()
    {
        SnifferStat stat = SnifferStat.Parse(Sample("sniffer_stat_on_client.txt"));
        Assert.Equal("calibrating", stat.DiskState);
        Assert.Null(stat.Line!.Sip);
        Assert.Equal([9L], ActiveClients.Parse(Sample("list_active_clients_server_with_client.txt"))!);
        Assert.Null(ActiveClients.Parse("need aes!\n"));
    }

    [Theory]
    [InlineData("a \"quoted\" word")]
    [InlineData("ends with a quote\"")]
    [InlineData("a brace } and \"a\", \"b\"")]
    [InlineData("C:\\path\\")]
    public void A_text_that_is_not_escaped_survives(string words)
    {
        SnifferStatText text = new() { Remark = words, TerminatingError = words };
        SnifferStat stat = SnifferStat.Parse(text.Print());
        Assert.Equal((words, words, 86400L, ""), (stat.Line!.Remark, stat.TerminatingError, stat.UptimeSeconds, stat.DiskState));
    }

    [Theory]
    [InlineData("'2026-03-07'", "2026-03-07 00:00:00")]
    [InlineData("'2026-03-07 13:00:00'", "2026-03-07 13:00:00")]
    [InlineData("719528", "1970-01-01 00:00:00")]
    [InlineData("740311", "2026-11-26 00:00:00")]
    [InlineData("1772841600", "2026-03-07 00:00:00")]
    [InlineData("MAXVALUE", "9999-12-31 23:59:59")]
    [InlineData("year(x)", null)]
    [InlineData("''", null)]
    [InlineData("12", null)]
    [InlineData("99999999999999", null)]
    public void A_bound_of_a_partition(string description, string? bound) => Assert.Equal(bound, PartitionBound.Parse(description)?.ToString("yyyy-MM-dd HH:mm:ss"));

    [Theory]
    [InlineData("Mon-Fri/22:00-06:00", "2026-03-02 23:00", true)]
    [InlineData("Mon-Fri/22:00-06:00", "2026-03-07 05:59", true)]
    [InlineData("Mon-Fri/22:00-06:00", "2026-03-07 23:00", false)]
    [InlineData("Fri-Mon/00:00-24:00", "2026-03-09 23:59", true)]
    [InlineData("Fri-Mon/00:00-24:00", "2026-03-10 00:00", false)]
    [InlineData("Sun/12:00-13:00", "2026-03-08 12:59", true)]
    [InlineData("12:00-13:00", "2026-03-08 13:00", false)]
    [InlineData("none", "2026-03-08 03:00", false)]
    public void Quiet_hours(string span, string time, bool quiet) => Assert.Equal(quiet, new QuietHours([span]).Covers(DateTime.Parse(time)));

    /// <summary>In the night of March 8 New York has no 02:00 to 03:00, in that of November 1 it has 01:00 to 02:00 twice.</summary>
    [Theory]
    [InlineData("22:00-01:00", "2026-03-08T12:00:00Z", "06:01:00")]
    [InlineData("22:00-01:00", "2026-11-01T13:00:00Z", "08:01:00")]
    [InlineData("20:00-08:00", "2026-03-08T12:30:00Z", "00:31:00")]
    [InlineData("20:00-08:00", "2026-11-01T12:30:00Z", "00:00:00")]
    [InlineData("20:00-08:00", "2026-11-01T13:30:00Z", "00:31:00")]
    [InlineData("none", "2026-11-01T13:30:00Z", "2.00:00:00")]
    public void Hours_that_are_not_quiet_are_as_long_as_they_were_when_the_clocks_changed(string span, string now, string loud)
    {
        TimeZoneInfo zone = LocalTimes.Find("America/New_York")!;
        TimeSpan since = new QuietHours([span]).Since(
            DateTimeOffset.Parse(now), moment => TimeZoneInfo.ConvertTime(moment, zone).DateTime, TimeSpan.FromDays(2));
        Assert.Equal(TimeSpan.Parse(loud), since);
    }

    [Theory]
    [InlineData("22-6")]
    [InlineData("22:00")]
    [InlineData("24:00-06:00")]
    [InlineData("10:00-10:00")]
    [InlineData("10:60-11:00")]
    [InlineData("Monday/10:00-11:00")]
    [InlineData("Mon-Tue-Wed/10:00-11:00")]
    [InlineData("Mon/Tue/10:00-11:00")]
    public void A_span_that_is_none_is_refused(string span)
    {
        UsageException refusal = Assert.Throws<UsageException>(() => new QuietHours([span]));
        Assert.StartsWith($"--quiet-hours '{span}' is no span of quiet hours; accepted are HH:MM-HH:MM,", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_read_back_as_they_were() => Gen.Select(Gen.String, Gen.String.Null()).Sample(
        (one, other) =>
        {
            StringBuilder text = new(ResultText.Seconds(TimeSpan.FromMilliseconds(12)));
            ResultText.AppendStatement(text);
            ResultText.AppendLine(text, "columns", ["a", "b"]);
            ResultText.AppendLine(text, "row", [one, other]);
            ResultText.AppendStatement(text);
            ResultText.AppendError(text, 1146, one);
            (double seconds, IReadOnlyList<StatementResult> results) = ResultText.Parse(text.ToString())!.Value;
            Assert.Equal((0.012, one, other), (seconds, results[0].Rows[0]["a"], results[0].Rows[0].GetValueOrDefault("b")));
            Assert.Equal((1146, one.TrimStart()), (results[1].ErrorCode, results[1].ErrorText));
        },
        iter: 2000);

    [Fact]
    public void Any_status_line_is_read() => Gen.String[Gen.Char["calPSQfqheadro0123456789[]/:%|-* .vtTCPU,"], 0, 200].Sample(
        text =>
        {
            StatusLine line = StatusLine.Parse(text);
            _ = (line.Calls, line.Sip, line.Packets, line.QueueFiles, line.QueuedQueries, line.HeapUsed, line.HeapTrash, line.ReaderCpu, line.ResidentBytes);
        },
        iter: 5000);

    [Fact]
    public void Any_bytes_of_a_manager_give_a_legal_report()
    {
        using TestFolder folder = new();
        byte[] whole = Encoding.UTF8.GetBytes(new SnifferStatText().Print());
        Gen.Select(Gen.Int[0, whole.Length], Gen.Byte.Array[0, 60]).Sample(
            (kept, noise) =>
            {
                LaidOutServer server = new() { ManagerSays = Encoding.UTF8.GetString([.. whole[..kept], .. noise]) };
                (string output, int code) = server.Run(folder.PathOf("none"), "--no-memory", "--only", "sniffer", "--only", "capture");
                string line = output.Split('\n')[0];
                Assert.InRange(code, 0, 3);
                Assert.Matches("^VOIPMON (OK|WARNING|CRITICAL|UNKNOWN) - [^|]*( \\| [^|]*)?$", line);
                Assert.InRange(Encoding.UTF8.GetByteCount(line), 20, Renderer.LongestFirstLine);
                Assert.True(code != 0 || kept > Encoding.UTF8.GetString(whole).IndexOf("\"uptime\"", StringComparison.Ordinal), line);
            },
            iter: 500,
            threads: 1);
    }
}
