using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MySqlConnector;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>
/// A MariaDB of one test class, wholly as an unprivileged user on a free loopback port, with the tables of VoIPmonitor that the check
/// reads, written by us from the columns that the facts name. The check's own user has the GRANTs of the README and no more.
/// </summary>
public sealed class RealMariaDb : IDisposable
{
    internal const string Package = "mariadb-server";
    internal const string Server = "/usr/sbin/mariadbd";
    private const string Password = "p#w 'x'";
    private readonly TestFolder folder = new();
    private readonly Process? process;

    public RealMariaDb()
    {
        if (!File.Exists(Server))
        {
            return;
        }

        Port = Ports.Free();
        WriteCertificate();
        Directory.CreateDirectory(folder.PathOf("data"));
        string user = Environment.UserName == "root" ? "nobody" : Environment.UserName;
        Run("/bin/sh", "-c", "chown -R \"$1\" \"$2\" && chmod 755 \"$2\"", "sh", user, folder.Root);
        Run("/usr/bin/mariadb-install-db", "--no-defaults", $"--user={user}", $"--datadir={folder.PathOf("data")}", "--auth-root-authentication-method=normal", "--skip-test-db");
        process = ProcessRun.Start(
            Server,
            [
                "--no-defaults", $"--user={user}", $"--datadir={folder.PathOf("data")}", $"--port={Port}", "--bind-address=127.0.0.1", $"--socket={folder.PathOf("s")}",
                $"--pid-file={folder.PathOf("data", "pid")}", "--skip-log-bin", "--innodb-buffer-pool-size=16M", "--max-connections=10", "--skip-name-resolve", $"--ssl-cert={CertificateFile}", $"--ssl-key={CertificateFile}.key", $"--log-error={folder.PathOf("data", "log")}",
            ]);
        Stopwatch clock = Stopwatch.StartNew();
        while (!Answers())
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(40))
            {
                throw new TimeoutException("MariaDB does not start: " + File.ReadAllText(folder.PathOf("data", "log")));
            }

            Task.Delay(50).Wait();
        }

        Execute("CREATE DATABASE voipmonitor");
        Recreate();
        Execute($"CREATE USER 'monitoring'@'127.0.0.1' IDENTIFIED BY '{Password.Replace("'", "''", StringComparison.Ordinal)}'");
        foreach (string grant in Grants())
        {
            Execute(grant);
        }
    }

    internal int Port { get; }

    /// <summary>The server's certificate, which is its own authority.</summary>
    internal string CertificateFile => folder.PathOf("certificate.pem");

    /// <summary>The statements of the README's GRANT block, for this user.</summary>
    internal static string[] Grants() =>
    [
        .. File.ReadAllText(Repository.PathOf("plugins", "check_voipmon", "README.md")).Split("```sql\n")[1].Split("```")[0]
            .Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(statement => statement.StartsWith("GRANT", StringComparison.Ordinal)),
    ];

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            Signal("CONT");
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process?.Dispose();
        folder.Dispose();
    }

    internal void Signal(string name) => ProcessRun.Shell("kill -$1 $2", name, process!.Id.ToString());

    /// <summary>The tables anew, with a partition for today and the two days behind it.</summary>
    internal void Recreate()
    {
        foreach (string table in (string[])["cdr", "cdr_next", "sensors", "sensor_running_config", "system"])
        {
            Execute($"DROP TABLE IF EXISTS voipmonitor.`{table}`");
        }

        Execute($"""
            CREATE TABLE voipmonitor.cdr (
              ID bigint unsigned NOT NULL AUTO_INCREMENT, calldate datetime NOT NULL, callend datetime NOT NULL, duration mediumint unsigned,
              caller varchar(255), called varchar(255), id_sensor smallint unsigned NULL,
              PRIMARY KEY (ID, calldate), KEY calldate (calldate), KEY id_sensor (id_sensor))
            PARTITION BY RANGE COLUMNS (calldate) ({Partitions("'yyyy-MM-dd'")})
            """);
        Execute($"""
            CREATE TABLE voipmonitor.cdr_next (cdr_ID bigint unsigned NOT NULL, calldate datetime NOT NULL, PRIMARY KEY (cdr_ID, calldate))
            PARTITION BY RANGE (TO_DAYS(calldate)) ({Partitions("TO_DAYS")})
            """);
        Execute("CREATE TABLE voipmonitor.sensors (id_sensor int unsigned NOT NULL PRIMARY KEY, name varchar(256), host varchar(255), port int)");
        Execute("CREATE TABLE voipmonitor.sensor_running_config (ID int unsigned AUTO_INCREMENT PRIMARY KEY, id_sensor int unsigned NULL, start_at datetime, stop_at datetime NULL, version varchar(40), config mediumtext)");
        Execute("CREATE TABLE voipmonitor.system (type varchar(100), content mediumtext)");
    }

    internal void AddCdr(int? sensor = null, string end = "NOW()") => Execute(
        $"INSERT INTO voipmonitor.cdr (calldate, callend, duration, caller, called, id_sensor) VALUES ({end} - INTERVAL 30 SECOND, {end}, 30, '15551234567', '15557654321', {sensor?.ToString(CultureInfo.InvariantCulture) ?? "NULL"})");

    internal void Execute(string statement)
    {
        using MySqlConnection connection = Open();
        using MySqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // statements of the tests
        command.CommandText = statement;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    internal MySqlConnection Open()
    {
        MySqlConnection connection = new(new MySqlConnectionStringBuilder { Server = "127.0.0.1", Port = (uint)Port, UserID = "root", Pooling = false, SslMode = MySqlSslMode.None, ConnectionTimeout = 5 }.ConnectionString);
        connection.Open();
        return connection;
    }

    internal string OptionFile(TestFolder place, string? password = null, string more = "") => OptionFileFor(place, Port, password, more);

    internal static string OptionFileFor(TestFolder place, int port, string? password = null, string more = "") => place.Write(
        $"voipmon-{port}{(password is null && more.Length == 0 ? "" : "-other")}.cnf",
        $"# for check_voipmon\n[client]\nhost=127.0.0.1\nport = {port}\nuser=monitoring\npassword=\"{password ?? Password}\"\ndatabase=voipmonitor\n{more}[mysqld]\nport=1\n");

    private void WriteCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=mariadb", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(CertificateFile + ".key", key.ExportECPrivateKeyPem() + "\n");
    }

    private string Partitions(string form) => string.Join(", ", Enumerable.Range(-3, 6).Select(day =>
    {
        DateTime bound = Today.AddDays(day + 1);
        string text = form == "TO_DAYS" ? $"TO_DAYS('{bound:yyyy-MM-dd}')" : $"'{bound:yyyy-MM-dd}'";
        return $"PARTITION p{day + 3} VALUES LESS THAN ({text})";
    }));

    /// <summary>By the server's own clock.</summary>
    private DateTime Today
    {
        get
        {
            using MySqlConnection connection = Open();
            using MySqlCommand command = connection.CreateCommand();
            command.CommandText = "SELECT CURDATE()";
            return (DateTime)command.ExecuteScalar()!;
        }
    }

    private bool Answers()
    {
        try
        {
            Execute("DO 1");
            return true;
        }
        catch (MySqlException)
        {
            return false;
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        ProcessResult result = ProcessRun.Run(program, arguments);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {result.Output}{result.Error}");
        }
    }
}
