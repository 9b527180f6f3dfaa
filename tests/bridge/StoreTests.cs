using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class StoreTests : IDisposable
{
    private const string Web = "host=web1;service=HAProxy proxies";

    // SQLITE_STMTSTATUS_REPREPARE.
    private const int Reprepared = 5;

    private readonly TestFolder folder = new();
    private readonly ManualTime time = new();
    private readonly Store store;

    public StoreTests() => store = Store.Open(folder.PathOf("incidents.db"), time);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Problem_acknowledgement_and_recovery_are_three_calls()
    {
        Assert.Equal("will trigger", Ingest(Sample.Event("PROBLEM", "CRITICAL")));
        Assert.Equal("trigger", Deliver());
        Assert.Equal("will acknowledge", Ingest(Sample.Event("ACKNOWLEDGEMENT", "CRITICAL", spooledAt: Sample.At + 1)));
        Assert.Equal("acknowledge", Deliver());
        Assert.Equal("will resolve", Ingest(Sample.Event("RECOVERY", "OK", spooledAt: Sample.At + 2)));
        Assert.Equal("resolve", Deliver());
        Assert.Null(store.Next(Web));
        Assert.Empty(store.Table.Due(10));
        Assert.Empty(store.Incidents.List(withSettled: false));
        Assert.Equal(
            [
                "notified PROBLEM, CRITICAL: will trigger", "delivered trigger: HTTP 202", "notified ACKNOWLEDGEMENT, CRITICAL: will acknowledge",
                "delivered acknowledge: HTTP 202", "notified RECOVERY, OK: will resolve", "delivered resolve: HTTP 202",
            ],
            store.History.Of(Web).Select(line => $"{line.What} {line.Detail}"));
    }

    [Fact]
    public void The_same_spool_file_counts_once()
    {
        SchedulerEvent problem = Sample.Event("PROBLEM", "CRITICAL");
        Assert.Equal("will trigger", Ingest(problem));
        Assert.Equal("trigger", Deliver());
        Assert.Equal("known already", Ingest(problem));
        Assert.Empty(store.Table.Due(10));
    }

    [Fact]
    public void A_burst_is_one_call_with_the_newest_state()
    {
        for (var i = 0; i < 50; i++)
        {
            Ingest(Sample.Event("PROBLEM", i == 49 ? "CRITICAL" : "WARNING", spooledAt: Sample.At + i));
        }

        Assert.Equal([Web], store.Table.Due(10));
        Assert.Equal("CRITICAL", store.NotificationOf(Web).State);
        Assert.Equal("trigger", Deliver());
        Assert.Empty(store.Table.Due(10));
    }

    [Fact]
    public void A_change_during_a_call_stays_due()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL"));
        Call trigger = store.Next(Web)!;
        store.Begin(trigger);
        Ingest(Sample.Event("RECOVERY", "OK", spooledAt: Sample.At + 1));
        store.Accept(trigger);
        Assert.Equal("resolve", Deliver());
    }

    [Fact]
    public void A_replayed_problem_older_than_its_recovery_reopens_nothing()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL", changedAt: Sample.At - 100));
        Deliver();
        Ingest(Sample.Event("RECOVERY", "OK", changedAt: Sample.At + 10, spooledAt: Sample.At + 10));
        Deliver();
        Assert.Equal(
            "recorded only: older than what is known",
            Ingest(Sample.Event("PROBLEM", "CRITICAL", changedAt: Sample.At - 100, spooledAt: Sample.At + 300)));
        Assert.Empty(store.Table.Due(10));
        Assert.Equal("will trigger", Ingest(Sample.Event("PROBLEM", "CRITICAL", changedAt: Sample.At + 400, spooledAt: Sample.At + 400)));
    }

    [Fact]
    public void A_wall_clock_that_was_set_back_makes_no_new_problem_look_old()
    {
        Ingest(Sample.Event("RECOVERY", "OK", changedAt: Sample.At, spooledAt: Sample.At, sinceBoot: 1_000));
        Assert.Equal(
            "will trigger",
            Ingest(Sample.Event("PROBLEM", "CRITICAL", changedAt: Sample.At - 3_600 + 60, spooledAt: Sample.At - 3_600 + 60, sinceBoot: 1_060)));
    }

    [Fact]
    public void A_state_change_in_the_future_does_not_silence_what_comes_after()
    {
        Ingest(Sample.Event("RECOVERY", "OK", changedAt: Sample.At + 1_000_000));
        Assert.Equal("will trigger", Ingest(Sample.Event("PROBLEM", "CRITICAL", changedAt: Sample.At + 5, spooledAt: Sample.At + 5)));
    }

    [Fact]
    public void Shinken_gives_state_changes_with_fractions()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL", more: ("LASTSERVICESTATECHANGE", $"{Sample.At - 50}.25")));
        Ingest(Sample.Event("RECOVERY", "OK", spooledAt: Sample.At + 1, more: ("LASTSERVICESTATECHANGE", $"{Sample.At}.75")));
        Assert.Equal(
            "recorded only: older than what is known",
            Ingest(Sample.Event("PROBLEM", "CRITICAL", spooledAt: Sample.At + 300, more: ("LASTSERVICESTATECHANGE", $"{Sample.At - 50}.25"))));
    }

    [Fact]
    public void The_store_is_closed_to_others() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.PathOf("incidents.db")));

    [Fact]
    public void Without_state_changes_the_order_of_the_spool_counts()
    {
        Ingest(Sample.Event("RECOVERY", "OK", spooledAt: Sample.At + 10));
        Assert.Equal("recorded only: older than what is known", Ingest(Sample.Event("PROBLEM", "CRITICAL", spooledAt: Sample.At + 5)));
    }

    [Fact]
    public void A_new_boot_is_newer_although_its_clock_starts_again()
    {
        Ingest(Sample.Event("RECOVERY", "OK", sinceBoot: 500_000, boot: "11111111-old"));
        Assert.Equal("will trigger", Ingest(Sample.Event("PROBLEM", "CRITICAL", sinceBoot: 5, boot: "00aa0000-new")));
        Assert.Equal("recorded only: older than what is known", Ingest(Sample.Event("RECOVERY", "OK", sinceBoot: 500_001, boot: "11111111-old")));
    }

    [Fact]
    public void An_acknowledgement_that_PagerDuty_hears_of_first_is_triggered_and_then_acknowledged()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL"));
        Ingest(Sample.Event("ACKNOWLEDGEMENT", "CRITICAL", spooledAt: Sample.At + 1));
        Assert.Equal("trigger", Deliver());
        Assert.Equal("acknowledge", Deliver());
        Assert.Empty(store.Table.Due(10));
    }

    [Fact]
    public void After_a_resolve_without_an_answer_an_acknowledgement_is_triggered_first()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL"));
        Deliver();
        Ingest(Sample.Event("RECOVERY", "OK", spooledAt: Sample.At + 1));
        store.Begin(store.Next(Web)!);
        Ingest(Sample.Event("PROBLEM", "CRITICAL", spooledAt: Sample.At + 2));
        Ingest(Sample.Event("ACKNOWLEDGEMENT", "CRITICAL", spooledAt: Sample.At + 3));
        Assert.Equal("trigger", Deliver());
        Assert.Equal("acknowledge", Deliver());
    }

    [Fact]
    public void What_is_over_before_the_first_call_is_not_paged_unless_PagerDuty_may_know_it()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL"));
        Deliver();
        Ingest(Sample.Event("RECOVERY", "OK", spooledAt: Sample.At + 1));
        Deliver();

        Ingest(Sample.Event("PROBLEM", "CRITICAL", spooledAt: Sample.At + 2));
        Ingest(Sample.Event("RECOVERY", "OK", spooledAt: Sample.At + 3));
        Assert.Null(store.Next(Web));

        Ingest(Sample.Event("PROBLEM", "CRITICAL", spooledAt: Sample.At + 4));
        store.Begin(store.Next(Web)!);
        Ingest(Sample.Event("RECOVERY", "OK", spooledAt: Sample.At + 5));
        Assert.Equal(CallAction.Resolve, store.Next(Web)!.Action);
    }

    [Fact]
    public void A_recovery_of_an_unknown_incident_is_delivered_because_a_lost_store_may_have_opened_it()
    {
        Ingest(Sample.Event("RECOVERY", "OK"));
        Assert.Equal("resolve", Deliver());
    }

    [Fact]
    public void A_dead_letter_waits_for_its_next_change_or_the_next_start()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL"));
        Call trigger = store.Next(Web)!;
        store.Begin(trigger);
        Assert.Equal("refused", store.Refuse(trigger, "HTTP 400: 'payload.source' is missing or blank"));
        Call withoutLinks = store.Next(Web)!;
        store.Begin(withoutLinks);
        Assert.Equal("refused", store.Refuse(withoutLinks, "HTTP 400: 'payload.source' is missing or blank"));
        Call minimal = store.Next(Web)!;
        Assert.True(minimal is { Action: CallAction.Trigger, Payload: Payload.Minimal });
        store.Begin(minimal);
        Assert.Equal("dead letter", store.Refuse(minimal, "HTTP 400: 'payload.source' is missing or blank"));
        Assert.Empty(store.Table.Due(10));
        Incident incident = Assert.Single(store.Incidents.List(withSettled: false));
        Assert.True(incident is { IsDeadLetter: true, IsDue: false, Retry: { Attempts: 3, LastAnswer: "HTTP 400: 'payload.source' is missing or blank" } });

        store.RetryDeadLetters();
        Assert.Equal([Web], store.Table.Due(10));
        store.Refuse(minimal, "again");
        Ingest(Sample.Event("PROBLEM", "CRITICAL", spooledAt: Sample.At + 1));
        Assert.Equal([Web], store.Table.Due(10));
    }

    [Fact]
    public void The_history_names_a_failure_once_for_each_reason()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL"));
        Call trigger = store.Next(Web)!;
        store.Fail(trigger, "HTTP 503", TimeSpan.Zero);
        store.Fail(trigger, "HTTP 503", TimeSpan.Zero);
        store.Fail(trigger, "no answer within 10 s", TimeSpan.Zero);
        Assert.Equal(3, store.History.Of(Web).Count);
    }

    [Fact]
    public void History_and_what_is_over_are_forgotten_after_90_days()
    {
        Ingest(Sample.Event("PROBLEM", "CRITICAL", host: "open"));
        Ingest(Sample.Event("RECOVERY", "OK"));
        Deliver();
        time.Advance(TimeSpan.FromDays(91));
        store.Forget();
        Assert.Empty(store.History.Of(Web));
        Assert.Equal("open", Assert.Single(store.Incidents.List(withSettled: true)).Host);
    }

    [Fact]
    public void A_store_survives_its_process_and_one_of_a_newer_bridge_is_refused()
    {
        using var home = new TestFolder();
        using (var first = Store.Open(home.PathOf("s.db"), time))
        {
            first.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL")], Sample.Boot);
        }

        using (var second = Store.Open(home.PathOf("s.db"), time))
        {
            Assert.Equal([Web], second.Table.Due(10));
        }

        using (var connection = new SqliteConnection($"Data Source={home.PathOf("s.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Assert.Contains("99", Assert.Throws<InvalidOperationException>(() => Store.Open(home.PathOf("s.db"), time)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_notification_of_the_store_pages_all_the_same()
    {
        using var bridge = new VirtualBridge(onDisk: true);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Notify("PROBLEM", "CRITICAL", "web2");
        using (var store = new SqliteConnection($"Data Source={bridge.StorePath};Pooling=False"))
        {
            store.Open();
            using SqliteCommand damage = store.CreateCommand();
            damage.CommandText = "UPDATE notifications SET bytes = x'00ff00' WHERE id = (SELECT MIN(id) FROM notifications)";
            Assert.Equal(1, damage.ExecuteNonQuery());
        }

        bridge.Step();
        Assert.Equal(["host=web1;service=Disk", "host=web2;service=Disk"], bridge.Api.Open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_acknowledgement_after_the_wall_clock_was_set_forward_is_not_older()
    {
        using var bridge = new VirtualBridge();
        bridge.Store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", service: "Disk", changedAt: Sample.At - 5, sinceBoot: 1_000)], Sample.Boot);
        string outcome = Assert.Single(bridge.Store.Incidents.Ingest(
            [Sample.Event("ACKNOWLEDGEMENT", "CRITICAL", service: "Disk", changedAt: Sample.At - 5, spooledAt: Sample.At + 70, sinceBoot: 1_010)], Sample.Boot));
        Assert.Equal("will acknowledge", outcome);
    }

    [Fact]
    public void What_was_told_although_its_beginning_could_not_be_noted_is_closed()
    {
        const string Disk = "host=web1;service=Disk";
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Api.Open.Add(Disk);
        bridge.Store.Accept(bridge.Store.Next(Disk, bridge.Store.Fleet.Value.Channels)!, "trigger: HTTP 202");
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void No_statement_is_compiled_again_because_of_a_parameter_s_value()
    {
        // One that was prepared before the tables were made is compiled once more.
        Assert.InRange(Recompiled(hasStablePlans: true), 0, 1);
        Assert.InRange(Recompiled(hasStablePlans: false), 20, int.MaxValue);
    }

    private static int Recompiled(bool hasStablePlans)
    {
        using var bridge = new VirtualBridge();
        Database database = DatabaseOf(bridge.Store);
        _ = raw.sqlite3_db_config(ConnectionOf(database).Handle!, raw.SQLITE_DBCONFIG_ENABLE_QPSG, hasStablePlans ? 1 : 0, out _);
        for (var i = 0; i < 20; i++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"web{i}");
            bridge.Step();
            bridge.Time.Advance(TimeSpan.FromSeconds(5));
        }

        FieldInfo statements = typeof(SqliteCommand).GetField("_preparedStatements", BindingFlags.NonPublic | BindingFlags.Instance)!;
        return PreparedOf(database).Values
            .SelectMany(command => ((IEnumerable)statements.GetValue(command)!).Cast<ITuple>())
            .Sum(statement => raw.sqlite3_stmt_status((sqlite3_stmt)statement[0]!, Reprepared, 0));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "database")]
    private static extern ref Database DatabaseOf(Store store);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "connection")]
    private static extern ref SqliteConnection ConnectionOf(Database database);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "prepared")]
    private static extern ref Dictionary<string, SqliteCommand> PreparedOf(Database database);

    private string Ingest(SchedulerEvent @event) => Assert.Single(store.Incidents.Ingest([@event], Sample.Boot));

    private string? Deliver()
    {
        Call? call = store.Next(Assert.Single(store.Table.Due(10), key => key == Web));
        store.Begin(call!);
        store.Accept(call!);
        return call!.Verb;
    }
}
