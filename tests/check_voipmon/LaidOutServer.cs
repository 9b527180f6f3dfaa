using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Voipmon;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>
/// A VoIPmonitor server that a test lays out part by part, and the whole check against it in this process, with a clock of the test's own.
/// </summary>
internal sealed class LaidOutServer : IWorld
{
    internal const string Manager = "127.0.0.1:5029";
    internal const string OptionFile = "/etc/ringfree/monitoring/voipmon.cnf";
    internal const string Spool = "/var/spool/voipmonitor";
    private const double Gigabyte = 1024.0 * 1024 * 1024;

    internal SnifferStatText Stat { get; } = new();

    /// <summary>Instead of an answer; null to answer.</summary>
    internal Answer? ManagerTrouble { get; set; }

    internal string? ManagerSays { get; set; }

    internal long Calls { get; set; } = 12;

    internal string Clients { get; set; } = "need aes!\n";

    internal Answer? DatabaseTrouble { get; set; }

    internal string Seconds { get; set; } = "0.012";

    internal string ReadOnly { get; set; } = "0";

    /// <summary>The database's local time against UTC.</summary>
    internal TimeSpan Zone { get; set; }

    internal TimeSpan DatabaseClockSkew { get; set; }

    internal long? NewestId { get; set; } = 1000;

    /// <summary>When the newest CDR ended, before the database's now.</summary>
    internal TimeSpan NewestEnded { get; set; } = TimeSpan.FromSeconds(40);

    internal List<(long Id, string Name, long? Newest)> Sensors { get; } = [];

    internal List<(long? Id, string? StoppedAt, string Version)> Starts { get; } = [];

    internal Dictionary<string, string> Partitions { get; } = [];

    internal List<(string Receiver, string Applier, string? Behind, string Error)> Replicas { get; } = [];

    /// <summary>A statement that begins so fails with these words.</summary>
    internal Dictionary<string, string> Failing { get; } = [];

    internal Answer? MountTrouble { get; set; }

    internal double FreeGigabytes { get; set; } = 40;

    internal long FreeInodes { get; set; } = 900_000;

    /// <summary>Ages of the queue files.</summary>
    internal List<TimeSpan> QueueFiles { get; } = [];

    /// <summary>A Wednesday, before noon.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 11, 0, 0, TimeSpan.Zero);

    public TimeSpan Elapsed => TimeSpan.Zero;

    public string ProgramPath => "/usr/lib/nagios/plugins/check_voipmon";

    public string UserName => "nagios";

    private DateTime Local => Now.UtcDateTime + Zone + DatabaseClockSkew;

    public PathStatus Look(string path) => new(PathKind.Missing);

    public Answer Ask(Question question) => question switch
    {
        SocketQuestion socket => ManagerTrouble ?? Answered(ManagerSays ?? Command(socket.Text)),
        DatabaseQuestion database => DatabaseTrouble ?? Answered($"seconds {Seconds}\n" + string.Concat(database.Statements.Select(Statement))),
        MountQuestion => MountTrouble ?? Answered(string.Create(CultureInfo.InvariantCulture, $"total-bytes {100 * Gigabyte:0}\nfree-bytes {FreeGigabytes * Gigabyte:0}\navailable-bytes {FreeGigabytes * Gigabyte:0}\ntotal-files 1000000\nfree-files {FreeInodes}\nread-only 0\nshared 0\n")),
        FolderQuestion => Answered("folder 4096 2 1 2026-03-04\nfile 10 1 5 other\n" + string.Concat(QueueFiles.Select((age, index) => $"file 100 1 {(Now - age).ToUnixTimeSeconds()} qoq-1-{index}-x\n"))),
        _ => throw new InvalidOperationException($"nothing is laid out for {question.Kind}"),
    };

    public IReadOnlyList<Answer> AskTogether(IReadOnlyList<Question> questions, Action? meanwhile = null)
    {
        meanwhile?.Invoke();
        return [.. questions.Select(Ask)];
    }

    public Answer Stream(Question question, ChunkReader reader) => throw new InvalidOperationException("nothing is streamed");

    public Answer Read(FilesQuestion question, FileVisitor visitor) => throw new InvalidOperationException("no file is read");

    internal (string Output, int ExitCode) Run(string stateFolder, params string[] arguments) => Host.RunInside<VoipmonCheck>(
        ["--mysql-options", OptionFile, "--spool", Spool, "--state-dir", stateFolder, .. arguments], this);

    private static Answer Answered(string text) => new(Outcome.Answered, Encoding.UTF8.GetBytes(text));

    private string Command(string text)
    {
        Assert.EndsWith("\r\n\r\n", text, StringComparison.Ordinal);
        return text.Trim() switch
        {
            "sniffer_stat" => Stat.Print(),
            "totalcalls" => Calls.ToString(CultureInfo.InvariantCulture),
            "list_active_clients" => Clients,
            _ => "command not found\n",
        };
    }

    private string Statement(string statement)
    {
        StringBuilder text = new();
        ResultText.AppendStatement(text);
        if (Failing.FirstOrDefault(failing => statement.StartsWith(failing.Key, StringComparison.Ordinal)) is { Key: not null } found)
        {
            string[] words = found.Value.Split(' ', 2);
            ResultText.AppendError(text, int.Parse(words[0], CultureInfo.InvariantCulture), words[1]);
            return text.ToString();
        }

        (string[] columns, IEnumerable<string?[]> rows) = Rows(statement);
        ResultText.AppendLine(text, "columns", columns);
        foreach (string?[] row in rows)
        {
            ResultText.AppendLine(text, "row", row);
        }

        return text.ToString();
    }

    private (string[] Columns, IEnumerable<string?[]> Rows) Rows(string statement) => statement switch
    {
        DatabaseStatements.Server => (["version", "read_only", "now_local", "now_utc"], [["10.11.19-MariaDB", ReadOnly, Time(Local), Time(Local - Zone)]]),
        DatabaseStatements.Newest => (["ID", "calldate", "callend"], NewestId is null ? [] : [[Number(NewestId), Time(Local - NewestEnded - TimeSpan.FromMinutes(1)), Time(Local - NewestEnded)]]),
        DatabaseStatements.Starts => (["id_sensor", "stop_at", "version"], Starts.Select(start => new[] { Number(start.Id), start.StoppedAt, start.Version })),
        DatabaseStatements.Partitions => (["TABLE_NAME", "bound"], Partitions.Select(partition => new[] { partition.Key, partition.Value })),
        DatabaseStatements.Replica or DatabaseStatements.OlderReplica => (
            ["Connection_name", "Slave_IO_Running", "Slave_SQL_Running", "Seconds_Behind_Master", "Last_IO_Error", "Last_SQL_Error"],
            Replicas.Select(replica => new[] { "", replica.Receiver, replica.Applier, replica.Behind, replica.Error, "" })),
        _ => (["id_sensor", "name", "newest"], Sensors.Select(sensor => new[] { Number(sensor.Id), sensor.Name, Number(sensor.Newest) })),
    };

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
