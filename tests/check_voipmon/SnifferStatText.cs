namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>
/// The answer to <c>sniffer_stat</c> in the form of a real one, with parts that a test sets; nothing is escaped, as in the original.
/// </summary>
internal sealed class SnifferStatText
{
    internal string Uptime { get; set; } = "86400";

    internal string DropPeriods { get; set; } = "0";

    internal string MemoryIsFull { get; set; } = "0";

    internal string TerminatingError { get; set; } = "";

    internal string DiskState { get; set; } = "";

    internal bool IsInitializing { get; set; }

    internal string Calls { get; set; } = "calls[12,r:0][12,r:0]";

    internal string Rates { get; set; } = "PS[C:2/-0(0/0) r:-/- S:25/25 SR:- SM:- R:-/- A:29] ";

    /// <summary>SQLf, SQLq or nothing; with a space behind.</summary>
    internal string Backlog { get; set; } = "";

    internal string Heap { get; set; } = "heap[u3|t0] ";

    internal string Drops { get; set; } = "";

    internal string ReaderCpu { get; set; } = "t0CPU[0.3/0.4%] ";

    internal string Remark { get; set; } = "";

    internal string Line => $"{Calls} {Rates}{Backlog}{Heap}{Drops}deq[0/2497] [0.0/0.0Mb/s] IO[B1.0|L2.1|Q0.1|U1|C1|W11|R2|WI0.0k|RI0.1k] tarQ[0] fileB[0.1MB] "
        + $"t0i_lo_CPU[0.6Mb/s;main:0.0%/defrag:0.5%] {ReaderCpu}t1CPU[0.4%] t2CPU[pb:0.4/rh:0.2|0.0/rd:0.2/S:-0.7%] tacCPU[0.2%] RSS/VSZ[80|595]MB TCM[h:62/a:55]MB *LA[2.74 3.80 2.36|2h] NEW[token] v2026.04.0 {Remark}";

    internal string Print() => IsInitializing
        ? $"{{\"version\": \"2026.04.0\",\"build\": \"b\",\"initializing\": true,\"storingCdrLastWriteAt\": \"\",\"uptime\": \"{Uptime}\",\"terminating_error\": \"\",\"disk_io\": null}}\n"
        : $"{{\"version\": \"2026.04.0\",\"build\": \"b\",\"rrd_version\": \"10702\",\"storingCdrLastWriteAt\": \"2026-03-01 03:11:58\",\"pbStatString\": \"{Line}\",\"pbCountPacketDrop\": \"{DropPeriods}\",\"uptime\": \"{Uptime}\","
            + $"\"memory_is_full\": \"{MemoryIsFull}\",\"count_live_sniffers\": \"0\",\"upgrade_by_git\": \"0\",\"use_new_config\": \"1\",\"terminating_error\": \"{TerminatingError}\","
            + $"\"disk_io\": {{\"capacity_pct\": 0.7,\"latency_ms\": 2.13,\"utilization_pct\": 1,\"state\": \"{DiskState}\"}}}}\n";
}
