using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MySqlConnector;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>
/// The published program against a real MariaDB and the manager's double, in every state that the two can be brought into together.
/// </summary>
public sealed partial class RealServerTests : IClassFixture<RealMariaDb>, IDisposable
{
    /// <summary>This machine, by an address that does not look like it.</summary>
    private const string Elsewhere = "0x7f.0.0.1";

    private readonly RealMariaDb database;
    private readonly TestFolder folder = new();
    private readonly ManagerDouble manager = new();

    public RealServerTests(RealMariaDb database)
    {
        this.database = database;
        Directory.CreateDirectory(folder.PathOf("spool"));
        manager.Clients = "{\"count\":1,\"services\":[{\"ip\":\"127.0.0.1\",\"port\":38850,\"sensor_id\":9}]}";
    }

    public void Dispose()
    {
        manager.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_healthy_server_whose_newest_cdr_grows()
    {
        Prepare();
        database.Execute("INSERT INTO voipmonitor.sensors (id_sensor, name) VALUES (9, 'atl')");
        database.AddCdr(9);
        ProcessResult result = Check("-vv");
        Assert.Matches("^0 sniffer 2026\\.04\\.0 up for 1d, 12 calls active, database 10\\.[0-9.]+-MariaDB[^ ]* answers in 0\\.[0-9]+ s, newest CDR 1 [0-9]s ago, 25 SIP packets/s, spool [0-9.]+ GB free, 1 of 1 sensor seen$", Headline(result));
        Assert.Contains("[OK] table cdr has partitions for 2d ", Check("-v").Output, StringComparison.Ordinal);
        Assert.Contains("[OK] sensor 9 (atl) is connected", Check("-v").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("note: replication not watched", result.Output, StringComparison.Ordinal);
        database.AddCdr(9);
        Assert.Contains(" newest CDR 2 0s ago,", Headline(Check()), StringComparison.Ordinal);
        Assert.Equal(["sniffer_stat", "totalcalls", "list_active_clients"], manager.Commands.Take(3));
    }

    [Fact]
    public void The_rights_of_the_readme_suffice_and_show_no_caller()
    {
        Prepare();
        Assert.Equal(5, RealMariaDb.Grants().Length);
        database.AddCdr();
        Assert.Equal(0, Check("-w", "cdr_age=999999", "-c", "cdr_age=999999", "--quiet-hours", "00:00-24:00").ExitCode);
        using MySqlConnection connection = new($"Server=127.0.0.1;Port={database.Port};User ID=monitoring;Password=\"p#w 'x'\";Database=voipmonitor;Pooling=false;SslMode=None");
        connection.Open();
        foreach (string statement in new[] { "SELECT caller FROM cdr", "SELECT * FROM cdr_next", "SELECT * FROM system", "INSERT INTO cdr (calldate, callend) VALUES (NOW(), NOW())", "DELETE FROM sensors", "DROP TABLE cdr" })
        {
            using MySqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // statements of the test
            command.CommandText = statement;
#pragma warning restore CA2100
            MySqlException denied = Assert.Throws<MySqlException>(() => command.ExecuteNonQuery());
            Assert.Contains(denied.ErrorCode, (MySqlErrorCode[])[MySqlErrorCode.TableAccessDenied, MySqlErrorCode.ColumnAccessDenied]);
        }
    }

    [Fact]
    public void The_statements_on_cdr_open_the_partitions_of_three_days()
    {
        Prepare();
        using MySqlConnection connection = database.Open();
        connection.ChangeDatabase("voipmonitor");
        using MySqlCommand command = connection.CreateCommand();
        database.Execute("INSERT INTO voipmonitor.sensors (id_sensor, name) VALUES (9, 'atl')");
        foreach (string statement in new[] { Plugins.Voipmon.DatabaseStatements.Newest, Plugins.Voipmon.DatabaseStatements.Sensors([12]) })
        {
#pragma warning disable CA2100 // the check's own statements
            command.CommandText = "EXPLAIN PARTITIONS " + statement;
#pragma warning restore CA2100
            using MySqlDataReader reader = command.ExecuteReader();
            List<string> opened = [];
            while (reader.Read())
            {
                if (reader.GetValue(reader.GetOrdinal("table")) is "cdr" or "c")
                {
                    opened.Add(reader.GetString("partitions"));
                }
            }

            // The two before today, today, and the two that are still empty.
            Assert.Equal(["p1,p2,p3,p4,p5"], opened);
        }
    }

    [Fact]
    public void A_server_is_asked_over_tls_and_believed_by_its_authority_only()
    {
        Prepare();
        Assert.Equal(0, Check("--only", "database", "--mysql-options", database.OptionFile(folder, more: $"ssl-ca={database.CertificateFile}\n")).ExitCode);
        string other = folder.Write("other.pem", File.ReadAllText(Directory.GetFiles("/etc/ssl/certs", "*.pem").Order(StringComparer.Ordinal).First()));
        Assert.Matches(
            "^3 the database cannot be read: its certificate is not believed: .+; cure: in the option file ssl-ca=FILE with",
            Headline(Check("--only", "database", "--mysql-options", database.OptionFile(folder, more: $"ssl-ca={other}\n"))));
    }

    /// <summary>Another machine's database is verified unless the file says that the network is trusted.</summary>
    [Theory]
    [InlineData("", 3)]
    [InlineData("ssl-mode=DISABLED\n", 0)]
    [InlineData("skip-ssl\n", 0)]
    [InlineData("ssl-ca=CERTIFICATE\n", 0)]
    [InlineData("ssl-mode=REQUIRED\nssl-ca=CERTIFICATE\n", 0)]
    [InlineData("ssl-mode=REQUIRED\n", 3)]
    [InlineData("ssl-verify-server-cert=0\n", 3)]
    [InlineData("ssl-mode=VERIFY_CA\n", 3)]
    public void A_server_elsewhere_is_verified(string more, int code)
    {
        Prepare();
        string file = database.OptionFile(folder, more: more.Replace("CERTIFICATE", database.CertificateFile, StringComparison.Ordinal));
        string text = File.ReadAllText(file).Replace("host=127.0.0.1", $"host={Elsewhere}", StringComparison.Ordinal);
        folder.Write(Path.GetFileName(file), text);
        ProcessResult result = Run(file, "--only", "database");
        Assert.Equal(code, result.ExitCode);
        Assert.Equal(code == 3, result.Output.Contains("ssl-ca=FILE with its authority", StringComparison.Ordinal));
    }

    /// <summary>Whoever answers in the place of a database elsewhere gets no password, whatever it asks for.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("", false)]
    [InlineData("ssl-mode=DISABLED\n", true)]
    [InlineData("ssl-ca=OTHER\n", true)]
    [InlineData("ssl-mode=VERIFY_IDENTITY\n", true)]
    public void A_rogue_server_gets_no_password(string more, bool speaksTls)
    {
        const string Secret = "DBPASSWORDSECRET";
        string[] authorities = Directory.GetFiles("/etc/ssl/certs", "*.pem");
        string mine = more.Replace("OTHER", authorities.Order(StringComparer.Ordinal).First(), StringComparison.Ordinal);
        foreach (RogueAsk ask in Enum.GetValues<RogueAsk>())
        {
            foreach (string version in (string[])["8.0.36", "5.5.5-11.8.3-MariaDB"])
            {
                using RogueMySql rogue = new(ask, speaksTls, version);
                string options = folder.Write(
                    "rogue.cnf",
                    $"[client]\nhost={Needs.OwnAddress()}\nport={rogue.Port}\nuser=mon\npassword={Secret}\n{mine}");
                ProcessResult result = Run(options, "--only", "database", "--no-memory", "-vvv");
                Assert.StartsWith("3 the database cannot be read: ", Headline(result), StringComparison.Ordinal);
                Assert.NotEqual(0, rogue.Greeted);
                Assert.DoesNotContain(Secret, rogue.Received, StringComparison.Ordinal);
                Assert.DoesNotContain(Secret, result.Output, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_frozen_database_freezes_the_manager_and_is_named_as_the_cause()
    {
        Prepare();
        manager.ReadKeyFromDatabase = () => Task.Run(() => database.Execute("SELECT * FROM voipmonitor.system WHERE type = 'manager_key'"));
        database.AddCdr();
        Assert.StartsWith("0 ", Headline(Check()), StringComparison.Ordinal);
        database.Signal("STOP");
        try
        {
            ProcessResult result = Check();
            Assert.Matches("^2 the database accepts and does not answer: no complete answer after [67](\\.[0-9])? s; the sniffer's manager is silent with it, as it waits for the database at every question: capture itself may go on, and its CDRs wait on disk$", Headline(result));
            Assert.Contains("note: sniffer, capture not judged: the database does not answer\n", result.Output, StringComparison.Ordinal);
            Assert.InRange(result.Elapsed.TotalSeconds, 8, 20);
        }
        finally
        {
            database.Signal("CONT");
        }

        Assert.StartsWith("0 ", Headline(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_stored_key_the_manager_answers_although_the_database_is_frozen()
    {
        Prepare();
        manager.HasAesKey = true;
        manager.ReadKeyFromDatabase = () => Task.Run(() => database.Execute("SELECT 1"));
        database.Signal("STOP");
        try
        {
            string headline = Headline(Check("--only", "sniffer", "--only", "database"));
            Assert.StartsWith("2 the database accepts and does not answer: ", headline, StringComparison.Ordinal);
            Assert.EndsWith("; the sniffer goes on and keeps its CDRs on disk meanwhile", headline, StringComparison.Ordinal);
        }
        finally
        {
            database.Signal("CONT");
        }
    }

    [Fact]
    public void A_dead_database_and_a_dead_sniffer_and_a_frozen_one()
    {
        Prepare();
        string dead = RealMariaDb.OptionFileFor(folder, Ports.Free());
        manager.ReadKeyFromDatabase = manager.Never;
        Assert.StartsWith("2 the database is down: Connection refused; the sniffer's manager is silent with it", Headline(Check("--mysql-options", dead)), StringComparison.Ordinal);
        manager.ReadKeyFromDatabase = () => Task.CompletedTask;
        manager.IsStopped = true;
        Assert.Matches("^2 the sniffer is frozen: its manager accepts and does not answer \\(ADDRESS: .+\\), and the database does$", Addresses().Replace(Headline(Check("--only", "sniffer")), "ADDRESS"));
        manager.Kill();
        Assert.Equal($"2 the sniffer is dead: nothing listens on {manager.Address}", Headline(Check("--only", "sniffer")));
    }

    [Fact]
    public void A_partition_that_is_missing_tomorrow_is_seen_today()
    {
        Prepare();
        database.Execute("ALTER TABLE voipmonitor.cdr_next DROP PARTITION p4, p5");
        Assert.Matches("^[12] table cdr_next has partitions for .+ more \\(limit: at least (1d|6h)\\); the sniffer makes new ones every 12 h: its log says why it does not$", Headline(Check("--only", "database")));
        database.Execute("ALTER TABLE voipmonitor.cdr DROP PARTITION p3, p4, p5");
        Assert.Matches("^2 table cdr ran out of partitions .+ ago: every insert fails with error 1526 ", Headline(Check("--only", "database")));
        MySqlException failed = Assert.Throws<MySqlException>(() => database.AddCdr());
        Assert.Equal(1526, failed.Number);
    }

    [Fact]
    public void A_database_that_is_read_only_or_full_or_denies()
    {
        Prepare();
        database.Execute("SET GLOBAL read_only = 1");
        Assert.StartsWith("2 the database is read-only (read_only=1)", Headline(Check("--only", "database")), StringComparison.Ordinal);
        database.Execute("SET GLOBAL read_only = 0");
        Assert.StartsWith("3 the database is not read: 1045 Access denied for user 'monitoring'@", Headline(Check("--only", "database", "--mysql-options", database.OptionFile(folder, password: "wrong"))), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", Check("-vvv", "--only", "database", "--mysql-options", database.OptionFile(folder, password: "wrong")).Output, StringComparison.Ordinal);
        List<MySqlConnection> held = [];
        try
        {
            for (int count = 0; count < 11; count++)
            {
                held.Add(database.Open());
            }
        }
        catch (MySqlException)
        {
            // Full.
        }

        ProcessResult full = Check("--only", "database");
        held.ForEach(connection => connection.Dispose());
        Assert.StartsWith("2 the database takes no more connections (1040 Too many connections)", Headline(full), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_an_older_release_lacks_is_a_note()
    {
        Prepare();
        database.Execute("INSERT INTO voipmonitor.sensors (id_sensor, name) VALUES (9, 'atl')");
        database.AddCdr(9);
        database.Execute("DROP TABLE voipmonitor.sensor_running_config");
        ProcessResult result = Check("--only", "sensors");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("note: stopped sensors are not told: 1146 Table 'voipmonitor.sensor_running_config' doesn't exist", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sensor_that_stopped_and_one_that_is_silent()
    {
        Prepare();
        database.Execute("INSERT INTO voipmonitor.sensors (id_sensor, name) VALUES (7, 'dal'), (9, 'atl')");
        database.Execute("INSERT INTO voipmonitor.sensor_running_config (id_sensor, start_at, stop_at, version) VALUES (9, '2026-01-01 00:00:00', '2026-01-02 00:00:00', '1'), (9, '2026-02-01 00:00:00', NULL, '2'), (7, '2026-02-01 00:00:00', '2026-02-03 04:05:06', '2'), (NULL, '2026-02-01 00:00:00', NULL, '2')");
        database.AddCdr(9);
        Assert.Equal("2 sensor 7 (dal) was stopped at 2026-02-03 04:05:06 and has not started again; if for good: --ignore-sensor 7", Headline(Check("--only", "sensors")));
        Assert.StartsWith("0 1 of 1 sensor seen", Headline(Check("--only", "sensors", "--ignore-sensor", "7")), StringComparison.Ordinal);
        Assert.StartsWith("2 sensor 12 has brought no CDR in the last two days", Headline(Check("--only", "sensors", "--ignore-sensor", "7", "--sensor", "12")), StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_with_its_rows_and_replayed_elsewhere_it_is_the_same_byte_for_byte()
    {
        Prepare();
        File.WriteAllText(folder.PathOf("spool", "qoq-1-1772622000000-2026-03-04T11:00:00"), "x");
        ProcessResult recorded = Check("-vv", "--record", folder.PathOf("recording"));
        manager.Kill();
        ProcessResult replayed = ProcessRun.Run(Repository.Program("check_voipmon"), ["--replay", folder.PathOf("recording")]);
        Assert.Equal((recorded.ExitCode, recorded.Output), (replayed.ExitCode, replayed.Output));
        string[] files = Directory.GetFiles(folder.PathOf("recording"), "*", SearchOption.AllDirectories);
        Assert.InRange(files.Length, 15, 100);
        Assert.DoesNotContain("p#w", string.Concat(files.Select(File.ReadAllText)), StringComparison.Ordinal);
        Assert.Contains("now_local", File.ReadAllText(folder.PathOf("recording", "databases", "1", "answer")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_spool_on_this_machine_is_measured()
    {
        Prepare();
        string old = folder.PathOf("spool", "qoq-1-1772622000000-2026-03-04T11:00:00");
        File.WriteAllText(old, "x");
        File.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);
        ProcessResult result = Check("--only", "spool", "--clean-min-gb", "0.000001");
        Assert.StartsWith($"2 the oldest of 1 queue file in {folder.PathOf("spool")} has waited for the database for ", Headline(result), StringComparison.Ordinal);
        Assert.Matches(" spool_free=[0-9]+B;2147:;1074:;0;[0-9]+ ", result.Output);
        Assert.StartsWith("2 spool folder ", Headline(Check("--only", "spool", "--clean-min-gb", "999999")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_file_that_others_may_read_is_not_used()
    {
        Prepare();
        string open = database.OptionFile(folder);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.StartsWith($"3 the database is not read: the MySQL option file '{open}' is owned by ", Headline(Run(open, "--only", "database")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_accepts_and_says_nothing_is_no_database()
    {
        Prepare();
        using TcpListener mute = new(IPAddress.Loopback, 0);
        mute.Start();
        ProcessResult result = Check("--only", "database", "--mysql-options", RealMariaDb.OptionFileFor(folder, ((IPEndPoint)mute.LocalEndpoint).Port));
        Assert.StartsWith("2 the database accepts and does not answer: no complete answer after ", Headline(result), StringComparison.Ordinal);
        Assert.InRange(result.Elapsed.TotalSeconds, 5, 15);
    }

    private void Prepare()
    {
        Needs.File(RealMariaDb.Server, RealMariaDb.Package);
        database.Recreate();
    }

    private ProcessResult Check(params string[] arguments) => Run(database.OptionFile(folder), arguments);

    private ProcessResult Run(string optionFile, params string[] arguments) => ProcessRun.Run(
        Repository.Program("check_voipmon"),
        ["--manager", manager.Address, "--mysql-options", optionFile, "--spool", folder.PathOf("spool"), "--state-dir", folder.PathOf("state"), "--clean-min-gb", "0.01", .. arguments]);

    private static string Headline(ProcessResult result) => $"{result.ExitCode} {result.Output.Split('\n')[0].Split(" - ", 2)[1].Split(" | ")[0]}";

    [GeneratedRegex("127\\.0\\.0\\.1:[0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Addresses();
}
